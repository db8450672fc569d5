#include <cstdlib>
#include <string>

#include "sim/core/error.hpp"
#include "sim/data/cache.hpp"
#include "sim/data/cache_access.hpp"
#include "sim/data/cache_format.hpp"

namespace mlaasim::sim {
namespace {

namespace fs = std::filesystem;

fs::path environment_path(const char* name) {
    const char* const value = std::getenv(name);
    return value != nullptr ? fs::path{value} : fs::path{};
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

Chosen<DataSource> chosen_source(const DataOptions& options, const fs::path& data_folder) {
    return options.source->instead(data_folder).value_or(options.source);
}

ResolvedData resolve_data(const DataOptions& options, const fs::path& data_folder) {
    const Chosen<DataSource> source = chosen_source(options, data_folder);
    const FoundData found = source->find(data_folder);
    const std::string name =
        std::string{source.word()} + "-" + found.identity + "-v" + std::to_string(cache_format_version) + ".cache";
    return {.source = source, .cache_file = cache_folder() / name, .decode = found.decode};
}

std::unique_ptr<MappedDataset> open_data(const ResolvedData& resolved,
                                         const std::function<void(const std::string&)>& note, unsigned threads) {
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
    write_cache(file, resolved.decode(threads));
    return std::make_unique<MappedDataset>(file);
}

std::unique_ptr<MappedDataset> map_checked_data(const ResolvedData& resolved) {
    return std::make_unique<MappedDataset>(resolved.cache_file, CacheCheck::header);
}

}  // namespace mlaasim::sim
