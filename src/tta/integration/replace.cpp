#include "tta/integration/integration.hpp"

namespace mlaasim::tta {
namespace {

/// The adapted service takes its own place. Of several techniques the one with the highest score is chosen.
struct Replace final : Integration {
    [[nodiscard]] Integrated integrate(const IntegrationInput& input) const override {
        const std::size_t best = best_score(input.adapted);
        const std::span<const float> chosen = input.adapted[best].parameters;
        return {.technique = best, .row = {chosen.begin(), chosen.end()}};
    }
};

void declare(sim::OptionVisitor& /*visitor*/, Replace& /*options*/) {}

}  // namespace

sim::Kind<Integration> replace_integration() {
    return sim::Kind<Integration>::of<Replace>("replace", "the adapted service takes its own place");
}

}  // namespace mlaasim::tta
