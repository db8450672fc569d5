// Samples of which only the columns that differ from a background value are read.
#include <bit>

#include "fl/fused/kernels.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fl/fused/selected_columns.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/highway.h>

#include "fl/fused/optimizer_step-inl.h"

HWY_BEFORE_NAMESPACE();
namespace mlaasim::fl::fused::HWY_NAMESPACE {

std::size_t SelectColumns(const float* const* rows, std::size_t length, float background,
                          std::uint32_t* HWY_RESTRICT columns, float* HWY_RESTRICT values) {
    const Floats d;
    const std::size_t lanes = hn::Lanes(d);
    const Vector level = hn::Set(d, background);
    std::size_t count = 0;
    for (std::size_t k = 0; k < length; k += lanes) {
        auto differs = hn::Ne(hn::Load(d, rows[0] + k), level);
        for (std::size_t r = 1; r < rows_together; ++r) {
            differs = hn::Or(differs, hn::Ne(hn::Load(d, rows[r] + k), level));
        }
        HWY_ALIGN std::uint8_t bits[8] = {};
        hn::StoreMaskBits(d, differs, bits);
        std::uint32_t left = static_cast<std::uint32_t>(bits[0]) | static_cast<std::uint32_t>(bits[1]) << 8U;
        for (; left != 0; left &= left - 1) {
            const std::size_t column = k + static_cast<std::size_t>(std::countr_zero(left));
            columns[count] = static_cast<std::uint32_t>(column);
            for (std::size_t r = 0; r < rows_together; ++r) {
                values[count * rows_together + r] = rows[r][column] - background;
            }
            ++count;
        }
    }
    return count;
}

template <int V>
HWY_INLINE void SelectedTile(const SelectedRows& x, const float* HWY_RESTRICT weight, std::size_t stride,
                             const float* bias, bool relu, std::size_t j) {
    const Floats d;
    const std::size_t lanes = hn::Lanes(d);
    constexpr int rows = static_cast<int>(rows_together);
    Vector sums[rows][V];
#pragma GCC unroll 4
    for (int r = 0; r < rows; ++r) {
#pragma GCC unroll 8
        for (int v = 0; v < V; ++v) {
            sums[r][v] = hn::Load(d, bias + j + static_cast<std::size_t>(v) * lanes);
        }
    }
    const float* HWY_RESTRICT value = x.values;
    for (std::size_t i = 0; i < x.count; ++i, value += rows) {
        const float* const row = weight + x.columns[i] * stride + j;
        Vector weights[V];
#pragma GCC unroll 8
        for (int v = 0; v < V; ++v) {
            weights[v] = hn::Load(d, row + static_cast<std::size_t>(v) * lanes);
        }
#pragma GCC unroll 4
        for (int r = 0; r < rows; ++r) {
            const Vector factor = hn::Set(d, value[r]);
#pragma GCC unroll 8
            for (int v = 0; v < V; ++v) {
                sums[r][v] = hn::MulAdd(factor, weights[v], sums[r][v]);
            }
        }
    }
#pragma GCC unroll 4
    for (int r = 0; r < rows; ++r) {
        if (x.outputs[r] == nullptr) {
            continue;
        }
#pragma GCC unroll 8
        for (int v = 0; v < V; ++v) {
            Vector sum = sums[r][v];
            if (relu) {
                sum = hn::IfThenZeroElse(hn::Lt(sum, hn::Zero(d)), sum);
            }
            hn::Store(sum, d, x.outputs[r] + j + static_cast<std::size_t>(v) * lanes);
        }
    }
}

void SelectedForward(const SelectedRows& x, const float* weight, std::size_t stride, const float* bias, bool relu) {
    constexpr int most = by_registers(4, 2, 2);
    const std::size_t lanes = hn::Lanes(Floats());
    std::size_t j = 0;
    for (; j + most * lanes <= stride; j += most * lanes) {
        SelectedTile<most>(x, weight, stride, bias, relu, j);
    }
    for (; j < stride; j += lanes) {
        SelectedTile<1>(x, weight, stride, bias, relu, j);
    }
}

}  // namespace mlaasim::fl::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mlaasim::fl::fused {

HWY_EXPORT(SelectColumns);
HWY_EXPORT(SelectedForward);

std::size_t select_columns(const float* const* rows, std::size_t length, float background, std::uint32_t* columns,
                           float* values) {
    return HWY_DYNAMIC_DISPATCH(SelectColumns)(rows, length, background, columns, values);
}

void selected_forward(const SelectedRows& x, const float* weight, std::size_t stride, const float* bias, bool relu) {
    HWY_DYNAMIC_DISPATCH(SelectedForward)(x, weight, stride, bias, relu);
}

}  // namespace mlaasim::fl::fused
#endif
