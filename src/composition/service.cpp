#include "composition/service.hpp"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "sim/core/error.hpp"
#include "sim/core/limits.hpp"

namespace mlaasim::composition {

namespace {

void require(bool holds, const Service& service, std::string_view field, double value, std::string_view expected) {
    if (!holds) {
        throw sim::InputError(sim::Problem{.what = "service " + std::to_string(service.id.value()) + ": " +
                                                   std::string{field} + " is " + std::to_string(value),
                                           .expected = std::string{expected},
                                           .hint = "correct the service's description"});
    }
}

void require_share(const Service& service, std::string_view field, double value) {
    require(value >= 0 && value <= 1, service, field, value, "a number in [0, 1]");
}

}  // namespace

void declare(sim::OptionVisitor& visitor, HistoryOptions& options) {
    visitor.option("quality_weight", options.quality_weight,
                   {.doc = "Weight of the newest observation in a service's quality", .range = sim::between(0, 1)});
    visitor.option(
        "length", options.length,
        {.doc = "Observed qualities kept per service for the HQU rule", .range = sim::between(1, sim::most_rounds)});
    visitor.option(
        "reliability_prior_tasks", options.reliability_prior_tasks,
        {.doc = "Number of tasks that a service's advertised reliability counts as", .range = sim::at_least(0)});
}

double updated_quality(double quality, double observed, double weight) {
    return (1 - weight) * quality + weight * observed;
}

void check(const Service& service) {
    require_share(service, "effectiveness", service.effectiveness);
    require_share(service, "quality", service.quality);
    require_share(service, "reliability", service.reliability);
    require(std::isfinite(service.response_ms) && service.response_ms >= 0, service, "response_ms", service.response_ms,
            "a finite number >= 0");
    require(std::isfinite(service.price) && service.price >= 0, service, "price", service.price,
            "a finite number >= 0");
    require(std::isfinite(service.volume) && service.volume >= 0, service, "volume", service.volume,
            "a finite number >= 0");
    require(service.function.feature_count >= 0, service, "feature_count",
            static_cast<double>(service.function.feature_count), "a number >= 0");
    for (const double count : service.class_histogram) {
        require(std::isfinite(count) && count >= 0, service, "class_histogram", count, "finite counts >= 0");
    }
    for (const double quality : service.quality_history) {
        require_share(service, "quality_history", quality);
    }
}

}  // namespace mlaasim::composition
