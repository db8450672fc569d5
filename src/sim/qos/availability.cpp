#include "sim/qos/availability.hpp"

#include <algorithm>
#include <limits>

#include "sim/core/error.hpp"

namespace mlaasim::sim {

void declare(OptionVisitor& visitor, AvailabilityOptions& options) {
    const Range share{.low = 0.0, .high = 1.0, .low_open = true};
    visitor.option("lowest", options.lowest,
                   {.doc = "Long-run share of rounds in which the least available service is up", .range = share});
    visitor.option(
        "highest", options.highest,
        {.doc = "The same of the most available service; each service draws its own between the two", .range = share});
    visitor.option("outage_rounds", options.outage_rounds,
                   {.doc = "Mean length of an outage", .unit = "rounds", .range = at_least(1.0)});
}

Availability::Availability(const AvailabilityOptions& options, std::uint32_t services, Seed seed)
    : seed_{seed}, share_(services), recovery_(services), failure_(services), up_(services, 1) {
    if (options.lowest > options.highest) {
        throw InputError(Problem{.what = "availability.lowest is above availability.highest",
                                 .expected = "lowest <= highest",
                                 .path = "lowest"});
    }
    for (std::uint32_t i = 0; i < services; ++i) {
        share_[i] = RandomStream{seed, Purpose::availability, i, 0}.uniform(options.lowest, options.highest);
        // Stationary share of up rounds = recovery / (recovery + failure). A share that outages of this mean length
        // can't bring about, even when every up round is followed by one, gets longer ones.
        const double odds = share_[i] < 1.0 ? share_[i] / (1.0 - share_[i]) : std::numeric_limits<double>::infinity();
        recovery_[i] = std::min(1.0 / options.outage_rounds, odds);
        failure_[i] = std::min(1.0, recovery_[i] / odds);
    }
}

void Availability::advance_to(Round round) {
    expects(round >= round_, "availability only moves forward");
    for (std::uint32_t r = round_.value() + 1; r <= round.value(); ++r) {
        for (std::uint32_t i = 0; i < up_.size(); ++i) {
            if (up_[i] != 0 && failure_[i] == 0.0) {
                continue;
            }
            const double draw = RandomStream{seed_, Purpose::availability, i, r}.uniform();
            up_[i] = (up_[i] != 0 ? draw >= failure_[i] : draw < recovery_[i]) ? 1 : 0;
        }
    }
    round_ = round;
}

}  // namespace mlaasim::sim
