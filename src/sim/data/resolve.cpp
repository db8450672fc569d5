#include <cstdlib>
#include <string>

#include "sim/core/error.hpp"
#include "sim/data/cache.hpp"
#include "sim/data/cache_access.hpp"
#include "sim/data/cache_format.hpp"
#include "sim/data/idx_dataset.hpp"
#include "sim/data/synthetic_digits.hpp"
#include "sim/data/synthetic_sensors.hpp"

namespace mlaasim::sim {
namespace {

namespace fs = std::filesystem;

fs::path environment_path(const char* name) {
    const char* const value = std::getenv(name);
    return value != nullptr ? fs::path{value} : fs::path{};
}

fs::path cache_file(DataSource source, const std::string& identity) {
    return cache_folder() /
           (std::string{choice_name(source)} + "-" + identity + "-v" + std::to_string(cache_format_version) + ".cache");
}

/// A generator of samples, and the version of what it generates.
struct Generator {
    DecodedDataset (*generate)(Seed, std::uint32_t, std::uint32_t);
    std::uint32_t version;
};

ResolvedData resolve_synthetic(DataSource source, Generator generator, const DataOptions& options) {
    const auto train = static_cast<std::uint32_t>(options.synthetic_train);
    const auto test = static_cast<std::uint32_t>(options.synthetic_test);
    const Seed seed{static_cast<std::uint64_t>(options.synthetic_seed)};
    const std::string identity = std::string{"g"} + std::to_string(generator.version) + "-" + std::to_string(train) +
                                 "-" + std::to_string(test) + "-" + std::to_string(seed.value);
    return {.source = source, .cache_file = cache_file(source, identity), .decode = [=] {
                return generator.generate(seed, train, test);
            }};
}

}  // namespace

fs::path cache_folder() {
    if (const fs::path own = environment_path("MLAASIM_CACHE"); !own.empty()) {
        return own / "data";
    }
    if (const fs::path xdg = environment_path("XDG_CACHE_HOME"); !xdg.empty()) {
        return xdg / "mlaasim" / "data";
    }
    const fs::path home = environment_path("HOME");
    if (home.empty()) {
        throw InputError(Problem{.what = "there is no place for the data cache: HOME is not set",
                                 .expected = "MLAASIM_CACHE, XDG_CACHE_HOME or HOME in the environment",
                                 .hint = "set MLAASIM_CACHE to a writable folder"});
    }
    return home / ".cache" / "mlaasim" / "data";
}

DataSource chosen_source(const DataOptions& options, const fs::path& data_folder) {
    if (options.source != DataSource::automatic) {
        return options.source;
    }
    return data_folder.empty() ? DataSource::synthetic_digits : DataSource::mnist;
}

ResolvedData resolve_data(const DataOptions& options, const fs::path& data_folder) {
    const DataSource source = chosen_source(options, data_folder);
    if (source == DataSource::synthetic_digits) {
        return resolve_synthetic(source, {generate_synthetic_digits, synthetic_digits_version}, options);
    }
    if (source == DataSource::synthetic_sensors) {
        return resolve_synthetic(source, {generate_synthetic_sensors, synthetic_sensors_version}, options);
    }
    const IdxFiles files = find_idx_files(source, data_folder);
    return {.source = source, .cache_file = cache_file(source, identity_of(files)), .decode = [files] {
                return decode_idx(files);
            }};
}

std::unique_ptr<MappedDataset> open_data(const ResolvedData& resolved,
                                         const std::function<void(const std::string&)>& note) {
    const fs::path& file = resolved.cache_file;
    expect_own_cache_folder(file.parent_path());
    std::error_code ignored;
    if (fs::exists(fs::symlink_status(file, ignored))) {
        try {
            return std::make_unique<MappedDataset>(file);
        } catch (const InputError& error) {
            if (note) {
                note(error.problems().front().file + ": " + error.problems().front().what + "; it is made again");
            }
        }
    }
    write_cache(file, resolved.decode());
    return std::make_unique<MappedDataset>(file);
}

std::unique_ptr<MappedDataset> map_checked_data(const ResolvedData& resolved) {
    return std::make_unique<MappedDataset>(resolved.cache_file, CacheCheck::header);
}

}  // namespace mlaasim::sim
