// The node's data cache: decoded once per node, put in place by rename, mapped read-only by every rank.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "sim/data/dataset.hpp"
#include "sim/data/sources/data_source.hpp"

namespace mlaasim::sim {

/// How much of a cache file is compared with its digests when it is opened.
enum class CacheCheck {
    everything,  ///< all of it is read
    header,      ///< the header alone: another process of this node has just checked the rest
};

/// A mapped cache file; `dataset()` points into it.
class MappedDataset {
public:
    /// Maps a cache file written by `write_cache`. Throws InputError when it is missing, damaged or of another format,
    /// was renamed, belongs to another user, or can be written by others; and std::bad_alloc when this process may not
    /// map as much.
    explicit MappedDataset(const std::filesystem::path& path, CacheCheck check = CacheCheck::everything);
    ~MappedDataset();
    MappedDataset(const MappedDataset&) = delete;
    MappedDataset& operator=(const MappedDataset&) = delete;

    [[nodiscard]] const Dataset& dataset() const { return dataset_; }
    /// SHA-256 in hex of the samples, labels and shape, taken when they were decoded: the same wherever the files lay.
    [[nodiscard]] const std::string& content() const { return content_; }

private:
    const void* address_ = nullptr;
    std::size_t length_ = 0;
    Dataset dataset_;
    std::string content_;
};

/// Writes a cache file under a unique temporary name beside it, fsyncs, and renames it into place, so that readers see
/// either nothing or all of it. Nobody else may write the file, nor its folder if that has to be made. Throws
/// InputError when the folder can't be written or the disk is full.
void write_cache(const std::filesystem::path& file, const DecodedDataset& decoded);

/// `${MLAASIM_CACHE}`, else `${XDG_CACHE_HOME}/mlaasim`, else `~/.cache/mlaasim`, plus "/data".
[[nodiscard]] std::filesystem::path cache_folder();

/// The source that a run takes: of automatic, MNIST when there is a data folder, else synthetic digits.
[[nodiscard]] Chosen<DataSource> chosen_source(const DataOptions& options, const std::filesystem::path& data_folder);

/// What a run resolved its data options to.
struct ResolvedData {
    Chosen<DataSource> source{data_source_kinds()};  ///< never automatic
    std::filesystem::path cache_file;  ///< its name holds format version, source, and size+mtime of the files or the
                                       ///< generator's parameters
    /// Reads or generates. A generator makes use of threads. Throws InputError.
    std::function<DecodedDataset(unsigned threads)> decode;
};

/// Finds the source of the data. `data_folder` is --data or MLAASIM_DATA, empty for none; IDX files are looked for in
/// `data_folder`/mnist, `data_folder`/fashion-mnist (also MNIST/raw and FashionMNIST/raw as torchvision has them), or
/// in `data_folder` itself, plain or with .gz. Throws InputError naming what was looked for where.
[[nodiscard]] ResolvedData resolve_data(const DataOptions& options, const std::filesystem::path& data_folder);

/// Checks and maps the data. A missing cache file is made first; one that is damaged, or that others may have written,
/// is made again, and `note` is told why. Throws InputError when others can write to the cache's folder. Call on one
/// rank per node first. `threads`: as many as there are ranks on the node, which wait for this one.
[[nodiscard]] std::unique_ptr<MappedDataset> open_data(const ResolvedData& resolved,
                                                       const std::function<void(const std::string&)>& note = {},
                                                       unsigned threads = 1);

/// Maps what `open_data` has checked, or made, in another process of this node.
[[nodiscard]] std::unique_ptr<MappedDataset> map_checked_data(const ResolvedData& resolved);

}  // namespace mlaasim::sim
