#include "run/models.hpp"

#include <utility>

#include "sim/core/error.hpp"

namespace mlaasim::run {

Models::Models(sim::AlignedVector<float> initial) {
    models_[served_model].parameters = initial;
    models_[model_at_start].parameters = initial;
    models_[initial_model].parameters = std::move(initial);
}

void Models::begin_round() {
    models_.erase(models_.lower_bound(first_made_model), models_.end());
    NamedModel& served = models_.at(served_model);
    served.sum.reset();
    models_.at(model_at_start).parameters = served.parameters;
}

const NamedModel& Models::at(sim::ModelId id) const {
    const auto found = models_.find(id);
    sim::expects(found != models_.end(), "a model that is used was made in this round");
    return found->second;
}

const fl::FixedPointSum* Models::sum(sim::ModelId id) const {
    const std::optional<fl::FixedPointSum>& sum = at(id).sum;
    return sum.has_value() ? &*sum : nullptr;
}

NamedModel& Models::make(sim::ModelId id) {
    sim::expects(id != initial_model && id != model_at_start, "what a round starts from stays as it is");
    served_version_ += id == served_model ? 1 : 0;
    return models_[id];
}

void Models::serve(sim::ModelId id) {
    NamedModel model = at(id);
    ++served_version_;
    models_.at(served_model) = std::move(model);
}

}  // namespace mlaasim::run
