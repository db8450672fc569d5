// Drift as a scenario gives it: entries of a schedule as YAML.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "sim/drift/schedule.hpp"
#include "sim/scenario_text/options_document.hpp"

namespace mlaasim::testing {

/// drift_entry("kind: noise, magnitude: 0.3, ids: [1]")
[[nodiscard]] inline sim::DriftOptions drift_entry(const std::string& options) {
    sim::DriftOptions entry;
    sim::OptionsDocument{"{" + options + "}", "drift"}.read(
        [&](sim::OptionVisitor& visitor) { declare(visitor, entry); });
    return entry;
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
