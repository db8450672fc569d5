// State that outlives the process: saved and loaded by the same code, so that the two can't disagree.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/ids.hpp"

namespace mlaasim::composition {

/// Named arrays of a checkpoint. An archive either saves or loads, for all its life.
class Archive {
public:
    virtual ~Archive() = default;

    [[nodiscard]] virtual bool loads() const = 0;
    /// Saves the values under this name, or replaces them by what was saved. Loading throws InputError when no array of
    /// that name and type was saved.
    virtual void numbers(const std::string& name, std::vector<double>& values) = 0;
    virtual void integers(const std::string& name, std::vector<std::int64_t>& values) = 0;
    /// The same for services. Loading throws InputError when one is not in the marketplace.
    void services(const std::string& name, std::vector<sim::ServiceId>& ids);

protected:
    /// `services`: how many the marketplace has.
    explicit Archive(std::uint32_t services) : services_{services} {}

private:
    std::uint32_t services_;
};

}  // namespace mlaasim::composition
