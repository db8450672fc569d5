// Batch norm, ReLU and max pooling of one sample, channels last, in one pass each way.
#include <limits>

#include "fl/fused/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fl/fused/norm_pool.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include "fl/fused/optimizer_step-inl.h"

HWY_BEFORE_NAMESPACE();
namespace mlaasim::fl::fused::HWY_NAMESPACE {

/// Calls function.operator()<V>(c) for V vectors of channels from c on: two at once, as two sums wait for themselves no
/// longer than one.
template <class Function>
HWY_INLINE void EachTwoVectors(std::size_t channels, const Function& function) {
    const std::size_t lanes = hn::Lanes(Floats());
    std::size_t c = 0;
    for (; c + 2 * lanes <= channels; c += 2 * lanes) {
        function.template operator()<2>(c);
    }
    if (c < channels) {
        function.template operator()<1>(c);
    }
}

void ChannelMoments(const float* HWY_RESTRICT x, std::size_t positions, std::size_t channels, float* mean,
                    float* squares) {
    const Floats d;
    const std::size_t lanes = hn::Lanes(d);
    const Vector share = hn::Set(d, 1.0F / static_cast<float>(positions));
    EachTwoVectors(channels, [&]<std::size_t V>(std::size_t c) {
        const auto over_positions = [&](auto term, Vector* totals) {
            Vector sums[4][V];
#pragma GCC unroll 4
            for (std::size_t i = 0; i < 4; ++i) {
#pragma GCC unroll 2
                for (std::size_t v = 0; v < V; ++v) {
                    sums[i][v] = hn::Zero(d);
                }
            }
            std::size_t p = 0;
            for (; p + 4 <= positions; p += 4) {
#pragma GCC unroll 4
                for (std::size_t i = 0; i < 4; ++i) {
#pragma GCC unroll 2
                    for (std::size_t v = 0; v < V; ++v) {
                        sums[i][v] = term(hn::Load(d, x + (p + i) * channels + c + v * lanes), sums[i][v], v);
                    }
                }
            }
            for (; p < positions; ++p) {
#pragma GCC unroll 2
                for (std::size_t v = 0; v < V; ++v) {
                    sums[0][v] = term(hn::Load(d, x + p * channels + c + v * lanes), sums[0][v], v);
                }
            }
#pragma GCC unroll 2
            for (std::size_t v = 0; v < V; ++v) {
                totals[v] = hn::Add(hn::Add(sums[0][v], sums[1][v]), hn::Add(sums[2][v], sums[3][v]));
            }
        };
        Vector averages[V];
        over_positions([](Vector value, Vector sum, std::size_t) { return hn::Add(value, sum); }, averages);
#pragma GCC unroll 2
        for (std::size_t v = 0; v < V; ++v) {
            averages[v] = hn::Mul(share, averages[v]);
            hn::Store(averages[v], d, mean + c + v * lanes);
        }
        Vector totals[V];
        over_positions(
            [&averages](Vector value, Vector sum, std::size_t v) {
                const Vector difference = hn::Sub(value, averages[v]);
                return hn::MulAdd(difference, difference, sum);
            },
            totals);
#pragma GCC unroll 2
        for (std::size_t v = 0; v < V; ++v) {
            hn::Store(totals[v], d, squares + c + v * lanes);
        }
    });
}

void NormReluSums(const float* HWY_RESTRICT x, std::size_t positions, std::size_t channels, const float* scale,
                  const float* shift, float* sums, float* squares) {
    const Floats d;
    for (std::size_t c = 0; c < channels; c += hn::Lanes(d)) {
        const Vector a = hn::Load(d, scale + c);
        const Vector b = hn::Load(d, shift + c);
        Vector sum = hn::Load(d, sums + c);
        Vector square = hn::Load(d, squares + c);
        for (std::size_t p = 0; p < positions; ++p) {
            const Vector z = hn::MulAdd(a, hn::Load(d, x + p * channels + c), b);
            const Vector value = hn::IfThenZeroElse(hn::Lt(z, hn::Zero(d)), z);
            sum = hn::Add(sum, value);
            square = hn::MulAdd(value, value, square);
        }
        hn::Store(sum, d, sums + c);
        hn::Store(square, d, squares + c);
    }
}

/// The window heights and widths that occur, known at compile time.
template <class Function>
HWY_INLINE void WithWindow(const Pooling& shape, const Function& function) {
    if (shape.window_height == 2) {
        function.template operator()<2, 2>();
    } else {
        function.template operator()<1, 2>();
    }
}

/// Asks for V vectors of channels of the window below: a batch's outputs lie in a far cache.
template <std::size_t H, std::size_t W, std::size_t V>
HWY_INLINE void PrepareWindow(const Pooling& shape, const float* corner) {
    constexpr std::size_t cache_line = 16;
#pragma GCC unroll 4
    for (std::size_t k = 0; k < H * W; ++k) {
        for (std::size_t c = 0; c < V * hn::MaxLanes(Floats()); c += cache_line) {
            hwy::Prefetch(corner + ((H + k / W) * shape.width + k % W) * shape.channels + c);
        }
    }
}

void NormPoolForward(const Pooling& shape, const float* HWY_RESTRICT x, const float* scale, const float* shift,
                     float* HWY_RESTRICT out, std::size_t out_row, std::size_t out_column, float* selected) {
    const Floats d;
    WithWindow(shape, [&]<std::size_t H, std::size_t W>() {
        const std::size_t rows = shape.height / H;
        const std::size_t columns = shape.width / W;
        for (std::size_t c = 0; c < shape.channels; c += hn::Lanes(d)) {
            const Vector a = hn::Load(d, scale + c);
            const Vector b = hn::Load(d, shift + c);
            for (std::size_t row = 0; row < rows; ++row) {
                for (std::size_t column = 0; column < columns; ++column) {
                    const float* const corner = x + (row * H * shape.width + column * W) * shape.channels + c;
                    PrepareWindow<H, W, 1>(shape, corner);
                    Vector chosen = hn::Load(d, corner);
                    Vector largest = hn::MulAdd(a, chosen, b);
#pragma GCC unroll 4
                    for (std::size_t k = 1; k < H * W; ++k) {
                        const Vector value = hn::Load(d, corner + (k / W * shape.width + k % W) * shape.channels);
                        const Vector z = hn::MulAdd(a, value, b);
                        const auto larger = hn::Gt(z, largest);
                        largest = hn::IfThenElse(larger, z, largest);
                        chosen = hn::IfThenElse(larger, value, chosen);
                    }
                    // NaN passes: batch norm makes all of a channel NaN that has one.
                    const auto negative = hn::Lt(largest, hn::Zero(d));
                    hn::Store(hn::IfThenZeroElse(negative, largest), d, out + row * out_row + column * out_column + c);
                    if (selected != nullptr) {
                        hn::Store(chosen, d, selected + (row * columns + column) * shape.channels + c);
                    }
                }
            }
        }
    });
}

void NormPoolSums(const Pooling& shape, const float* HWY_RESTRICT selected, const float* HWY_RESTRICT dpooled,
                  const float* scale, const float* shift, const float* mean, float* sum_g, float* sum_gx) {
    const Floats d;
    const std::size_t positions = (shape.height / shape.window_height) * (shape.width / shape.window_width);
    for (std::size_t c = 0; c < shape.channels; c += hn::Lanes(d)) {
        const Vector a = hn::Load(d, scale + c);
        const Vector b = hn::Load(d, shift + c);
        const Vector centre = hn::Load(d, mean + c);
        Vector sums = hn::Load(d, sum_g + c);
        Vector products = hn::Load(d, sum_gx + c);
        for (std::size_t p = 0; p < positions; ++p) {
            const Vector x = hn::Load(d, selected + p * shape.channels + c);
            const auto passes = hn::Gt(hn::MulAdd(a, x, b), hn::Zero(d));
            const Vector g = hn::IfThenElseZero(passes, hn::Load(d, dpooled + p * shape.channels + c));
            sums = hn::Add(sums, g);
            products = hn::MulAdd(g, hn::Sub(x, centre), products);
        }
        hn::Store(sums, d, sum_g + c);
        hn::Store(products, d, sum_gx + c);
    }
}

void NormPoolBackward(const Pooling& shape, const float* HWY_RESTRICT x, const float* HWY_RESTRICT dpooled,
                      const float* scale, const float* shift, const float* offset, const float* slope,
                      float* HWY_RESTRICT dx, std::size_t dx_row, float* sum_dx) {
    const Floats d;
    const std::size_t lanes = hn::Lanes(d);
    WithWindow(shape, [&]<std::size_t H, std::size_t W>() {
        const std::size_t rows = shape.height / H;
        const std::size_t columns = shape.width / W;
        EachTwoVectors(shape.channels, [&]<std::size_t V>(std::size_t first) {
            Vector sums[V];
#pragma GCC unroll 2
            for (std::size_t v = 0; v < V; ++v) {
                sums[v] = hn::Load(d, sum_dx + first + v * lanes);
            }
            const auto window = [&](std::size_t row, std::size_t column, std::size_t v) {
                const std::size_t c = first + v * lanes;
                const Vector a = hn::Load(d, scale + c);
                const Vector b = hn::Load(d, shift + c);
                const Vector base = hn::Load(d, offset + c);
                const Vector tilt = hn::Load(d, slope + c);
                const float* const corner = x + (row * H * shape.width + column * W) * shape.channels + c;
                Vector values[H * W];
                Vector z[H * W];
#pragma GCC unroll 4
                for (std::size_t k = 0; k < H * W; ++k) {
                    values[k] = hn::Load(d, corner + (k / W * shape.width + k % W) * shape.channels);
                    z[k] = hn::MulAdd(a, values[k], b);
                }
                Vector largest = z[0];
#pragma GCC unroll 4
                for (std::size_t k = 1; k < H * W; ++k) {
                    largest = hn::IfThenElse(hn::Gt(z[k], largest), z[k], largest);
                }
                const Vector g = hn::Load(d, dpooled + (row * columns + column) * shape.channels + c);
                // The gradient of the first maximum; zero once it is given away.
                Vector rest = hn::IfThenElseZero(hn::Gt(largest, hn::Zero(d)), hn::Mul(a, g));
                float* const to = dx + row * H * dx_row + column * W * shape.channels + c;
#pragma GCC unroll 4
                for (std::size_t k = 0; k < H * W; ++k) {
                    const auto chosen = hn::Eq(z[k], largest);
                    const Vector gradient =
                        hn::Add(hn::MulAdd(tilt, values[k], base), hn::IfThenElseZero(chosen, rest));
                    rest = hn::IfThenZeroElse(chosen, rest);
                    hn::Store(gradient, d, to + k / W * dx_row + k % W * shape.channels);
                    sums[v] = hn::Add(sums[v], gradient);
                }
            };
            const auto everywhere = [&](std::size_t row, std::size_t column) {
#pragma GCC unroll 2
                for (std::size_t v = 0; v < V; ++v) {
                    const std::size_t c = first + v * lanes;
                    const Vector value = hn::Load(d, x + (row * shape.width + column) * shape.channels + c);
                    const Vector gradient = hn::MulAdd(hn::Load(d, slope + c), value, hn::Load(d, offset + c));
                    hn::Store(gradient, d, dx + row * dx_row + column * shape.channels + c);
                    sums[v] = hn::Add(sums[v], gradient);
                }
            };
            for (std::size_t row = 0; row < rows; ++row) {
                for (std::size_t column = 0; column < columns; ++column) {
                    PrepareWindow<H, W, V>(shape, x + (row * H * shape.width + column * W) * shape.channels + first);
#pragma GCC unroll 2
                    for (std::size_t v = 0; v < V; ++v) {
                        window(row, column, v);
                    }
                }
                for (std::size_t r = row * H; r < row * H + H; ++r) {
                    for (std::size_t column = columns * W; column < shape.width; ++column) {
                        everywhere(r, column);
                    }
                }
            }
            for (std::size_t row = rows * H; row < shape.height; ++row) {
                for (std::size_t column = 0; column < shape.width; ++column) {
                    everywhere(row, column);
                }
            }
#pragma GCC unroll 2
            for (std::size_t v = 0; v < V; ++v) {
                hn::Store(sums[v], d, sum_dx + first + v * lanes);
            }
        });
    });
}

}  // namespace mlaasim::fl::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mlaasim::fl::fused {

