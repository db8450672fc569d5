// Detectors of change: they watch numbers, such as a composition's losses, for a change of their mean.
#pragma once

#include <cstdint>

#include "composition/archive.hpp"

namespace mlaasim::composition {

/// What has happened to the mean of the values.
enum class MeanChange : std::uint8_t { none, fell, rose };

/// Watches values one by one. After a change it begins anew with the next value.
class Detector {
public:
    virtual ~Detector() = default;

    /// Whether the mean has changed, now that this value is known.
    virtual MeanChange watch(double value) = 0;
    /// The values that it now takes for those of one mean: how many, and their mean (0 without any).
    [[nodiscard]] virtual std::int64_t window() const = 0;
    [[nodiscard]] virtual double mean() const = 0;
    /// All that must be known for later values. Loading throws InputError for what can't have been saved.
    virtual void archive(Archive& archive) = 0;
};

}  // namespace mlaasim::composition
