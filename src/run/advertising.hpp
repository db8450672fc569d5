// How services come to what they advertise before the first round.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/options/options.hpp"

namespace mlaasim::run {

/// train: every service trains once. sample: some do; the others advertise what the most similar of them achieved.
enum class Advertise { train, sample };

[[nodiscard]] std::vector<sim::Choice> choices_of(Advertise advertise);

struct AdvertisingOptions {
    Advertise by = Advertise::train;
    std::int64_t sample = 1000;  ///< services that train
};

/// Declares `advertise` and `advertise_sample`.
void declare(sim::OptionVisitor& visitor, AdvertisingOptions& options);

}  // namespace mlaasim::run
