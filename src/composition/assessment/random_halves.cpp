#include "composition/assessment/harm_assessor.hpp"

namespace mlaasim::composition {
namespace {

/// With h of a member = half of what the mean Brier loss of a random half with it is above that of the others, the mean
/// over pairs of halves estimates its Banzhaf value, negative and halved: each member is in the one half or in the
/// other with the same chance, so every pair counts for every member (maximum sample reuse: Wang, Jia, "Data Banzhaf",
/// AISTATS 2023). Members that mask each other in the whole composition are apart in half of the pairs.
struct RandomHalves final : HarmAssessment {
    [[nodiscard]] std::unique_ptr<Assessor> make() const override;
    [[nodiscard]] std::int64_t pairs_of_halves() const override { return pairs; }

    std::int64_t pairs = 32;
};

class Halving final : public HarmAssessor {
public:
    explicit Halving(const RandomHalves& options) : HarmAssessor{options}, pairs_{options.pairs} {}

private:
    Evidence gather(const std::vector<sim::ServiceId>& members, Laboratory& laboratory) const override {
        HalvesLosses losses = laboratory.random_halves(members, pairs_);
        return {.loss = losses.whole, .harms = std::move(losses.harms)};
    }

    std::int64_t pairs_;
};

std::unique_ptr<Assessor> RandomHalves::make() const { return std::make_unique<Halving>(*this); }

void declare(sim::OptionVisitor& visitor, RandomHalves& leaf) {
    declare(visitor, static_cast<HarmAssessment&>(leaf));
    visitor.option("pairs", leaf.pairs,
                   {.doc = "Times that a round divides the members by chance into two halves and compares them. Each "
                           "pair has labelled samples of its own",
                    .range = sim::between(1, 1000)});
}

}  // namespace

sim::Kind<AssessmentOptions> random_halves_assessment() {
    return sim::Kind<AssessmentOptions>::of<RandomHalves>(
        "random_halves", "the same test on random halves of the composition (Banzhaf values)");
}

}  // namespace mlaasim::composition
