// Convolutions over channels-last data: a tile of positions x output channels in registers, the input broadcast.
#include "fl/fused/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fl/fused/convolution.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/highway.h>

#include "fl/fused/optimizer_step-inl.h"

HWY_BEFORE_NAMESPACE();
namespace mlaasim::fl::fused::HWY_NAMESPACE {

constexpr std::size_t kernel_width = 3;

/// P positions x V vectors of output channels. S is the input's stride where it is known at compile time, else 0.
template <int P, int V, std::size_t S>
HWY_INLINE void PositionTile(const Convolution& shape, const float* HWY_RESTRICT in, const float* HWY_RESTRICT weight,
                             const float* HWY_RESTRICT bias, float* HWY_RESTRICT out) {
    const Floats d;
    const std::size_t lanes = hn::Lanes(d);
    const std::size_t stride = S != 0 ? S : shape.in_stride;
    Vector sums[P][V];
#pragma GCC unroll 14
    for (int p = 0; p < P; ++p) {
#pragma GCC unroll 2
        for (int v = 0; v < V; ++v) {
            sums[p][v] = bias == nullptr ? hn::Zero(d) : hn::Load(d, bias + static_cast<std::size_t>(v) * lanes);
        }
    }
    for (std::size_t dy = 0; dy < shape.kernel_height; ++dy) {
        for (std::size_t dx = 0; dx < kernel_width; ++dx) {
            const float* HWY_RESTRICT from = in + dy * shape.in_row + dx * stride;
            for (std::size_t c = 0; c < shape.in_channels; ++c) {
                Vector weights[V];
#pragma GCC unroll 2
                for (int v = 0; v < V; ++v) {
                    weights[v] = hn::Load(d, weight + static_cast<std::size_t>(v) * lanes);
                }
#pragma GCC unroll 14
                for (int p = 0; p < P; ++p) {
                    const Vector value = hn::Set(d, from[static_cast<std::size_t>(p) * stride]);
#pragma GCC unroll 2
                    for (int v = 0; v < V; ++v) {
                        sums[p][v] = hn::MulAdd(value, weights[v], sums[p][v]);
                    }
                }
                ++from;
                weight += shape.out_channels;
            }
        }
    }
#pragma GCC unroll 14
    for (int p = 0; p < P; ++p) {
#pragma GCC unroll 2
        for (int v = 0; v < V; ++v) {
            hn::Store(sums[p][v], d,
                      out + static_cast<std::size_t>(p) * shape.out_channels + static_cast<std::size_t>(v) * lanes);
        }
    }
}

template <int V, std::size_t S>
HWY_INLINE void ConvolveRow(const Convolution& shape, const float* in, const float* weight, const float* bias,
                            float* out) {
    constexpr int wide = by_registers(14, 6, 6);
    constexpr int half = by_registers(7, 4, 4);
    std::size_t x = 0;
    const auto tile = [&]<int P>() {
        PositionTile<P, V, S>(shape, in + x * (S != 0 ? S : shape.in_stride), weight, bias,
                              out + x * shape.out_channels);
        x += P;
    };
    while (x + wide <= shape.width) {
        tile.template operator()<wide>();
    }
    while (x + half <= shape.width) {
        tile.template operator()<half>();
    }
    while (x + 2 <= shape.width) {
        tile.template operator()<2>();
    }
    if (x < shape.width) {
        tile.template operator()<1>();
    }
}

template <std::size_t S>
HWY_INLINE void Convolve(const Convolution& shape, const float* in, const float* weight, const float* bias,
                         float* out) {
    const std::size_t lanes = hn::Lanes(Floats());
    std::size_t c = 0;
    const auto rows = [&]<int V>() {
        for (std::size_t y = 0; y < shape.height; ++y) {
            ConvolveRow<V, S>(shape, in + y * shape.in_row, weight + c, bias == nullptr ? nullptr : bias + c,
                              out + y * shape.width * shape.out_channels + c);
        }
        c += V * lanes;
    };
    while (c + 2 * lanes <= shape.out_channels) {
        rows.template operator()<2>();
    }
    if (c < shape.out_channels) {
        rows.template operator()<1>();
    }
}

void ConvolutionForward(const Convolution& shape, const float* in, const float* weight, const float* bias, float* out) {
    switch (shape.in_stride) {
        case 1: Convolve<1>(shape, in, weight, bias, out); break;
        case 16: Convolve<16>(shape, in, weight, bias, out); break;
        case 32: Convolve<32>(shape, in, weight, bias, out); break;
        default: Convolve<0>(shape, in, weight, bias, out); break;
    }
}

/// Weight gradients of H rows of the kernel x its width x I input channels x V vectors of output channels, kept in
/// registers over all positions of a sample.
template <int H, int I, int V, std::size_t S>
HWY_INLINE void WeightTile(const Convolution& shape, const float* HWY_RESTRICT in, const float* HWY_RESTRICT dy,
                           std::size_t dy_row, float* HWY_RESTRICT gradient) {
    const Floats d;
    const std::size_t lanes = hn::Lanes(d);
    const std::size_t stride = S != 0 ? S : shape.in_stride;
    constexpr int taps = H * static_cast<int>(kernel_width);
    const auto place = [&](int tap, int i, int v) {
        return (static_cast<std::size_t>(tap) * shape.in_channels + static_cast<std::size_t>(i)) * shape.out_channels +
               static_cast<std::size_t>(v) * lanes;
    };
    Vector sums[taps][I][V];
#pragma GCC unroll 9
    for (int t = 0; t < taps; ++t) {
#pragma GCC unroll 4
        for (int i = 0; i < I; ++i) {
#pragma GCC unroll 2
            for (int v = 0; v < V; ++v) {
                sums[t][i][v] = hn::Load(d, gradient + place(t, i, v));
            }
        }
    }
    for (std::size_t y = 0; y < shape.height; ++y) {
        const float* HWY_RESTRICT from = in + y * shape.in_row;
        const float* HWY_RESTRICT slope = dy + y * dy_row;
        for (std::size_t x = 0; x < shape.width; ++x) {
            Vector slopes[V];
#pragma GCC unroll 2
            for (int v = 0; v < V; ++v) {
                slopes[v] = hn::Load(d, slope + static_cast<std::size_t>(v) * lanes);
            }
#pragma GCC unroll 9
            for (int t = 0; t < taps; ++t) {
                const float* const tap = from + static_cast<std::size_t>(t) / kernel_width * shape.in_row +
                                         static_cast<std::size_t>(t) % kernel_width * stride;
#pragma GCC unroll 4
                for (int i = 0; i < I; ++i) {
                    const Vector value = hn::Set(d, tap[i]);
#pragma GCC unroll 2
                    for (int v = 0; v < V; ++v) {
                        sums[t][i][v] = hn::MulAdd(value, slopes[v], sums[t][i][v]);
                    }
                }
            }
            from += stride;
            slope += shape.out_channels;
        }
    }
#pragma GCC unroll 9
    for (int t = 0; t < taps; ++t) {
#pragma GCC unroll 4
        for (int i = 0; i < I; ++i) {
#pragma GCC unroll 2
            for (int v = 0; v < V; ++v) {
                hn::Store(sums[t][i][v], d, gradient + place(t, i, v));
            }
        }
    }
}

template <int V, std::size_t S>
HWY_INLINE void WeightGradient(const Convolution& shape, const float* in, const float* dy, std::size_t dy_row,
                               float* gradient) {
    constexpr int wide = by_registers(4, 2, 2);
    if (shape.kernel_height == 3 && shape.in_channels == 1 && V == 1) {
        WeightTile<3, 1, V, S>(shape, in, dy, dy_row, gradient);
        return;
    }
    for (std::size_t row = 0; row < shape.kernel_height; ++row) {
        const float* const from = in + row * shape.in_row;
        float* const to = gradient + row * kernel_width * shape.in_channels * shape.out_channels;
        std::size_t c = 0;
        for (; c + wide <= shape.in_channels; c += wide) {
            WeightTile<1, wide, V, S>(shape, from + c, dy, dy_row, to + c * shape.out_channels);
        }
        for (; c < shape.in_channels; ++c) {
            WeightTile<1, 1, V, S>(shape, from + c, dy, dy_row, to + c * shape.out_channels);
        }
    }
}

template <std::size_t S>
HWY_INLINE void WeightGradients(const Convolution& shape, const float* in, const float* dy, std::size_t dy_row,
                                float* gradient) {
    const std::size_t lanes = hn::Lanes(Floats());
    std::size_t c = 0;
    if (shape.in_channels > 1) {
        for (; c + 2 * lanes <= shape.out_channels; c += 2 * lanes) {
            WeightGradient<2, S>(shape, in, dy + c, dy_row, gradient + c);
        }
    }
    for (; c < shape.out_channels; c += lanes) {
        WeightGradient<1, S>(shape, in, dy + c, dy_row, gradient + c);
    }
}

void ConvolutionWeightGradient(const Convolution& shape, const float* in, const float* dy, std::size_t dy_row,
                               float* gradient) {
    // With few registers, GCC keeps what neighbouring positions share of a known stride, and then lacks registers for
    // the sums: 84 GFLOP/s instead of 114.
    switch (shape.in_stride) {
        case 1: WeightGradients<1>(shape, in, dy, dy_row, gradient); break;
        case 16: WeightGradients<by_registers(16, 0, 0)>(shape, in, dy, dy_row, gradient); break;
        default: WeightGradients<0>(shape, in, dy, dy_row, gradient); break;
    }
}

}  // namespace mlaasim::fl::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mlaasim::fl::fused {

HWY_EXPORT(ConvolutionForward);
HWY_EXPORT(ConvolutionWeightGradient);

void convolution_forward(const Convolution& shape, const float* in, const float* weight, const float* transformed,
                         const float* bias, float* out, float* scratch) {
    if (is_winograd(shape)) {
        winograd_forward(shape, in, transformed, bias, out, scratch);
        return;
    }
    HWY_DYNAMIC_DISPATCH(ConvolutionForward)(shape, in, weight, bias, out);
}

void convolution_weight_gradient(const Convolution& shape, const float* in, const float* dy, std::size_t dy_row,
                                 float* sums, float* scratch) {
    if (is_winograd_gradient(shape)) {
        winograd_gradient_sums(shape, in, dy, dy_row, sums, scratch);
        return;
    }
    HWY_DYNAMIC_DISPATCH(ConvolutionWeightGradient)(shape, in, dy, dy_row, sums);
}

}  // namespace mlaasim::fl::fused
#endif
