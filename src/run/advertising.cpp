#include "run/advertising.hpp"

#include "sim/core/limits.hpp"

namespace mlaasim::run {

std::vector<sim::Choice> choices_of(Advertise /*advertise*/) {
    return {
        {"train", static_cast<int>(Advertise::train), "every service trains once, and what it achieves is measured"},
        {"sample", static_cast<int>(Advertise::sample),
         "a sample does; every other service advertises what the measured one with the most similar data achieved"}};
}

void declare(sim::OptionVisitor& visitor, AdvertisingOptions& options) {
    visitor.choice("advertise", options.by,
                   {.doc = "How services come to the effectiveness and quality that they advertise in round 0"});
    visitor.option("advertise_sample", options.sample,
                   {.doc = "Services that train in round 0",
                    .range = sim::between(1, sim::most_services),
                    .only_with = {"advertise", "sample", options.by == Advertise::sample}});
}

}  // namespace mlaasim::run