HWY_EXPORT(ChannelMoments);
HWY_EXPORT(NormReluSums);
HWY_EXPORT(NormPoolForward);
HWY_EXPORT(NormPoolSums);
HWY_EXPORT(NormPoolBackward);

void channel_moments(const float* x, std::size_t positions, std::size_t channels, float* mean, float* squares) {
    HWY_DYNAMIC_DISPATCH(ChannelMoments)(x, positions, channels, mean, squares);
}

void norm_relu_sums(const float* x, std::size_t positions, std::size_t channels, const float* scale, const float* shift,
                    float* sums, float* squares) {
    HWY_DYNAMIC_DISPATCH(NormReluSums)(x, positions, channels, scale, shift, sums, squares);
}

void norm_pool_forward(const Pooling& shape, const float* x, const float* scale, const float* shift, float* out,
                       std::size_t out_row, std::size_t out_column, float* selected) {
    HWY_DYNAMIC_DISPATCH(NormPoolForward)(shape, x, scale, shift, out, out_row, out_column, selected);
}

void norm_pool_sums(const Pooling& shape, const float* selected, const float* dpooled, const float* scale,
                    const float* shift, const float* mean, float* sum_g, float* sum_gx) {
    HWY_DYNAMIC_DISPATCH(NormPoolSums)(shape, selected, dpooled, scale, shift, mean, sum_g, sum_gx);
}

void norm_pool_backward(const Pooling& shape, const float* x, const float* dpooled, const float* scale,
                        const float* shift, const float* offset, const float* slope, float* dx, std::size_t dx_row,
                        float* sum_dx) {
    HWY_DYNAMIC_DISPATCH(NormPoolBackward)
    (shape, x, dpooled, scale, shift, offset, slope, dx, dx_row, sum_dx);
}

}  // namespace mlaasim::fl::fused
#endif
