// State that outlives the process: saved and loaded by the same code, so that the two can't disagree.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/core/ids.hpp"

namespace mlaasim::composition {

/// State of single services, such as their own models: one row of parameters each, all equally long.
struct ServiceStates {
    std::set<sim::ServiceId> stateful{};  ///< every service that has a state; what was saved of others is forgotten
    /// Saving: the states that are not as they were saved last. Loading: all of them.
    std::map<sim::ServiceId, std::vector<float>> rows{};
};

/// Named arrays of a checkpoint. An archive either saves or loads, for all its life.
class Archive {
public:
    virtual ~Archive() = default;

    [[nodiscard]] virtual bool loads() const = 0;
    /// Saves the values under this name, or replaces them by what was saved. Loading throws InputError when no array of
    /// that name and type was saved.
    virtual void numbers(const std::string& name, std::vector<double>& values) = 0;
    virtual void integers(const std::string& name, std::vector<std::int64_t>& values) = 0;
    virtual void parameters(const std::string& name, std::vector<float>& values) = 0;
    /// To be called at most once: a checkpoint has one row a service.
    virtual void states(ServiceStates& states) = 0;
    /// The same for services, as runs of consecutive ids: a run's first id, then how many it has. Loading throws
    /// InputError when one is not in the marketplace.
    void services(const std::string& name, std::vector<sim::ServiceId>& ids);

protected:
    /// `services`: how many the marketplace has.
    explicit Archive(std::uint32_t services) : services_{services} {}

private:
    std::uint32_t services_;
};

}  // namespace mlaasim::composition
