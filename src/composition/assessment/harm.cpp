#include "composition/assessment/harm_assessor.hpp"

namespace mlaasim::composition {
namespace {

struct Harm final : HarmAssessment {
    [[nodiscard]] std::unique_ptr<Assessor> make() const override;
    [[nodiscard]] bool compares_losses() const override { return true; }
};

/// By leaving each member out, on every labelled sample.
class LeavingOut final : public HarmAssessor {
public:
    explicit LeavingOut(const Harm& options) : HarmAssessor{options} {}

private:
    Evidence gather(const std::vector<sim::ServiceId>& members, Laboratory& laboratory) const override {
        PairedLosses losses = laboratory.paired_losses(members);
        return {.loss = losses.whole, .harms = std::move(losses.harms)};
    }
};

std::unique_ptr<Assessor> Harm::make() const { return std::make_unique<LeavingOut>(*this); }

void declare(sim::OptionVisitor& visitor, Harm& leaf) { declare(visitor, static_cast<HarmAssessment&>(leaf)); }

}  // namespace

sim::Kind<AssessmentOptions> harm_assessment() {
    return sim::Kind<AssessmentOptions>::of<Harm>(
        "harm", "a sequential test: a member underperforms when labelled samples prove that it harms");
}

}  // namespace mlaasim::composition
