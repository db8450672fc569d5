#include "fl/fused/packed_sum.hpp"

namespace mlaasim::fl::fused {

FixedPointSum& PackedSum::beside(const FixedPointSum& flat, const KernelPlan& plan) {
    return sum_ ? *sum_ : sum_.emplace(plan.packed_size(), flat.scale());
}

void PackedSum::move_into(FixedPointSum& flat, const KernelPlan& plan) {
    if (!sum_) {
        return;
    }
    const std::span<std::int64_t> from = sum_->units();
    const std::span<std::int64_t> to = flat.units();
    plan.add_unpacked(from.first(plan.packed_size()), to.first(plan.flat_size()));
    to.back() += from.back();
    sum_.reset();
}

}  // namespace mlaasim::fl::fused
