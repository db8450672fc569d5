#include "sim/data/file_identity.hpp"

#include "sim/core/sha256.hpp"

namespace mlaasim::sim {

namespace fs = std::filesystem;

std::string identity_of(std::span<const fs::path> files) {
    Sha256 digest;
    for (const fs::path& file : files) {
        digest.update(fs::absolute(file).lexically_normal().string() + '\0' + std::to_string(fs::file_size(file)) +
                      '\0' + std::to_string(fs::last_write_time(file).time_since_epoch().count()) + '\0');
    }
    return digest.hex().substr(0, 16);
}

}  // namespace mlaasim::sim
