// 3x3 convolutions by Winograd's minimal filtering F(2x2, 3x3): 16 products for four outputs where the definition has
// 36 (Lavin and Gray, "Fast algorithms for convolutional neural networks", CVPR 2016).
#include "fl/fused/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fl/fused/winograd.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/highway.h>

#include "fl/fused/optimizer_step-inl.h"

HWY_BEFORE_NAMESPACE();
namespace mlaasim::fl::fused::HWY_NAMESPACE {

constexpr std::size_t points = points_of_a_tile;

/// U = G g G^T of every pair of channels: points x input channels x output channels.
void WinogradWeights(const Convolution& shape, const float* HWY_RESTRICT weight, float* HWY_RESTRICT transformed) {
    const Floats d;
    const Vector half = hn::Set(d, 0.5F);
    const std::size_t plane = shape.in_channels * shape.out_channels;
    for (std::size_t at = 0; at < plane; at += hn::Lanes(d)) {
        Vector rows[4][3];  // G g
        for (std::size_t x = 0; x < 3; ++x) {
            const Vector a = hn::Load(d, weight + x * plane + at);
            const Vector b = hn::Load(d, weight + (3 + x) * plane + at);
            const Vector c = hn::Load(d, weight + (6 + x) * plane + at);
            const Vector outer = hn::Mul(half, hn::Add(a, c));
            const Vector inner = hn::Mul(half, b);
            rows[0][x] = a;
            rows[1][x] = hn::Add(outer, inner);
            rows[2][x] = hn::Sub(outer, inner);
            rows[3][x] = c;
        }
        for (std::size_t y = 0; y < 4; ++y) {
            float* const to = transformed + 4 * y * plane + at;
            const Vector outer = hn::Mul(half, hn::Add(rows[y][0], rows[y][2]));
            const Vector inner = hn::Mul(half, rows[y][1]);
            hn::Store(rows[y][0], d, to);
            hn::Store(hn::Add(outer, inner), d, to + plane);
            hn::Store(hn::Sub(outer, inner), d, to + 2 * plane);
            hn::Store(rows[y][2], d, to + 3 * plane);
        }
    }
}

/// B^T d B of one tile and one vector of channels, its points `step` floats apart.
HWY_INLINE void TransformInput(const float* HWY_RESTRICT in, std::size_t row, std::size_t column,
                               float* HWY_RESTRICT out, std::size_t step) {
    const Floats d;
    Vector t[4][4];  // B^T d
#pragma GCC unroll 4
    for (std::size_t x = 0; x < 4; ++x) {
        const Vector a = hn::Load(d, in + x * column);
        const Vector b = hn::Load(d, in + row + x * column);
        const Vector c = hn::Load(d, in + 2 * row + x * column);
        const Vector e = hn::Load(d, in + 3 * row + x * column);
        t[0][x] = hn::Sub(a, c);
        t[1][x] = hn::Add(b, c);
        t[2][x] = hn::Sub(c, b);
        t[3][x] = hn::Sub(b, e);
    }
#pragma GCC unroll 4
    for (std::size_t y = 0; y < 4; ++y) {
        hn::Store(hn::Sub(t[y][0], t[y][2]), d, out + (4 * y) * step);
        hn::Store(hn::Add(t[y][1], t[y][2]), d, out + (4 * y + 1) * step);
        hn::Store(hn::Sub(t[y][2], t[y][1]), d, out + (4 * y + 2) * step);
        hn::Store(hn::Sub(t[y][1], t[y][3]), d, out + (4 * y + 3) * step);
    }
}

/// A^T m A + bias of one tile and one vector of channels.
HWY_INLINE void TransformOutput(const float* HWY_RESTRICT in, std::size_t step, Vector bias, float* HWY_RESTRICT out,
                                std::size_t row, std::size_t column) {
    const Floats d;
    Vector t[2][4];  // A^T m
#pragma GCC unroll 4
    for (std::size_t x = 0; x < 4; ++x) {
        const Vector a = hn::Load(d, in + x * step);
        const Vector b = hn::Load(d, in + (4 + x) * step);
        const Vector c = hn::Load(d, in + (8 + x) * step);
        const Vector e = hn::Load(d, in + (12 + x) * step);
        t[0][x] = hn::Add(hn::Add(a, b), c);
        t[1][x] = hn::Sub(hn::Sub(b, c), e);
    }
#pragma GCC unroll 2
    for (std::size_t y = 0; y < 2; ++y) {
        hn::Store(hn::Add(bias, hn::Add(hn::Add(t[y][0], t[y][1]), t[y][2])), d, out + y * row);
        hn::Store(hn::Add(bias, hn::Sub(hn::Sub(t[y][1], t[y][2]), t[y][3])), d, out + y * row + column);
    }
}

/// products[tile][output] = sum over the input channels, of P tiles x V vectors of output channels at one point. S is
/// the stride of the tiles where it is known at compile time, else 0.
template <int P, int V, std::size_t S>
HWY_INLINE void PointTile(const float* HWY_RESTRICT in, std::size_t in_stride, const float* HWY_RESTRICT weight,
                          std::size_t in_channels, std::size_t out_channels, float* HWY_RESTRICT products) {
    const Floats d;
    const std::size_t lanes = hn::Lanes(d);
    const std::size_t stride = S != 0 ? S : in_stride;
    Vector sums[P][V];
#pragma GCC unroll 14
    for (int p = 0; p < P; ++p) {
#pragma GCC unroll 2
        for (int v = 0; v < V; ++v) {
            sums[p][v] = hn::Zero(d);
        }
    }
    for (std::size_t c = 0; c < in_channels; ++c, ++in, weight += out_channels) {
        Vector weights[V];
#pragma GCC unroll 2
        for (int v = 0; v < V; ++v) {
            weights[v] = hn::Load(d, weight + static_cast<std::size_t>(v) * lanes);
        }
#pragma GCC unroll 14
        for (int p = 0; p < P; ++p) {
            const Vector value = hn::Set(d, in[static_cast<std::size_t>(p) * stride]);
#pragma GCC unroll 2
            for (int v = 0; v < V; ++v) {
                sums[p][v] = hn::MulAdd(value, weights[v], sums[p][v]);
            }
        }
    }
#pragma GCC unroll 14
    for (int p = 0; p < P; ++p) {
#pragma GCC unroll 2
        for (int v = 0; v < V; ++v) {
            hn::Store(sums[p][v], d,
                      products + static_cast<std::size_t>(p) * out_channels + static_cast<std::size_t>(v) * lanes);
        }
    }
}

/// The products of `tiles` tiles at one point.
template <std::size_t S>
HWY_INLINE void PointProduct(const Convolution& shape, const float* in, const float* weight, std::size_t tiles,
                             float* products) {
    constexpr int wide = by_registers(14, 6, 6);
    constexpr int half = by_registers(7, 4, 4);
    const std::size_t lanes = hn::Lanes(Floats());
    const std::size_t stride = shape.in_stride;
    std::size_t c = 0;
    const auto columns = [&]<int V>() {
        std::size_t t = 0;
        const auto tile = [&]<int P>() {
            PointTile<P, V, S>(in + t * stride, stride, weight + c, shape.in_channels, shape.out_channels,
                               products + t * shape.out_channels + c);
            t += P;
        };
        // One or two tiles alone would wait for their own sums.
        const auto fits = [&](std::size_t count) { return t + count == tiles || t + count + 3 <= tiles; };
        while (fits(wide)) {
            tile.template operator()<wide>();
        }
        while (fits(half)) {
            tile.template operator()<half>();
        }
        while (t + 3 <= tiles) {
            tile.template operator()<3>();
        }
        while (t < tiles) {
            tile.template operator()<1>();
        }
        c += V * lanes;
    };
    while (c + 2 * lanes <= shape.out_channels) {
        columns.template operator()<2>();
    }
    if (c < shape.out_channels) {
        columns.template operator()<1>();
    }
}

void WinogradForward(const Convolution& shape, const float* in, const float* transformed, const float* bias, float* out,
                     float* scratch) {
    const Floats d;
    const std::size_t lanes = hn::Lanes(d);
    const std::size_t across = shape.width / 2;
    const std::size_t all = across * (shape.height / 2);
    const std::size_t input_plane = winograd_tiles * shape.in_stride;
    const std::size_t output_plane = winograd_tiles * shape.out_channels;
    float* const inputs = scratch;
    float* const products = scratch + points * input_plane;
    for (std::size_t first = 0; first < all; first += winograd_tiles) {
        const std::size_t tiles = HWY_MIN(winograd_tiles, all - first);
        for (std::size_t t = 0; t < tiles; ++t) {
            const std::size_t y = (first + t) / across * 2;
            const std::size_t x = (first + t) % across * 2;
            for (std::size_t c = 0; c < shape.in_stride; c += lanes) {
                TransformInput(in + y * shape.in_row + x * shape.in_stride + c, shape.in_row, shape.in_stride,
                               inputs + t * shape.in_stride + c, input_plane);
            }
        }
        for (std::size_t point = 0; point < points; ++point) {
            const float* const from = inputs + point * input_plane;
            const float* const weight = transformed + point * shape.in_channels * shape.out_channels;
            float* const to = products + point * output_plane;
            switch (shape.in_stride) {
                case 16: PointProduct<16>(shape, from, weight, tiles, to); break;
                case 32: PointProduct<32>(shape, from, weight, tiles, to); break;
                default: PointProduct<0>(shape, from, weight, tiles, to); break;
            }
        }
        for (std::size_t t = 0; t < tiles; ++t) {
            const std::size_t y = (first + t) / across * 2;
            const std::size_t x = (first + t) % across * 2;
            for (std::size_t c = 0; c < shape.out_channels; c += lanes) {
                TransformOutput(products + t * shape.out_channels + c, output_plane,
                                bias == nullptr ? hn::Zero(d) : hn::Load(d, bias + c),
                                out + (y * shape.width + x) * shape.out_channels + c, shape.width * shape.out_channels,
                                shape.out_channels);
            }
        }
    }
}

}  // namespace mlaasim::fl::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mlaasim::fl::fused {

HWY_EXPORT(WinogradWeights);
HWY_EXPORT(WinogradForward);

bool is_winograd(const Convolution& shape) {
    return shape.kernel_height == 3 && shape.height % 2 == 0 && shape.width % 2 == 0 && shape.in_channels >= 12 &&
           shape.in_stride % 16 == 0;
}

std::size_t transformed_floats(const Convolution& shape) {
    return is_winograd(shape) ? points_of_a_tile * shape.in_channels * shape.out_channels : 0;
}

std::size_t scratch_floats(const Convolution& shape) {
    return is_winograd(shape) ? points_of_a_tile * winograd_tiles * (shape.in_stride + shape.out_channels) : 0;
}

void transform_weights(const Convolution& shape, const float* weight, float* transformed) {
    if (is_winograd(shape)) {
        HWY_DYNAMIC_DISPATCH(WinogradWeights)(shape, weight, transformed);
    }
}

void winograd_forward(const Convolution& shape, const float* in, const float* transformed, const float* bias,
                      float* out, float* scratch) {
    HWY_DYNAMIC_DISPATCH(WinogradForward)(shape, in, transformed, bias, out, scratch);
}

}  // namespace mlaasim::fl::fused
#endif
