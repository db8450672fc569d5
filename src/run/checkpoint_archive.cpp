#include "run/checkpoint_archive.hpp"

#include <span>

namespace mlaasim::run {

void CheckpointSaver::numbers(const std::string& name, std::vector<double>& values) {
    checkpoint_.put(name, std::span<const double>{values});
}

void CheckpointSaver::integers(const std::string& name, std::vector<std::int64_t>& values) {
    checkpoint_.put(name, std::span<const std::int64_t>{values});
}

void CheckpointLoader::numbers(const std::string& name, std::vector<double>& values) {
    values = checkpoint_.doubles(name);
}

void CheckpointLoader::integers(const std::string& name, std::vector<std::int64_t>& values) {
    values = checkpoint_.integers(name);
}

}  // namespace mlaasim::run
