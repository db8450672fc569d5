// Batch norm, ReLU and max pooling of one sample, channels last, in one pass each way.
#include <limits>

#include "fl/fused/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fl/fused/norm_pool.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/highway.h>

#include "fl/fused/optimizer_step-inl.h"

HWY_BEFORE_NAMESPACE();
namespace mlaasim::fl::fused::HWY_NAMESPACE {

void ChannelMoments(const float* HWY_RESTRICT x, std::size_t positions, std::size_t channels, float* mean,
                    float* squares) {
    const Floats d;
    const auto over_positions = [&](std::size_t c, auto term) {
        Vector sums[4] = {hn::Zero(d), hn::Zero(d), hn::Zero(d), hn::Zero(d)};
        std::size_t p = 0;
        for (; p + 4 <= positions; p += 4) {
#pragma GCC unroll 4
            for (std::size_t i = 0; i < 4; ++i) {
                sums[i] = term(hn::Load(d, x + (p + i) * channels + c), sums[i]);
            }
        }
        for (; p < positions; ++p) {
            sums[0] = term(hn::Load(d, x + p * channels + c), sums[0]);
        }
        return hn::Add(hn::Add(sums[0], sums[1]), hn::Add(sums[2], sums[3]));
    };
    const Vector share = hn::Set(d, 1.0F / static_cast<float>(positions));
    for (std::size_t c = 0; c < channels; c += hn::Lanes(d)) {
        const Vector average =
            hn::Mul(share, over_positions(c, [](Vector value, Vector sum) { return hn::Add(value, sum); }));
        hn::Store(average, d, mean + c);
        const Vector total = over_positions(c, [average](Vector value, Vector sum) {
            const Vector difference = hn::Sub(value, average);
            return hn::MulAdd(difference, difference, sum);
        });
        hn::Store(total, d, squares + c);
    }
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
    WithWindow(shape, [&]<std::size_t H, std::size_t W>() {
        const std::size_t rows = shape.height / H;
        const std::size_t columns = shape.width / W;
        for (std::size_t c = 0; c < shape.channels; c += hn::Lanes(d)) {
            const Vector a = hn::Load(d, scale + c);
            const Vector b = hn::Load(d, shift + c);
            const Vector base = hn::Load(d, offset + c);
            const Vector tilt = hn::Load(d, slope + c);
            Vector sum = hn::Load(d, sum_dx + c);
            const auto everywhere = [&](std::size_t row, std::size_t column) {
                const Vector value = hn::Load(d, x + (row * shape.width + column) * shape.channels + c);
                const Vector gradient = hn::MulAdd(tilt, value, base);
                hn::Store(gradient, d, dx + row * dx_row + column * shape.channels + c);
                sum = hn::Add(sum, gradient);
            };
            for (std::size_t row = 0; row < rows; ++row) {
                for (std::size_t column = 0; column < columns; ++column) {
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
                        const auto first = hn::Eq(z[k], largest);
                        const Vector gradient =
                            hn::Add(hn::MulAdd(tilt, values[k], base), hn::IfThenElseZero(first, rest));
                        rest = hn::IfThenZeroElse(first, rest);
                        hn::Store(gradient, d, to + k / W * dx_row + k % W * shape.channels);
                        sum = hn::Add(sum, gradient);
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
            hn::Store(sum, d, sum_dx + c);
        }
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
