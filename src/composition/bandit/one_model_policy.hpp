// What policies share that learn by one linear model of all services.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "composition/bandit/linear_model.hpp"
#include "composition/bandit/policy.hpp"

namespace mlaasim::composition {

/// One model for all services: what is learnt of one service also holds for services like it. Leaves say how arms are
/// scored and chosen.
class OneModelPolicy : public Policy {
public:
    void update(sim::ServiceId arm, std::span<const double> context, double reward) final;
    [[nodiscard]] std::vector<double> export_state() const final;
    void import_state(std::span<const double> state) final;

protected:
    OneModelPolicy(std::size_t width, const LinearModelOptions& options);

    [[nodiscard]] const LinearModel& model() const { return model_; }

private:
    std::size_t width_;
    LinearModel model_;
};

/// Expected rewards by the solution, without a bonus for exploring.
[[nodiscard]] std::vector<ArmScore> expected_scores(const LinearSolution& solution, const Contexts& contexts,
                                                    std::span<const std::size_t> rows);

}  // namespace mlaasim::composition
