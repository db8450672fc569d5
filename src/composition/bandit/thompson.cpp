#include <Eigen/Cholesky>
#include <Eigen/Core>

#include "composition/bandit/one_model_policy.hpp"
#include "composition/bandit/pick.hpp"

namespace mlaasim::composition {
namespace {

struct ThompsonOptions {
    double deviation = 0.1;
    LinearModelOptions model{};
};

/// Linear Thompson sampling (Agrawal and Goyal, "Thompson sampling for contextual bandits with linear payoffs", ICML
/// 2013): for each pick, parameters are drawn from N(theta, v^2 A^-1), v = `deviation`, and the row with the largest x'
/// times them is picked. One model for all services. Scores are the expected rewards x' theta.
class Thompson final : public OneModelPolicy {
public:
    Thompson(std::size_t width, const ThompsonOptions& options)
        : OneModelPolicy{width, options.model}, deviation_{options.deviation} {}

    [[nodiscard]] std::vector<ArmScore> score(const Contexts& contexts,
                                              std::span<const std::size_t> rows) const override {
        return expected_scores(model().solve(), contexts, rows);
    }

    [[nodiscard]] std::vector<std::size_t> choose(const Contexts& contexts, std::span<const std::size_t> rows,
                                                  std::span<const ArmScore> /*scores*/, std::size_t count,
                                                  sim::RandomStream& random) const override {
        const LinearSolution solution = model().solve();
        // Copied into Eigen's own memory, which is always aligned: the same bits wherever the numbers lie.
        const auto width = static_cast<Eigen::Index>(solution.theta.size());
        const Matrix inverse = Eigen::Map<const Matrix>(solution.inverse.data(), width, width);
        const Matrix spread = Eigen::LLT<Matrix>{inverse}.matrixL();
        std::vector<std::size_t> left{rows.begin(), rows.end()};
        std::vector<std::size_t> picked;
        while (picked.size() < count && !left.empty()) {
            LinearSolution drawn = solution;
            add_noise(drawn.theta, spread, random);
            picked.push_back(pick_best(contexts, left, expected_scores(drawn, contexts, left), 1).front());
            std::erase(left, picked.back());
        }
        return picked;
    }

private:
    using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

    /// theta + v L z, where L L' = A^-1 and z is standard normal.
    void add_noise(std::vector<double>& theta, const Matrix& spread, sim::RandomStream& random) const {
        for (std::size_t column = 0; column < theta.size(); ++column) {
            const double z = deviation_ * random.normal();
            for (std::size_t row = column; row < theta.size(); ++row) {
                theta[row] += z * spread(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(column));
            }
        }
    }

    double deviation_;
};

struct Sampling final : PolicyOptions {
    ThompsonOptions options{};
    [[nodiscard]] std::unique_ptr<Policy> make(std::size_t width) const override {
        return std::make_unique<Thompson>(width, options);
    }
};

void declare(sim::OptionVisitor& visitor, Sampling& leaf) {
    visitor.option("deviation", leaf.options.deviation,
                   {.doc = "Standard deviation of a reward, which scales the parameters' uncertainty; 0 = no exploring",
                    .range = sim::at_least(0)});
    declare(visitor, leaf.options.model);
}

}  // namespace

sim::Kind<PolicyOptions> thompson_policy() {
    return sim::Kind<PolicyOptions>::of<Sampling>("thompson",
                                                  "best reward by parameters drawn at random (Thompson sampling)");
}

}  // namespace mlaasim::composition
