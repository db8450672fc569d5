#include "sim/core/limits.hpp"
#include "sim/drift/schedule.hpp"

namespace mlaasim::sim {

std::vector<Choice> choices_of(DriftKind /*kind*/) {
    return {
        {"rotation", static_cast<int>(DriftKind::rotation),
         "images turn counter-clockwise (data drift); not for time series"},
        {"noise", static_cast<int>(DriftKind::noise), "Gaussian noise on every value (data drift)"},
        {"label_swap", static_cast<int>(DriftKind::label_swap), "classes swap their labels (concept drift)"},
    };
}

std::vector<Choice> choices_of(DriftPattern /*pattern*/) {
    return {
        {"sudden", static_cast<int>(DriftPattern::sudden), "full magnitude from the first round on"},
        {"gradual", static_cast<int>(DriftPattern::gradual), "grows linearly over `duration` rounds"},
    };
}

std::vector<Choice> choices_of(DriftTarget /*target*/) {
    return {
        {"services", static_cast<int>(DriftTarget::services), "the training data of services"},
        {"clients", static_cast<int>(DriftTarget::clients), "the streams of clients"},
    };
}

void declare(OptionVisitor& visitor, DriftOptions& options) {
    visitor.choice("kind", options.kind, {.doc = "What happens to the data"});
    visitor.choice("pattern", options.pattern, {.doc = "How the drift sets in"});
    visitor.choice("target", options.target, {.doc = "Whose data drifts"});
    visitor.option("start", options.start,
                   {.doc = "First round that sees the drift", .unit = "rounds", .range = between(0, most_rounds)});
    visitor.option("duration", options.duration,
                   {.doc = "Rounds until a gradual drift has its full magnitude",
                    .unit = "rounds",
                    .range = between(1, most_rounds),
                    .only_with = {"pattern", "gradual", options.pattern == DriftPattern::gradual}});
    visitor.option("end", options.end,
                   {.doc = "First round that no longer sees the drift; 0 = it stays",
                    .unit = "rounds",
                    .range = between(0, most_rounds)});
    visitor.option("magnitude", options.magnitude,
                   {.doc = "Rotation: degrees counter-clockwise; noise: standard deviation of values in [0, 1]; "
                           "label_swap: share of the samples, in [0, 1]",
                    .range = between(-360.0, 360.0)});
    visitor.option("classes", options.classes,
                   {.doc = "Classes in pairs a, b that swap; empty = every class c becomes classes - 1 - c",
                    .range = between(0.0, 255.0),
                    .only_with = {"kind", "label_swap", options.kind == DriftKind::label_swap}});
    visitor.option("ids", options.ids,
                   {.doc = "Affected services or clients by number; empty = `share` of them, drawn once",
                    .range = between(0, most_services - 1)});
    visitor.option(
        "share", options.share,
        {.doc = "Share of the services or clients that are affected when `ids` is empty", .range = between(0.0, 1.0)});
}

}  // namespace mlaasim::sim
