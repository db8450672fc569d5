// What a drift does to the data: it changes samples, or what their labels mean.
#pragma once

#include <cstdint>
#include <span>
#include <variant>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/corruption/corruption.hpp"
#include "sim/options/chosen.hpp"

namespace mlaasim::sim {

/// Whose label is read: random numbers are keyed by it, but not by the round. So a drift that stays hits the same
/// samples in every round, and one that grows only ever adds samples.
struct LabelContext {
    Seed seed{};
    std::uint32_t sample = 0;   ///< its index in the pool
    std::uint32_t classes = 0;  ///< of the pool
    std::uint32_t entry = 0;    ///< of the schedule: entries that overlap hit samples independently of each other
};

/// A change of what the labels mean (concept drift).
struct LabelChange {
    virtual ~LabelChange() = default;
    /// The label that a sample has under the drift, a class as well.
    [[nodiscard]] virtual std::uint8_t label(std::uint8_t label, double strength,
                                             const LabelContext& context) const = 0;
};

/// Samples are changed by a corruption (data drift), labels by a LabelChange.
using DriftChange = std::variant<const Corruption*, const LabelChange*>;

/// The options of a kind of drift, and what follows from them.
struct DriftEffect {
    virtual ~DriftEffect() = default;

    /// How strong the options want it, in the unit of the kind. 0 changes nothing.
    [[nodiscard]] virtual double strength() const = 0;
    [[nodiscard]] virtual Needs needs() const { return {}; }
    /// The share of the samples that it meets, of those whose values it changes.
    [[nodiscard]] virtual double sample_share() const { return 1.0; }
    /// What it changes. The pointer is valid as long as this object lives.
    [[nodiscard]] virtual DriftChange change() const = 0;
    /// Rules that a range can't express, for data of so many classes. The path of a problem is the option's key.
    [[nodiscard]] virtual std::vector<Problem> problems(std::uint32_t /*classes*/) const { return {}; }
};

/// The kinds of drift; the first is the default. Corruptions of one sample are applied in this order.
[[nodiscard]] std::span<const Kind<DriftEffect>> drift_kinds();

}  // namespace mlaasim::sim
