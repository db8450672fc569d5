// A row that is added to a fixed-point sum vector by vector, while it is in registers; included once per instruction
// set.
#if defined(MLAASIM_FL_FUSED_ROW_SUM_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MLAASIM_FL_FUSED_ROW_SUM_INL_H_
#undef MLAASIM_FL_FUSED_ROW_SUM_INL_H_
#else
#define MLAASIM_FL_FUSED_ROW_SUM_INL_H_
#endif

#include <hwy/cache_control.h>
#include <hwy/highway.h>

#include <algorithm>
#include <bit>

#include "fl/fused/accumulate_rows.hpp"
#include "fl/fused/vector-inl.h"

HWY_BEFORE_NAMESPACE();
namespace mlaasim::fl::fused::HWY_NAMESPACE {

/// The bits that accumulate_rows and FixedPointSum::add give.
class RowSum {
public:
    HWY_INLINE explicit RowSum(const Addition& addition)
        : addition_{addition}, factor_{hn::Set(wide, addition.factor)}, largest_{hn::Zero(patterns)} {}

    /// The vector at element `at` of the row.
    HWY_INLINE void add(std::size_t at, Vector values) {
        largest_ = hn::Max(largest_, hn::And(hn::BitCast(patterns, values), hn::Set(patterns, 0x7FFFFFFFU)));
#if HWY_TARGET == HWY_SCALAR
        add_wide(at, hn::PromoteTo(wide, values));
#else
        const hn::Half<Floats> half;
        add_wide(at, hn::PromoteTo(wide, hn::LowerHalf(half, values)));
        add_wide(at + hn::Lanes(wide), hn::PromoteTo(wide, hn::UpperHalf(half, values)));
#endif
    }

    /// Brings into the cache what the vector at element `at` will be added to.
    HWY_INLINE void prepare(std::size_t at) const {
        constexpr std::size_t line = 64 / sizeof(std::int64_t);
        for (std::size_t i = 0; i < hn::MaxLanes(Floats()); i += line) {
            hwy::Prefetch(addition_.units + at + i);
        }
    }

    HWY_INLINE void finish() {
        *addition_.largest = std::max(*addition_.largest, hn::GetLane(hn::MaxOfLanes(patterns, largest_)));
    }

private:
#if HWY_TARGET == HWY_SCALAR
    static constexpr hn::Rebind<double, Floats> wide{};
#else
    static constexpr hn::Rebind<double, hn::Half<Floats> > wide{};
#endif
    static constexpr hn::RebindToUnsigned<decltype(wide)> integers{};
    static constexpr hn::RebindToUnsigned<Floats> patterns{};

    HWY_INLINE void add_wide(std::size_t at, hn::Vec<decltype(wide)> values) {
        // Adding 1.5 * 2^52 leaves the rounded integer in the low bits of the double.
        constexpr double magic = 0x1.8p52;
        auto* const units = reinterpret_cast<std::uint64_t*>(addition_.units) + at;
        const auto rounded = hn::Add(hn::Mul(values, factor_), hn::Set(wide, magic));
        const auto before = hn::Sub(hn::Load(integers, units), hn::Set(integers, std::bit_cast<std::uint64_t>(magic)));
        hn::Store(hn::Add(before, hn::BitCast(integers, rounded)), integers, units);
    }

    Addition addition_;
    hn::Vec<decltype(wide)> factor_;
    hn::Vec<decltype(patterns)> largest_;
};

}  // namespace mlaasim::fl::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#endif
