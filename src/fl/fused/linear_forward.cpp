// Fully connected layers, forward: tiles of dot products in registers, each summed over its whole length in one order.
#include "fl/fused/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fl/fused/linear_forward.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/highway.h>

#include "fl/fused/lane_sum-inl.h"
#include "fl/fused/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace mlaasim::fl::fused::HWY_NAMESPACE {

// y = x w^T: both operands run along the sum, so lanes are added up at the end.

#if HWY_TARGET != HWY_SCALAR
/// The lanes of four vectors added up, one result each.
HWY_INLINE hn::Vec<hn::CappedTag<float, 4>> SumFour(const Vector (&v)[4]) {
    const auto add_pairs = [](auto d, auto a, auto b, auto c, auto e) {
        const auto even = hn::Add(hn::InterleaveLower(d, a, c), hn::InterleaveUpper(d, a, c));
        const auto odd = hn::Add(hn::InterleaveLower(d, b, e), hn::InterleaveUpper(d, b, e));
        return hn::Add(hn::InterleaveLower(d, even, odd), hn::InterleaveUpper(d, even, odd));
    };
    const Floats d;
    if constexpr (registers == Registers::many) {
        return AddBlocks(d, add_pairs(d, v[0], v[1], v[2], v[3]));
    } else {
        // The order of SumLanes.
        const hn::CappedTag<float, 4> four;
        return add_pairs(four, AddBlocks(d, v[0]), AddBlocks(d, v[1]), AddBlocks(d, v[2]), AddBlocks(d, v[3]));
    }
}
#endif

template <int R, int C>
HWY_INLINE void DotTile(const float* HWY_RESTRICT x, std::size_t x_stride, const float* HWY_RESTRICT w,
                        std::size_t length, const float* bias, bool relu, float* y, std::size_t y_stride) {
    const Floats d;
    Vector sums[R][C];
#pragma GCC unroll 4
    for (int r = 0; r < R; ++r) {
#pragma GCC unroll 4
        for (int c = 0; c < C; ++c) {
            sums[r][c] = hn::Zero(d);
        }
    }
    for (std::size_t k = 0; k < length; k += hn::Lanes(d)) {
        Vector rows[R];
#pragma GCC unroll 4
        for (int r = 0; r < R; ++r) {
            rows[r] = hn::Load(d, x + static_cast<std::size_t>(r) * x_stride + k);
            keep_in_register(rows[r]);
        }
#pragma GCC unroll 4
        for (int c = 0; c < C; ++c) {
            Vector column = hn::Load(d, w + static_cast<std::size_t>(c) * length + k);
            keep_in_register(column);
#pragma GCC unroll 4
            for (int r = 0; r < R; ++r) {
                sums[r][c] = hn::MulAdd(rows[r], column, sums[r][c]);
            }
        }
    }
#if HWY_TARGET != HWY_SCALAR
    if constexpr (C == 4) {
        const hn::CappedTag<float, 4> four;
        const auto offset = hn::LoadU(four, bias);
#pragma GCC unroll 4
        for (int r = 0; r < R; ++r) {
            auto value = hn::Add(SumFour(sums[r]), offset);
            if (relu) {
                value = hn::IfThenZeroElse(hn::Lt(value, hn::Zero(four)), value);
            }
            hn::StoreU(value, four, y + static_cast<std::size_t>(r) * y_stride);
        }
        return;
    }
#endif
#pragma GCC unroll 4
    for (int r = 0; r < R; ++r) {
#pragma GCC unroll 4
        for (int c = 0; c < C; ++c) {
            const float value = SumLanes(d, sums[r][c]) + bias[c];
            y[static_cast<std::size_t>(r) * y_stride + static_cast<std::size_t>(c)] =
                relu && value < 0.0F ? 0.0F : value;
        }
    }
}

/// 113 GFLOP/s of the 117 that a Zen 4 processor can at 32 x 784 x 64, with AVX2 (3 x 4) as with AVX-512 (4 x 4); 4 x 2
/// tiles reached 80 with AVX2 (bench/README.md).
constexpr int dot_rows = by_registers(4, 3, 4);
constexpr int dot_columns = by_registers(4, 4, 2);

template <int C>
HWY_INLINE void DotColumns(ConstRows x, std::size_t n, const float* w, std::size_t length, const float* bias, bool relu,
                           Rows y, std::size_t column) {
    std::size_t r = 0;
    const auto tile = [&]<int R>() {
        DotTile<R, C>(x.values + r * x.stride, x.stride, w, length, bias, relu, y.values + r * y.stride + column,
                      y.stride);
        r += R;
    };
    while (r + dot_rows <= n) {
        tile.template operator()<dot_rows>();
    }
    while (r + 2 <= n) {
        tile.template operator()<2>();
    }
    if (r < n) {
        tile.template operator()<1>();
    }
}

void LinearForward(ConstRows x, std::size_t n, const float* weight, std::size_t in, std::size_t out, const float* bias,
                   bool relu, Rows y) {
    std::size_t c = 0;
    const auto columns = [&]<int C>() {
        DotColumns<C>(x, n, weight + c * in, in, bias + c, relu, y, c);
        c += C;
    };
    while (c + dot_columns <= out) {
        columns.template operator()<dot_columns>();
    }
    while (c + 2 <= out) {
        columns.template operator()<2>();
    }
    if (c < out) {
        columns.template operator()<1>();
    }
}

}  // namespace mlaasim::fl::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mlaasim::fl::fused {

HWY_EXPORT(LinearForward);

void linear_forward(ConstRows x, std::size_t n, const float* weight, std::size_t in, std::size_t out, const float* bias,
                    bool relu, Rows y) {
    HWY_DYNAMIC_DISPATCH(LinearForward)(x, n, weight, in, out, bias, relu, y);
}

}  // namespace mlaasim::fl::fused
#endif
