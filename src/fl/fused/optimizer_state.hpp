// The optimiser of one local training: what it remembers of every packed parameter, and the rule of its next step.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "fl/fused/kernels.hpp"
#include "fl/local_training.hpp"
#include "sim/core/aligned.hpp"

namespace mlaasim::fl::fused {

class OptimizerState {
public:
    /// For so many packed parameters.
    OptimizerState(const TrainingOptions& options, std::size_t parameters);

    /// Training starts from these packed parameters; nothing is remembered.
    void begin(std::span<const float> parameters);
    void next_step();

    [[nodiscard]] const StepRule& rule() const { return rule_; }
    /// What a kernel steps, from this offset on: from `before` to `parameters`.
    [[nodiscard]] StepState at(const float* before, sim::AlignedVector<float>& parameters, std::size_t offset);

private:
    TrainingOptions options_;
    Moments moments_;
    sim::AlignedVector<float> first_;
    sim::AlignedVector<float> second_;
    sim::AlignedVector<float> start_;
    StepRule rule_;
    std::int64_t steps_ = 0;
};

}  // namespace mlaasim::fl::fused
