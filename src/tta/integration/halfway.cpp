#include <algorithm>

#include "tta/integration/integration.hpp"

namespace mlaasim::tta {
namespace {

/// Halfway between the service and what the best technique made of it. (1 - w) source + w adapted is what ROID
/// (Marsden et al. 2024) pulls back to the source with; half and half is what adaptation.serving does.
struct Halfway final : Integration {
    [[nodiscard]] Integrated integrate(const IntegrationInput& input) const override {
        const std::size_t best = best_score(input.adapted);
        Integrated result{.technique = best, .row = std::vector<float>(input.source.size())};
        std::ranges::transform(input.source, input.adapted[best].parameters, result.row.begin(),
                               [](float source, float adapted) { return 0.5F * (source + adapted); });
        return result;
    }
};

void declare(sim::OptionVisitor& /*visitor*/, Halfway& /*options*/) {}

}  // namespace

sim::Kind<Integration> halfway_integration() {
    return sim::Kind<Integration>::of<Halfway>("halfway", "the mean of the service and its adapted form");
}

}  // namespace mlaasim::tta
