// Samples of which only the columns that differ from a background value are read.
#include <algorithm>
#include <bit>

#include "fl/fused/kernels.hpp"
#include "sim/core/aligned.hpp"

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

void MaskColumns(const float* HWY_RESTRICT row, std::size_t length, float background, std::uint64_t* mask) {
    const Floats d;
    const Vector level = hn::Set(d, background);
    std::fill_n(mask, mask_words(length), 0);
    for (std::size_t k = 0; k < length; k += hn::Lanes(d)) {
        HWY_ALIGN std::uint8_t bits[8] = {};
        hn::StoreMaskBits(d, hn::Ne(hn::Load(d, row + k), level), bits);
        mask[k / 64] |= (std::uint64_t{bits[0]} | std::uint64_t{bits[1]} << 8U) << k % 64;
    }
}

/// How many bits of a mask are not in another one.
HWY_INLINE std::uint64_t Added(const std::uint64_t* HWY_RESTRICT mask, const std::uint64_t* HWY_RESTRICT other,
                               std::size_t words) {
    const hn::CappedTag<std::uint64_t, 8> d;
    auto sum = hn::Zero(d);
    for (std::size_t w = 0; w < words; w += hn::Lanes(d)) {
        sum = hn::Add(sum, hn::PopulationCount(hn::AndNot(hn::Load(d, other + w), hn::Load(d, mask + w))));
    }
    return hn::GetLane(hn::SumOfLanes(d, sum));
}

void GroupAlike(const std::uint64_t* masks, std::size_t words, std::span<std::uint32_t> order) {
    constexpr std::size_t looked_at = 64;
    sim::AlignedVector<std::uint64_t> together(words);
    for (std::size_t done = 0; done < order.size(); ++done) {
        std::size_t best = done;
        if (done % rows_together == 0) {
            std::ranges::fill(together, 0);
        } else {
            std::uint64_t fewest = Added(masks + order[done] * words, together.data(), words);
            for (std::size_t i = done + 1; i < std::min(done + looked_at, order.size()); ++i) {
                const std::uint64_t added = Added(masks + order[i] * words, together.data(), words);
                if (added < fewest) {
                    fewest = added;
                    best = i;
                }
            }
        }
        std::uint32_t* const next = order.data() + best;
        std::rotate(order.data() + done, next, next + 1);
        for (std::size_t w = 0; w < words; ++w) {
            together[w] |= masks[order[done] * words + w];
        }
    }
}

constexpr std::size_t panel = 16;  ///< outputs whose weights lie together, column by column: a cache line

template <int V>
HWY_INLINE void SelectedTile(const SelectedRows& x, const float* HWY_RESTRICT weight, std::size_t length,
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
    const float* HWY_RESTRICT panels[V];
    for (int v = 0; v < V; ++v) {
        const std::size_t output = j + static_cast<std::size_t>(v) * lanes;
        panels[v] = weight + output / panel * panel * length + output % panel;
    }
    for (std::size_t i = 0; i < x.count; ++i, value += rows) {
        const std::size_t column = std::size_t{x.columns[i]} * panel;
        Vector weights[V];
#pragma GCC unroll 8
        for (int v = 0; v < V; ++v) {
            weights[v] = hn::Load(d, panels[v] + column);
            keep_in_register(weights[v]);
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

void SelectedForward(const SelectedRows& x, const float* weight, std::size_t length, std::size_t outputs,
                     const float* bias, bool relu) {
    constexpr int most = by_registers(4, 3, 2);
    const std::size_t lanes = hn::Lanes(Floats());
    std::size_t j = 0;
    for (; j + most * lanes <= outputs; j += most * lanes) {
        SelectedTile<most>(x, weight, length, bias, relu, j);
    }
    for (; j + 2 * lanes <= outputs; j += 2 * lanes) {
        SelectedTile<2>(x, weight, length, bias, relu, j);
    }
    for (; j < outputs; j += lanes) {
        SelectedTile<1>(x, weight, length, bias, relu, j);
    }
}

}  // namespace mlaasim::fl::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mlaasim::fl::fused {

HWY_EXPORT(SelectColumns);
HWY_EXPORT(MaskColumns);
HWY_EXPORT(GroupAlike);
HWY_EXPORT(SelectedForward);

std::size_t select_columns(const float* const* rows, std::size_t length, float background, std::uint32_t* columns,
                           float* values) {
    return HWY_DYNAMIC_DISPATCH(SelectColumns)(rows, length, background, columns, values);
}

void mask_columns(const float* row, std::size_t length, float background, std::uint64_t* mask) {
    HWY_DYNAMIC_DISPATCH(MaskColumns)(row, length, background, mask);
}

void group_alike(const std::uint64_t* masks, std::size_t words, std::span<std::uint32_t> order) {
    HWY_DYNAMIC_DISPATCH(GroupAlike)(masks, words, order);
}

void selected_forward(const SelectedRows& x, const float* weight, std::size_t length, std::size_t outputs,
                      const float* bias, bool relu) {
    HWY_DYNAMIC_DISPATCH(SelectedForward)(x, weight, length, outputs, bias, relu);
}

}  // namespace mlaasim::fl::fused
#endif
