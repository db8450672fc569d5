#include "composition/bandit/linucb_options.hpp"
#include "composition/bandit/one_model_policy.hpp"

namespace mlaasim::composition {
namespace {

/// LinUCB with one model for all services.
class SharedLinUcb final : public OneModelPolicy {
public:
    SharedLinUcb(std::size_t width, const LinUcbOptions& options)
        : OneModelPolicy{width, options.model}, options_{options} {}

    [[nodiscard]] std::vector<ArmScore> score(const Contexts& contexts,
                                              std::span<const std::size_t> rows) const override {
        const LinearSolution solution = model().solve();
        std::vector<ArmScore> scores;
        scores.reserve(rows.size());
        for (const std::size_t row : rows) {
            scores.push_back(linucb_score(options_, solution, contexts.row(row)));
        }
        return scores;
    }

    [[nodiscard]] std::vector<std::size_t> choose(const Contexts& contexts, std::span<const std::size_t> rows,
                                                  std::span<const ArmScore> scores, std::size_t count,
                                                  sim::RandomStream& random) const override {
        return options_.draw->pick(contexts, rows, scores, count, random);
    }

private:
    LinUcbOptions options_;
};

struct LinUcb final : PolicyOptions {
    LinUcbOptions options{};
    [[nodiscard]] std::unique_ptr<Policy> make(std::size_t width) const override {
        return std::make_unique<SharedLinUcb>(width, options);
    }
};

void declare(sim::OptionVisitor& visitor, LinUcb& leaf) { declare(visitor, leaf.options); }

}  // namespace

sim::Kind<PolicyOptions> linucb_policy() {
    return sim::Kind<PolicyOptions>::of<LinUcb>("linucb", "LinUCB with one model for all services, and forgetting");
}

}  // namespace mlaasim::composition
