// A sum of updates over packed parameters, for plans whose packed parameters are not the flat ones.
#pragma once

#include <optional>

#include "fl/aggregation/fixed_point_sum.hpp"
#include "fl/fused/kernel_plan.hpp"

namespace mlaasim::fl::fused {

/// The last step of each service adds to it where the parameters lie; they are rearranged once for all services of a
/// cohort, not once for each. Terms are integers, so the bits are those of adding each to the flat sum.
class PackedSum {
public:
    /// The sum over packed parameters, which is empty at first and has the scale of the flat one.
    [[nodiscard]] FixedPointSum& beside(const FixedPointSum& flat, const KernelPlan& plan);
    /// Adds all of it to the flat sum, and is empty again.
    void move_into(FixedPointSum& flat, const KernelPlan& plan);

private:
    std::optional<FixedPointSum> sum_;
};

}  // namespace mlaasim::fl::fused
