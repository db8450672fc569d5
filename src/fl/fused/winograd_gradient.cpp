// The gradient of a 3x3 convolution's weights by Winograd's minimal filtering F(3x3, 2x2): 16 products for the nine
// taps of four positions where the definition has 36. It is the gradient of winograd.cpp's F(2x2, 3x3): of y = A^T [(G
// g G^T) (B^T d B)] A it is G^T [(A dy A^T) (B^T d B)] G, the products being element by element.
#include "fl/fused/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fl/fused/winograd_gradient.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/highway.h>

#include <algorithm>

#include "fl/fused/vector-inl.h"

#ifndef MLAASIM_FL_FUSED_ROWS_TOGETHER
#define MLAASIM_FL_FUSED_ROWS_TOGETHER
namespace mlaasim::fl::fused {

/// Rows of tiles that are transformed together.
inline std::size_t rows_together_of(const Convolution& shape) {
    constexpr std::size_t tiles = 64;
    return std::clamp<std::size_t>(tiles / (shape.width / 2), 1, shape.height / 2);
}

}  // namespace mlaasim::fl::fused
#endif

HWY_BEFORE_NAMESPACE();
namespace mlaasim::fl::fused::HWY_NAMESPACE {

/// Rows of tiles of a sample, at one row of their 4 x 4 points: what these products read stays in the nearest cache.
struct PointRow {
    std::size_t rows = 0;
    std::size_t across = 0;
    const float* inputs = nullptr;  ///< of B^T d B: four points x tiles x `in_stride`
    std::size_t in_stride = 0;
    const float* slopes = nullptr;  ///< of A dy: of each tile two positions x `out_channels`
    std::size_t slope_row = 0;      ///< floats from row to row of tiles
    std::size_t out_channels = 0;
};

/// Row Y of B^T d B of one tile and one vector of channels, its four points `step` floats apart.
template <int Y>
HWY_INLINE void TransformInputRow(const float* HWY_RESTRICT in, std::size_t row, std::size_t column,
                                  float* HWY_RESTRICT out, std::size_t step) {
    const Floats d;
    constexpr std::size_t first = Y == 0 ? 0 : 1;
    constexpr std::size_t second = Y == 3 ? 3 : 2;
    Vector t[4];  // B^T d
#pragma GCC unroll 4
    for (std::size_t x = 0; x < 4; ++x) {
        const Vector a = hn::Load(d, in + first * row + x * column);
        const Vector b = hn::Load(d, in + second * row + x * column);
        t[x] = Y == 1 ? hn::Add(a, b) : Y == 2 ? hn::Sub(b, a) : hn::Sub(a, b);
    }
    hn::Store(hn::Sub(t[0], t[2]), d, out);
    hn::Store(hn::Add(t[1], t[2]), d, out + step);
    hn::Store(hn::Sub(t[2], t[1]), d, out + 2 * step);
    hn::Store(hn::Sub(t[1], t[3]), d, out + 3 * step);
}

/// Point X of a row of A dy A^T. Its last column, too, is taken without its sign.
template <int X>
HWY_INLINE Vector TransformSlope(const float* HWY_RESTRICT slope, std::size_t column) {
    const Floats d;
    if constexpr (X == 0) {
        return hn::Load(d, slope);
    } else if constexpr (X == 1) {
        return hn::Add(hn::Load(d, slope), hn::Load(d, slope + column));
    } else if constexpr (X == 2) {
        return hn::Sub(hn::Load(d, slope), hn::Load(d, slope + column));
    } else {
        return hn::Load(d, slope + column);
    }
}

/// sums += the products of all tiles at point X of a row, of I input channels x V vectors of output channels.
template <int X, int I, int V>
HWY_INLINE void PointTile(const PointRow& tiles, const float* HWY_RESTRICT in, const float* HWY_RESTRICT slopes,
                          float* HWY_RESTRICT sums) {
    const Floats d;
    const std::size_t lanes = hn::Lanes(d);
    const std::size_t column = tiles.out_channels;
    Vector totals[I][V];
#pragma GCC unroll 14
    for (int i = 0; i < I; ++i) {
#pragma GCC unroll 2
        for (int v = 0; v < V; ++v) {
            totals[i][v] =
                hn::Load(d, sums + static_cast<std::size_t>(i) * column + static_cast<std::size_t>(v) * lanes);
        }
    }
    for (std::size_t y = 0; y < tiles.rows; ++y) {
        const float* HWY_RESTRICT slope = slopes + y * tiles.slope_row;
        for (std::size_t x = 0; x < tiles.across; ++x) {
            Vector factors[V];
#pragma GCC unroll 2
            for (int v = 0; v < V; ++v) {
                Vector factor = TransformSlope<X>(slope + static_cast<std::size_t>(v) * lanes, column);
                keep_in_register(factor);
                factors[v] = factor;
            }
#pragma GCC unroll 14
            for (int i = 0; i < I; ++i) {
                const Vector value = hn::Set(d, in[i]);
#pragma GCC unroll 2
                for (int v = 0; v < V; ++v) {
                    totals[i][v] = hn::MulAdd(value, factors[v], totals[i][v]);
                }
            }
            in += tiles.in_stride;
            slope += 2 * column;
        }
    }
#pragma GCC unroll 14
    for (int i = 0; i < I; ++i) {
#pragma GCC unroll 2
        for (int v = 0; v < V; ++v) {
            hn::Store(totals[i][v], d,
                      sums + static_cast<std::size_t>(i) * column + static_cast<std::size_t>(v) * lanes);
        }
    }
}

template <int X, int V>
HWY_INLINE void PointProduct(const PointRow& tiles, std::size_t in_channels, const float* slopes, float* sums) {
    constexpr int wide = by_registers(8, 6, 4);
    const float* const in = tiles.inputs + X * tiles.rows * tiles.across * tiles.in_stride;
    std::size_t c = 0;
    const auto tile = [&]<int I>() {
        PointTile<X, I, V>(tiles, in + c, slopes, sums + c * tiles.out_channels);
        c += I;
    };
    // One or two channels alone would wait for their own sums.
    while (c + wide == in_channels || c + wide + 4 <= in_channels) {
        tile.template operator()<wide>();
    }
    while (c + 4 <= in_channels) {
        tile.template operator()<4>();
    }
    while (c + 2 <= in_channels) {
        tile.template operator()<2>();
    }
    if (c < in_channels) {
        tile.template operator()<1>();
    }
}

/// The products of all tiles at a row's points.
void RowProducts(const PointRow& tiles, std::size_t in_channels, float* sums) {
    const std::size_t lanes = hn::Lanes(Floats());
    const std::size_t plane = in_channels * tiles.out_channels;
    std::size_t c = 0;
    const auto columns = [&]<int V>() {
        PointProduct<0, V>(tiles, in_channels, tiles.slopes + c, sums + c);
        PointProduct<1, V>(tiles, in_channels, tiles.slopes + c, sums + plane + c);
        PointProduct<2, V>(tiles, in_channels, tiles.slopes + c, sums + 2 * plane + c);
        PointProduct<3, V>(tiles, in_channels, tiles.slopes + c, sums + 3 * plane + c);
        c += V * lanes;
    };
    while (c + 2 * lanes <= tiles.out_channels) {
        columns.template operator()<2>();
    }
    if (c < tiles.out_channels) {
        columns.template operator()<1>();
    }
}

/// Row Y of B^T d B of all tiles, then their products.
template <int Y>
void SumPointRow(const Convolution& shape, const float* in, PointRow tiles, float* HWY_RESTRICT inputs, float* sums) {
    const std::size_t step = tiles.rows * tiles.across * shape.in_stride;
    float* to = inputs;
    for (std::size_t y = 0; y < tiles.rows; ++y) {
        for (std::size_t x = 0; x < tiles.across; ++x, to += shape.in_stride) {
            for (std::size_t c = 0; c < shape.in_stride; c += hn::Lanes(Floats())) {
                TransformInputRow<Y>(in + 2 * y * shape.in_row + 2 * x * shape.in_stride + c, shape.in_row,
                                     shape.in_stride, to + c, step);
            }
        }
    }
    tiles.inputs = inputs;
    RowProducts(tiles, shape.in_channels, sums + 4 * Y * shape.in_channels * shape.out_channels);
}

void WinogradGradientSums(const Convolution& shape, const float* in, const float* dy, std::size_t dy_row, float* sums,
                          float* scratch) {
    const Floats d;
    const std::size_t across = shape.width / 2;
    const std::size_t all = shape.height / 2;
    const std::size_t together = rows_together_of(shape);
    const std::size_t row = shape.width * shape.out_channels;
    float* const plus = scratch;
    float* const minus = plus + together * row;
    float* const inputs = minus + together * row;
    for (std::size_t first = 0; first < all; first += together) {
        const float* const from = in + 2 * first * shape.in_row;
        const float* const slopes = dy + 2 * first * dy_row;
        PointRow tiles{.rows = HWY_MIN(together, all - first),
                       .across = across,
                       .in_stride = shape.in_stride,
                       .slope_row = 2 * dy_row,
                       .out_channels = shape.out_channels};
        // A dy. Its last row is taken as the second one of dy instead of minus that; WinogradGradient makes up for it.
        for (std::size_t y = 0; y < tiles.rows; ++y) {
            const float* HWY_RESTRICT const upper = slopes + 2 * y * dy_row;
            for (std::size_t at = 0; at < row; at += hn::Lanes(d)) {
                const Vector a = hn::Load(d, upper + at);
                const Vector b = hn::Load(d, upper + dy_row + at);
                hn::Store(hn::Add(a, b), d, plus + y * row + at);
                hn::Store(hn::Sub(a, b), d, minus + y * row + at);
            }
        }
        tiles.slopes = slopes;
        SumPointRow<0>(shape, from, tiles, inputs, sums);
        tiles.slopes = slopes + dy_row;
        SumPointRow<3>(shape, from, tiles, inputs, sums);
        tiles.slope_row = row;
        tiles.slopes = plus;
        SumPointRow<1>(shape, from, tiles, inputs, sums);
        tiles.slopes = minus;
        SumPointRow<2>(shape, from, tiles, inputs, sums);
    }
}

/// G^T of a column of four, the last of which comes without its sign.
HWY_INLINE void TransformSums(const Vector (&in)[4], Vector (&out)[3]) {
    const Vector half = hn::Set(Floats(), 0.5F);
    const Vector both = hn::Mul(half, hn::Add(in[1], in[2]));
    out[0] = hn::Add(in[0], both);
    out[1] = hn::Mul(half, hn::Sub(in[1], in[2]));
    out[2] = hn::Sub(both, in[3]);
}

/// In place: points x input channels x output channels become taps x input channels x output channels.
void WinogradGradient(const Convolution& shape, float* sums) {
    const Floats d;
    const std::size_t plane = shape.in_channels * shape.out_channels;
    for (std::size_t at = 0; at < plane; at += hn::Lanes(d)) {
        Vector rows[4][3];
#pragma GCC unroll 4
        for (std::size_t y = 0; y < 4; ++y) {
            const float* const from = sums + 4 * y * plane + at;
            const Vector points[4] = {hn::Load(d, from), hn::Load(d, from + plane), hn::Load(d, from + 2 * plane),
                                      hn::Load(d, from + 3 * plane)};
            TransformSums(points, rows[y]);
        }
#pragma GCC unroll 3
        for (std::size_t x = 0; x < 3; ++x) {
            const Vector column[4] = {rows[0][x], rows[1][x], rows[2][x], rows[3][x]};
            Vector taps[3];
            TransformSums(column, taps);
#pragma GCC unroll 3
            for (std::size_t y = 0; y < 3; ++y) {
                hn::Store(taps[y], d, sums + (3 * y + x) * plane + at);
            }
        }
    }
}

}  // namespace mlaasim::fl::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mlaasim::fl::fused {

