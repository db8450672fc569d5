// The model of a run, as its trace describes it.
#pragma once

#include "fl/model.hpp"
#include "sim/data/dataset.hpp"
#include "sim/trace/model_description.hpp"

namespace mlaasim::run {

/// `data` says how samples are normalised.
[[nodiscard]] sim::ModelDescription description_of(const fl::Model& model, const sim::Dataset& data);

}  // namespace mlaasim::run
