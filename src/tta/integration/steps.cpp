#include <cmath>

#include "tta/integration/integration.hpp"

namespace mlaasim::tta {
namespace {

/// Small steps over rounds: in each round that adapts it the service goes `share` of the way to what the best technique
/// makes of it. It stops where |adapted - service| is at most `arrived` times |service|: then it stays as it is.
struct Steps final : Integration {
    double share = 0.25;
    double arrived = 0.01;

    [[nodiscard]] Integrated integrate(const IntegrationInput& input) const override {
        const std::size_t best = best_score(input.adapted);
        Integrated result{.technique = best, .row = {input.source.begin(), input.source.end()}};
        const std::span<const float> goal = input.adapted[best].parameters;
        double to_go = 0.0;
        double length = 0.0;
        for (std::size_t i = 0; i < goal.size(); ++i) {
            const double source = input.source[i];
            to_go += (static_cast<double>(goal[i]) - source) * (static_cast<double>(goal[i]) - source);
            length += source * source;
        }
        if (std::sqrt(to_go) <= arrived * std::sqrt(length)) {
            result.arrived = true;
            return result;
        }
        for (std::size_t i = 0; i < goal.size(); ++i) {
            const double source = input.source[i];
            result.row[i] = static_cast<float>(source + share * (static_cast<double>(goal[i]) - source));
        }
        return result;
    }
};

void declare(sim::OptionVisitor& visitor, Steps& options) {
    visitor.option("share", options.share,
                   {.doc = "Of the way from the service to its adapted form, in each round that adapts it",
                    .range = sim::between(0, 1)});
    visitor.option("arrived", options.arrived,
                   {.doc = "The service stays as it is where its adapted form is no farther from it than this share of "
                           "the length of its parameters",
                    .range = sim::at_least(0)});
}

}  // namespace

sim::Kind<Integration> steps_integration() {
    return sim::Kind<Integration>::of<Steps>("steps",
                                             "a part of the way to its adapted form in each round, until that is near");
}

}  // namespace mlaasim::tta
