#include "sim/drift/drift_options.hpp"

#include "sim/core/limits.hpp"

namespace mlaasim::sim {

double DriftOptions::level(std::int64_t round) const {
    const bool in_time = round >= start && (end == 0 || round < end);
    return in_time ? pattern->level(round - start) : 0.0;
}

std::vector<Choice> choices_of(DriftTarget /*target*/) {
    return {
        {"services", static_cast<int>(DriftTarget::services), "the training data of services"},
        {"clients", static_cast<int>(DriftTarget::clients), "the streams of clients"},
    };
}

void declare(OptionVisitor& visitor, DriftOptions& options) {
    visitor.kind_beside("kind", options.kind, drift_kinds(), {.doc = "What happens to the data"});
    visitor.kind_beside("pattern", options.pattern, drift_patterns(), {.doc = "How the drift sets in"});
    visitor.choice("target", options.target, {.doc = "Whose data drifts"});
    visitor.option("start", options.start,
                   {.doc = "First round that sees the drift", .unit = "rounds", .range = between(0, most_rounds)});
    visitor.option("end", options.end,
                   {.doc = "First round that no longer sees the drift; 0 = it stays",
                    .unit = "rounds",
                    .range = between(0, most_rounds)});
    visitor.option("ids", options.ids,
                   {.doc = "Affected services or clients by number; empty = `share` of them, drawn once",
                    .range = between(0, most_services - 1)});
    visitor.option(
        "share", options.share,
        {.doc = "Share of the services or clients that are affected when `ids` is empty", .range = between(0.0, 1.0)});
}

}  // namespace mlaasim::sim
