// Composition's archive: the arrays of a checkpoint.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "composition/archive.hpp"
#include "sim/trace/trace.hpp"

namespace mlaasim::run {

class CheckpointSaver final : public composition::Archive {
public:
    /// `services`: how many the marketplace has. The checkpoint must outlive this object.
    CheckpointSaver(sim::Checkpoint& checkpoint, std::uint32_t services)
        : composition::Archive{services}, checkpoint_{checkpoint} {}

    [[nodiscard]] bool loads() const override { return false; }
    void numbers(const std::string& name, std::vector<double>& values) override;
    void integers(const std::string& name, std::vector<std::int64_t>& values) override;
    void parameters(const std::string& name, std::vector<float>& values) override;
    /// Leaves no rows in `states`.
    void states(composition::ServiceStates& states) override;

private:
    sim::Checkpoint& checkpoint_;
};

class CheckpointLoader final : public composition::Archive {
public:
    CheckpointLoader(const sim::Checkpoint& checkpoint, std::uint32_t services)
        : composition::Archive{services}, checkpoint_{checkpoint} {}

    [[nodiscard]] bool loads() const override { return true; }
    void numbers(const std::string& name, std::vector<double>& values) override;
    void integers(const std::string& name, std::vector<std::int64_t>& values) override;
    void parameters(const std::string& name, std::vector<float>& values) override;
    void states(composition::ServiceStates& states) override;

private:
    const sim::Checkpoint& checkpoint_;
};

}  // namespace mlaasim::run
