// Epsilon-greedy over the shared linear model: mostly the best expected reward, sometimes anything.
#pragma once

#include "composition/bandit/linear_model.hpp"
#include "composition/bandit/policy.hpp"

namespace mlaasim::composition {

class EpsilonGreedy final : public Policy {
public:
    explicit EpsilonGreedy(const BanditOptions& options);

    [[nodiscard]] std::vector<ArmScore> score(const Contexts& contexts,
                                              std::span<const std::size_t> rows) const override;
    [[nodiscard]] std::vector<std::size_t> choose(const Contexts& contexts, std::span<const std::size_t> rows,
                                                  std::span<const ArmScore> scores, std::size_t count,
                                                  sim::RandomStream& random) const override;
    void update(sim::ServiceId arm, std::span<const double> context, double reward) override;
    [[nodiscard]] std::vector<double> export_state() const override;
    void import_state(std::span<const double> state) override;

private:
    double epsilon_;
    LinearModel model_;
};

}  // namespace mlaasim::composition
