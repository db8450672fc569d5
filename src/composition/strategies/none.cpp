#include "composition/strategies/memory.hpp"
#include "composition/strategy.hpp"

namespace mlaasim::composition {
namespace {

class AssessOnly final : public Strategy {
public:
    explicit AssessOnly(const SubstitutionOptions& options) : memory_{options.bandit} {}

    Response respond(const Situation& /*situation*/, Laboratory& /*laboratory*/, RoundLog& /*log*/) override {
        return {};
    }
    void archive(Archive& archive) override { memory_.archive(archive); }

private:
    StrategyMemory memory_;
};

struct None final : StrategyOptions {
    [[nodiscard]] std::unique_ptr<Strategy> make(const SubstitutionOptions& substitution) const override {
        return std::make_unique<AssessOnly>(substitution);
    }
    [[nodiscard]] bool responds() const override { return false; }
};

void declare(sim::OptionVisitor& /*visitor*/, None& /*leaf*/) {}

}  // namespace

sim::Kind<StrategyOptions> none_strategy() { return sim::Kind<StrategyOptions>::of<None>("none", "assess only"); }

}  // namespace mlaasim::composition
