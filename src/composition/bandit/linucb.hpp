// LinUCB (Li et al., WWW 2010): expected reward + alpha times its uncertainty, from a linear model of the context.
#pragma once

#include <map>

#include "composition/bandit/linear_model.hpp"
#include "composition/bandit/policy.hpp"

namespace mlaasim::composition {

/// One model for all services: what is learnt of one is learnt of its like.
class SharedLinUcb final : public Policy {
public:
    explicit SharedLinUcb(const BanditOptions& options);

    [[nodiscard]] std::vector<ArmScore> score(const Contexts& contexts,
                                              std::span<const std::size_t> rows) const override;
    [[nodiscard]] std::vector<std::size_t> choose(const Contexts& contexts, std::span<const std::size_t> rows,
                                                  std::span<const ArmScore> scores, std::size_t count,
                                                  sim::RandomStream& random) const override;
    void update(sim::ServiceId arm, std::span<const double> context, double reward) override;
    [[nodiscard]] std::vector<double> export_state() const override;
    void import_state(std::span<const double> state) override;

private:
    BanditOptions options_;
    LinearModel model_;
};

/// A model per service, kept only for services that were tried (the paper's form; eq. 14). It hardly learns when
/// services far outnumber the picks.
class DisjointLinUcb final : public Policy {
public:
    explicit DisjointLinUcb(const BanditOptions& options);

    [[nodiscard]] std::vector<ArmScore> score(const Contexts& contexts,
                                              std::span<const std::size_t> rows) const override;
    [[nodiscard]] std::vector<std::size_t> choose(const Contexts& contexts, std::span<const std::size_t> rows,
                                                  std::span<const ArmScore> scores, std::size_t count,
                                                  sim::RandomStream& random) const override;
    void update(sim::ServiceId arm, std::span<const double> context, double reward) override;
    [[nodiscard]] std::vector<double> export_state() const override;
    void import_state(std::span<const double> state) override;

private:
    [[nodiscard]] LinearModel untouched() const;

    BanditOptions options_;
    std::map<sim::ServiceId, LinearModel> models_;
};

}  // namespace mlaasim::composition
