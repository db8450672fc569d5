#include "fl/fused/accumulate_rows.hpp"

#include <algorithm>
#include <bit>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "fl/fused/accumulate_rows.cpp"
#include <hwy/foreach_target.h>
// After foreach_target.h.
#include <hwy/cache_control.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mlaasim::fl::fused::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

void AccumulateRows(std::int64_t* HWY_RESTRICT units, WeightedRow* rows, std::size_t first, std::size_t size) {
    const hn::CappedTag<double, 8> wide;
    const hn::Rebind<float, decltype(wide)> narrow;
    const hn::RebindToUnsigned<decltype(wide)> integers;
    const hn::RebindToUnsigned<decltype(narrow)> patterns;
    using Wide = hn::Vec<decltype(wide)>;
    using Patterns = hn::Vec<decltype(patterns)>;
    // Adding 1.5 * 2^52 leaves the rounded integer in the low bits of the double.
    constexpr double magic = 0x1.8p52;
    const Wide shift = hn::Set(wide, magic);
    const auto offset = hn::Set(integers, rows_at_once * std::bit_cast<std::uint64_t>(magic));
    const auto magnitude = hn::Set(patterns, 0x7FFFFFFFU);
    const std::size_t lanes = hn::Lanes(wide);
    Wide factors[rows_at_once];
    Patterns largest[rows_at_once];
#pragma GCC unroll 4
    for (std::size_t r = 0; r < rows_at_once; ++r) {
        factors[r] = hn::Set(wide, rows[r].factor);
        largest[r] = hn::Zero(patterns);
    }
    std::size_t i = 0;
    for (; i + lanes <= size; i += lanes) {
        auto sum = hn::Sub(hn::LoadU(integers, reinterpret_cast<const std::uint64_t*>(units) + i), offset);
#pragma GCC unroll 4
        for (std::size_t r = 0; r < rows_at_once; ++r) {
            hwy::Prefetch(rows[r].values + first + i + 512);
            const auto values = hn::LoadU(narrow, rows[r].values + first + i);
            largest[r] = hn::Max(largest[r], hn::And(hn::BitCast(patterns, values), magnitude));
            const Wide rounded = hn::Add(hn::Mul(hn::PromoteTo(wide, values), factors[r]), shift);
            sum = hn::Add(sum, hn::BitCast(integers, rounded));
        }
        hn::StoreU(sum, integers, reinterpret_cast<std::uint64_t*>(units) + i);
    }
    for (std::size_t r = 0; r < rows_at_once; ++r) {
        rows[r].largest = std::max(rows[r].largest, hn::GetLane(hn::MaxOfLanes(patterns, largest[r])));
        for (std::size_t k = i; k < size; ++k) {
            const float value = rows[r].values[first + k];
            rows[r].largest = std::max(rows[r].largest, std::bit_cast<std::uint32_t>(value) & 0x7FFFFFFFU);
            const double rounded = static_cast<double>(value) * rows[r].factor + magic;
            units[k] += std::bit_cast<std::int64_t>(rounded) - std::bit_cast<std::int64_t>(magic);
        }
    }
}

}  // namespace mlaasim::fl::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace mlaasim::fl::fused {

HWY_EXPORT(AccumulateRows);

void accumulate_rows(std::int64_t* units, WeightedRow* rows, std::size_t first, std::size_t size) {
    HWY_DYNAMIC_DISPATCH(AccumulateRows)(units, rows, first, size);
}

}  // namespace mlaasim::fl::fused
#endif
