#include "run/checkpoint_archive.hpp"

#include <span>
#include <utility>

namespace mlaasim::run {

void CheckpointSaver::numbers(const std::string& name, std::vector<double>& values) {
    checkpoint_.put(name, std::span<const double>{values});
}

void CheckpointSaver::integers(const std::string& name, std::vector<std::int64_t>& values) {
    checkpoint_.put(name, std::span<const std::int64_t>{values});
}

void CheckpointSaver::parameters(const std::string& name, std::vector<float>& values) {
    checkpoint_.put(name, std::span<const float>{values});
}

void CheckpointSaver::states(composition::ServiceStates& states) {
    checkpoint_.stateful = states.stateful;
    checkpoint_.service_state = std::exchange(states.rows, {});
}

void CheckpointLoader::numbers(const std::string& name, std::vector<double>& values) {
    values = checkpoint_.doubles(name);
}

void CheckpointLoader::integers(const std::string& name, std::vector<std::int64_t>& values) {
    values = checkpoint_.integers(name);
}

void CheckpointLoader::parameters(const std::string& name, std::vector<float>& values) {
    values = checkpoint_.floats(name);
}

void CheckpointLoader::states(composition::ServiceStates& states) {
    states.rows = checkpoint_.service_state;
    states.stateful.clear();
    for (const auto& [service, row] : states.rows) {
        states.stateful.insert(service);
    }
}

}  // namespace mlaasim::run
