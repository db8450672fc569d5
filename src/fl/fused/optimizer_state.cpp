#include "fl/fused/optimizer_state.hpp"

#include <algorithm>

namespace mlaasim::fl::fused {

OptimizerState::OptimizerState(const TrainingOptions& options, std::size_t parameters)
    : options_{options},
      moments_{options.optimizer->moments()},
      first_(moments_.first ? parameters : 0),
      second_(moments_.second ? parameters : 0),
      start_(options.proximal > 0.0 ? parameters : 0) {}

void OptimizerState::begin(std::span<const float> parameters) {
    std::fill(first_.begin(), first_.end(), 0.0F);
    std::fill(second_.begin(), second_.end(), 0.0F);
    if (!start_.empty()) {
        start_.assign(parameters.begin(), parameters.end());
    }
    steps_ = 0;
}

void OptimizerState::next_step() {
    const UpdateRule update = options_.optimizer->rule(options_.learning_rate, ++steps_);
    rule_ = {.has_first = moments_.first,
             .has_second = moments_.second,
             .rate = static_cast<float>(update.rate),
             .first_decay = static_cast<float>(update.first_decay),
             .first_gain = static_cast<float>(update.first_gain),
             .second_decay = static_cast<float>(update.second_decay),
             .second_gain = static_cast<float>(update.second_gain),
             .inverse_correction = static_cast<float>(1.0 / update.correction),
             .epsilon = static_cast<float>(update.epsilon),
             .weight_decay = static_cast<float>(options_.weight_decay),
             .proximal = static_cast<float>(options_.proximal)};
}

StepState OptimizerState::at(const float* before, sim::AlignedVector<float>& parameters, std::size_t offset) {
    return StepState{before, parameters.data(), first_.empty() ? nullptr : first_.data(),
                     second_.empty() ? nullptr : second_.data(), start_.empty() ? nullptr : start_.data()}
        .at(offset);
}

}  // namespace mlaasim::fl::fused
