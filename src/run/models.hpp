// The models of a round by their names, as every rank has them.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>

#include "fl/aggregation/fixed_point_sum.hpp"
#include "sim/core/aligned.hpp"
#include "sim/core/ids.hpp"

namespace mlaasim::run {

/// The model that a service without a model of its own starts from.
inline constexpr sim::ModelId initial_model{0};
/// The composition that serves. It is the only model that outlives a round.
inline constexpr sim::ModelId served_model{1};
/// What served when the round began.
inline constexpr sim::ModelId model_at_start{2};
/// Models that a round makes are numbered from here.
inline constexpr sim::ModelId first_made_model{3};

struct NamedModel {
    sim::AlignedVector<float> parameters{};
    /// The sum of this round's updates that it is the mean of; none when it is no such mean.
    std::optional<fl::FixedPointSum> sum{};
};

class Models {
public:
    /// `initial` serves until another model does.
    explicit Models(sim::AlignedVector<float> initial);

    /// What serves is what the round starts from; models that the round before has made are gone.
    void begin_round();

    /// A model that exists.
    [[nodiscard]] const NamedModel& at(sim::ModelId id) const;
    [[nodiscard]] std::span<const float> parameters(sim::ModelId id) const { return at(id).parameters; }
    /// What a model is the mean of; null when it is no such mean.
    [[nodiscard]] const fl::FixedPointSum* sum(sim::ModelId id) const;
    /// A model that is to be made, or made anew.
    [[nodiscard]] NamedModel& make(sim::ModelId id);
    /// Makes a model the one that serves.
    void serve(sim::ModelId id);
    /// Changes whenever another model may serve.
    [[nodiscard]] std::int64_t served_version() const { return served_version_; }

private:
    std::map<sim::ModelId, NamedModel> models_;
    std::int64_t served_version_ = 0;
};

}  // namespace mlaasim::run
