#include <algorithm>

#include "sim/core/limits.hpp"
#include "sim/drift/pattern.hpp"

namespace mlaasim::sim {
namespace {

/// min(1, (t + 1) / duration), t rounds after the start.
struct Gradual final : DriftPattern {
    std::int64_t duration = 1;

    [[nodiscard]] double level(std::int64_t rounds_since_start) const override {
        return std::min(1.0, static_cast<double>(rounds_since_start + 1) / static_cast<double>(duration));
    }
};

void declare(OptionVisitor& visitor, Gradual& options) {
    visitor.option(
        "duration", options.duration,
        {.doc = "Rounds until the drift has its full strength", .unit = "rounds", .range = between(1, most_rounds)});
}

}  // namespace

Kind<DriftPattern> gradual_pattern() {
    return Kind<DriftPattern>::of<Gradual>("gradual", "grows linearly over `duration` rounds");
}

}  // namespace mlaasim::sim
