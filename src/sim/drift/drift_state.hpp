// What drift does to one service or client in one round.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "sim/drift/drift_options.hpp"

namespace mlaasim::sim {

/// An entry of the schedule that is in force.
struct DriftInForce {
    std::uint32_t entry = 0;  ///< its number in the schedule
    double strength = 0.0;    ///< in the unit of its kind, never 0
    std::shared_ptr<const DriftOptions> options{};

    friend bool operator==(const DriftInForce& a, const DriftInForce& b) {
        return a.entry == b.entry && a.strength == b.strength;
    }
};

/// A corruption that samples get.
struct CorruptionStep {
    const Corruption* corruption = nullptr;
    double strength = 0.0;
    double sample_share = 1.0;  ///< of the samples get it
    std::uint32_t entry = 0;    ///< of the schedule

    /// Whether a sample of the pool gets it: the same in every round.
    [[nodiscard]] bool meets(Seed seed, std::uint32_t sample) const;
};

/// The entries in force, in the order of the schedule. States of one schedule are equal when their entries and
/// strengths are.
struct DriftState {
    std::vector<DriftInForce> entries{};

    [[nodiscard]] bool none() const { return entries.empty(); }

    /// The label of a sample after the entries that change labels, one after another.
    [[nodiscard]] std::uint8_t label(std::uint8_t label, Seed seed, std::uint32_t sample, std::uint32_t classes) const;

    /// What happens to the values of a sample, kind by kind in the order of drift_kinds(). Entries of one kind that
    /// meet all samples are made one step where the kind says how they combine; the others follow in the order of the
    /// schedule. The steps are valid as long as this state lives.
    [[nodiscard]] std::vector<CorruptionStep> corruptions() const;

    friend bool operator==(const DriftState&, const DriftState&) = default;
};

}  // namespace mlaasim::sim
