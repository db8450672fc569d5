#include <string>

#include "sim/core/limits.hpp"
#include "sim/drift/pattern.hpp"

namespace mlaasim::sim {
namespace {

/// 1 when t mod period < active, else 0, t rounds after the start.
struct Recurring final : DriftPattern {
    std::int64_t period = 10;
    std::int64_t active = 0;  ///< 0 = half of the period, rounded up

    [[nodiscard]] double level(std::int64_t rounds_since_start) const override {
        const std::int64_t rounds_on = active == 0 ? (period + 1) / 2 : active;
        return rounds_since_start % period < rounds_on ? 1.0 : 0.0;
    }

    [[nodiscard]] std::vector<Problem> problems() const override {
        if (active < period) {
            return {};
        }
        return {{.what = "active is " + std::to_string(active) + ", period is " + std::to_string(period),
                 .expected = "fewer active rounds than a period has",
                 .hint = "a drift that never rests has pattern: sudden",
                 .path = "active"}};
    }
};

void declare(OptionVisitor& visitor, Recurring& options) {
    visitor.option(
        "period", options.period,
        {.doc = "Rounds from one return of the drift to the next", .unit = "rounds", .range = between(2, most_rounds)});
    visitor.option("active", options.active,
                   {.doc = "Rounds of each period that see the drift, the first ones; 0 = half of them, rounded up",
                    .unit = "rounds",
                    .range = between(0, most_rounds)});
}

}  // namespace

Kind<DriftPattern> recurring_pattern() {
    return Kind<DriftPattern>::of<Recurring>("recurring",
                                             "full strength in the first rounds of every `period`, then none");
}

}  // namespace mlaasim::sim