HWY_EXPORT(WinogradGradientSums);
HWY_EXPORT(WinogradGradient);

bool is_winograd_gradient(const Convolution& shape) {
    return shape.kernel_height == 3 && shape.height % 2 == 0 && shape.width % 2 == 0 &&
           shape.height * shape.width >= 36 && shape.in_channels >= 8 && shape.in_stride % 16 == 0;
}

std::size_t gradient_sum_floats(const Convolution& shape) {
    const std::size_t points = is_winograd_gradient(shape) ? points_of_a_tile : shape.kernel_height * 3;
    return points * shape.in_channels * shape.out_channels;
}

std::size_t gradient_scratch_floats(const Convolution& shape) {
    return is_winograd_gradient(shape)
               ? rows_together_of(shape) * shape.width * (2 * shape.in_stride + 2 * shape.out_channels)
               : 0;
}

void winograd_gradient_sums(const Convolution& shape, const float* in, const float* dy, std::size_t dy_row, float* sums,
                            float* scratch) {
    HWY_DYNAMIC_DISPATCH(WinogradGradientSums)(shape, in, dy, dy_row, sums, scratch);
}

void complete_weight_gradient(const Convolution& shape, float* sums) {
    if (is_winograd_gradient(shape)) {
        HWY_DYNAMIC_DISPATCH(WinogradGradient)(shape, sums);
    }
}

}  // namespace mlaasim::fl::fused
#endif
