// What a sample becomes in a world that is not clean: an image turns, a sensor gets noisy.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include "sim/core/random.hpp"
#include "sim/data/dataset.hpp"
#include "sim/options/need.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::sim {

/// Which sample is read, and when: random numbers are keyed by it.
struct SampleContext {
    SampleShape shape{};
    Seed seed{};
    std::uint32_t sample = 0;  ///< its index in the pool
    Round round{};
};

/// A change to the values of one sample: the options of a kind, and pure functions of them.
struct Corruption {
    virtual ~Corruption() = default;

    /// How strong the options want it, in the unit of the kind. 0 changes nothing.
    [[nodiscard]] virtual double strength() const = 0;
    [[nodiscard]] virtual Needs needs() const { return {}; }

    /// Several corruptions of this kind may meet one sample. This is the strength of the one that does the same as all
    /// of them; nothing when there is none, then they are applied one after another.
    [[nodiscard]] virtual std::optional<double> combined(std::span<const double> /*strengths*/) const {
        return std::nullopt;
    }

    /// Changes `values`, which lie in [0, 1] and have the shape of the context, channel by channel. `scratch` has as
    /// many values, and may be used. The same arguments give the same result.
    virtual void apply(std::span<float> values, std::span<float> scratch, double strength,
                       const SampleContext& context) const = 0;
};

/// A corruption with a published table of severities. Its strength is the free `magnitude`, or that of a `severity`.
struct GradedCorruption : Corruption {
    using Severities = std::array<double, 5>;

    explicit GradedCorruption(double default_magnitude) : magnitude{default_magnitude} {}

    double magnitude;
    std::int64_t severity = 0;  ///< 1 to 5; 0 = the magnitude counts

    /// The strengths of the severities 1 to 5.
    [[nodiscard]] virtual const Severities& severities() const = 0;
    [[nodiscard]] double strength() const final;
};

/// Declares `severity` and `magnitude`. `table` says where the severities are from, and their strengths.
void declare_strength(OptionVisitor& visitor, GradedCorruption& options, std::string_view table,
                      const OptionInfo& magnitude);

}  // namespace mlaasim::sim
