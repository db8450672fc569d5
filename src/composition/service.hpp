// What an MLaaS provider sells: M = <id, F, E_f, Q, t, R> (adaptive composition, Definition 1).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::composition {

/// The part of F that must match exactly before two services can be exchanged: model specification and kind of data.
struct FunctionalSpec {
    std::string architecture;  ///< the model's specification, e.g. "mlp:784-64-10"
    std::string modality;      ///< "image", "sensor", ...
    std::int64_t feature_count = 0;

    friend bool operator==(const FunctionalSpec&, const FunctionalSpec&) = default;
};

/// One service as the marketplace advertises it.
struct Service {
    sim::ServiceId id;
    FunctionalSpec function;
    std::vector<double> class_histogram;  ///< samples per class
    double volume = 0;                    ///< D_v, samples
    double effectiveness = 0;             ///< E_f in [0, 1]
    double quality = 0;                   ///< Q in [0, 1]: past performance, smoothed; until the first observation
    std::vector<double> quality_history;  ///< the latest observed qualities, oldest first
    double response_ms = 0;               ///< t
    double reliability = 1;               ///< R in [0, 1]: share of tasks completed
    double price = 0;                     ///< of a request, credits
};

/// How a service's record follows what is observed of it.
struct HistoryOptions {
    double quality_weight = 0.3;          ///< of the newest observation
    std::int64_t length = 8;              ///< observed qualities kept for HQU
    double reliability_prior_tasks = 10;  ///< tasks that the advertised reliability counts as
};
void declare(sim::OptionVisitor& visitor, HistoryOptions& options);

/// Exponential moving average: (1 - weight) quality + weight observed.
[[nodiscard]] double updated_quality(double quality, double observed, double weight);

/// Throws InputError naming the service and the field unless every value is in its range.
void check(const Service& service);

}  // namespace mlaasim::composition
