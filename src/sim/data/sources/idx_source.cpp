#include "sim/data/sources/idx_source.hpp"

#include <limits>

#include "sim/data/file_identity.hpp"

namespace mlaasim::sim {

KnownData known_idx() {
    constexpr std::uint64_t any = std::numeric_limits<std::uint32_t>::max();
    return {.shape = {1, 28, 28}, .classes = 10, .most_train = any, .most_test = any};
}

FoundData find_idx(const IdxFolders& folders, const std::filesystem::path& data_folder) {
    const IdxFiles files = find_idx_files(folders, data_folder);
    return {.identity = identity_of(files), .decode = [files](unsigned /*threads*/) { return decode_idx(files); }};
}

}  // namespace mlaasim::sim
