// The sum of a vector's lanes in an order of our own; included once per instruction set. Highway's own SumOfLanes adds
// in another order from version to version, which changes last bits.
#if defined(MLAASIM_FL_FUSED_LANE_SUM_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef MLAASIM_FL_FUSED_LANE_SUM_INL_H_
#undef MLAASIM_FL_FUSED_LANE_SUM_INL_H_
#else
#define MLAASIM_FL_FUSED_LANE_SUM_INL_H_
#endif

#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace mlaasim::fl::fused::HWY_NAMESPACE {
namespace hn = hwy::HWY_NAMESPACE;

#if HWY_TARGET == HWY_SCALAR
template <class D>
HWY_INLINE float SumLanes(D, hn::Vec<D> v) {
    return hn::GetLane(v);
}
#else
/// The sum of a vector's blocks of four lanes: the upper half onto the lower one, until one block is left.
template <class D>
HWY_INLINE auto AddBlocks(D d, hn::Vec<D> v) {
    if constexpr (hn::MaxLanes(d) > 4) {
        const hn::Half<D> half;
        return AddBlocks(half, hn::Add(hn::LowerHalf(half, v), hn::UpperHalf(half, v)));
    } else {
        return v;
    }
}

/// The sum of all lanes, halved on in the same way down to one.
template <class D>
HWY_INLINE float SumLanes(D d, hn::Vec<D> v) {
    const auto block = AddBlocks(d, v);
    const auto pair = hn::Add(block, hn::Shuffle1032(block));
    return hn::GetLane(hn::Add(pair, hn::Shuffle2301(pair)));
}
#endif

}  // namespace mlaasim::fl::fused::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();
#endif
