#include "sim/data/idx_dataset.hpp"

#include <string>
#include <string_view>
#include <system_error>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/data/idx.hpp"

namespace mlaasim::sim {
namespace {

namespace fs = std::filesystem;

constexpr std::uint32_t idx_classes = 10;
constexpr std::array<std::string_view, 4> idx_names{"train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                                                    "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"};

/// The file of this name, plain or with .gz; empty when there is neither.
fs::path plain_or_gzipped(const fs::path& folder, std::string_view name) {
    for (const std::string_view suffix : {"", ".gz"}) {
        fs::path file = folder / (std::string{name} + std::string{suffix});
        std::error_code ignored;
        if (fs::is_regular_file(file, ignored)) {
            return file;
        }
    }
    return {};
}

[[noreturn]] void mismatch(const fs::path& file, std::string what, std::string expected) {
    throw InputError(Problem{.file = file.string(), .what = std::move(what), .expected = std::move(expected)});
}

DecodedPool decode_pool(const fs::path& images_file, const fs::path& labels_file, SampleShape& shape) {
    IdxArray images = read_idx(images_file);
    IdxArray labels = read_idx(labels_file);
    if (images.dimensions.size() != 3) {
        mismatch(images_file, "holds labels", "images");
    }
    if (labels.dimensions.size() != 1) {
        mismatch(labels_file, "holds images", "labels");
    }
    if (labels.dimensions[0] != images.dimensions[0]) {
        mismatch(labels_file, "holds " + std::to_string(labels.dimensions[0]) + " labels",
                 std::to_string(images.dimensions[0]) + ", as many as images");
    }
    for (std::size_t i = 0; i < labels.values.size(); ++i) {
        if (labels.values[i] >= idx_classes) {
            mismatch(labels_file, "label " + std::to_string(i) + " is " + std::to_string(labels.values[i]), "0 to 9");
        }
    }
    const SampleShape read{1, images.dimensions[1], images.dimensions[2]};
    if (shape != SampleShape{} && shape != read) {
        mismatch(images_file, "images are " + std::to_string(read.height) + " x " + std::to_string(read.width),
                 std::to_string(shape.height) + " x " + std::to_string(shape.width) + ", as the training images are");
    }
    shape = read;
    return {.values = std::move(images.values), .labels = std::move(labels.values)};
}

}  // namespace

IdxFiles find_idx_files(const IdxFolders& folders, const fs::path& data_folder) {
    const std::string name{folders.source};
    if (data_folder.empty()) {
        throw InputError(Problem{.what = "data.source is " + name + ", but there is no data folder",
                                 .expected = "a folder with the IDX files",
                                 .hint = "give --data FOLDER or MLAASIM_DATA, or use source: synthetic_digits"});
    }
    std::error_code ignored;
    if (!fs::is_directory(data_folder, ignored)) {
        throw InputError(Problem{.file = data_folder.string(),
                                 .what = "the data folder is not there",
                                 .expected = "a folder with the IDX files",
                                 .hint = "check --data and MLAASIM_DATA"});
    }
    const std::array<fs::path, 3> places{data_folder / folders.usual, data_folder / folders.of_torchvision,
                                         data_folder};
    std::string looked_for;
    for (const fs::path& folder : places) {
        IdxFiles files;
        std::string_view missing;
        for (std::size_t i = 0; i < files.size(); ++i) {
            files[i] = plain_or_gzipped(folder, idx_names[i]);
            missing = missing.empty() && files[i].empty() ? idx_names[i] : missing;
        }
        if (missing.empty()) {
            return files;
        }
        looked_for += (looked_for.empty() ? "" : ", ") + (folder / missing).string();
    }
    throw InputError(Problem{.file = data_folder.string(),
                             .what = "the data folder has no " + name + ": missing " + looked_for,
                             .expected = "the four IDX files, plain or with .gz, in one of these folders",
                             .hint = "give the right folder, or use source: synthetic_digits"});
}

DecodedDataset decode_idx(const IdxFiles& files) {
    DecodedDataset decoded{.shape = {}, .classes = idx_classes, .train = {}, .test = {}};
    decoded.train = decode_pool(files[0], files[1], decoded.shape);
    decoded.test = decode_pool(files[2], files[3], decoded.shape);
    return decoded;
}

}  // namespace mlaasim::sim
