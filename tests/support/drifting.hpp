// Drift as a scenario gives it: entries of a schedule, one line each.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "sim/drift/schedule.hpp"
#include "support/option_text.hpp"

namespace mlaasim::testing {

/// drift_entry("kind: noise, magnitude: 0.3, ids: [1]")
[[nodiscard]] inline sim::DriftOptions drift_entry(const std::string& options) {
    return mlaasim::testing::options<sim::DriftOptions>(options);
}

[[nodiscard]] inline std::vector<sim::DriftOptions> drift_entries(std::initializer_list<std::string> entries) {
    std::vector<sim::DriftOptions> options;
    for (const std::string& entry : entries) {
        options.push_back(drift_entry(entry));
    }
    return options;
}

/// What these entries do to a client in round 1.
[[nodiscard]] inline sim::DriftState drifting(std::initializer_list<std::string> entries) {
    constexpr std::uint32_t most_classes = 256;
    return sim::DriftSchedule{drift_entries(entries), 1, 1, most_classes, sim::Seed{1}}.client(sim::ClientId{0},
                                                                                               sim::Round{1});
}

}  // namespace mlaasim::testing
