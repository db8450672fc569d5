// `data.source: files`: arrays that the user made with NumPy.
#include <array>
#include <string>
#include <system_error>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/core/sha256.hpp"
#include "sim/data/array_dataset.hpp"
#include "sim/data/file_identity.hpp"
#include "sim/data/sources/data_source.hpp"

namespace mlaasim::sim {
namespace {

namespace fs = std::filesystem;

/// The option that names an array, and where it lies.
struct NamedPlace {
    const char* option;
    std::string name;
    ArrayPlace DatasetArrays::*place;
};

struct Files final : DataSource {
    std::string path{};
    std::string train_samples = "x_train";
    std::string train_labels = "y_train";
    std::string test_samples = "x_test";
    std::string test_labels = "y_test";
    std::int64_t classes = 0;

    void look(const DataPlaces& places) override {
        const fs::path found = find_path(places);
        expect_not_one_array(found);
        std::error_code ignored;
        const bool is_folder = fs::is_directory(found, ignored);
        DatasetArrays arrays;
        for (const NamedPlace& array : named()) {
            arrays.*array.place = is_folder ? place_in_folder(found, array) : ArrayPlace{found, file_name(array.name)};
        }
        summary_ = summarise(arrays, static_cast<std::uint32_t>(classes));
        arrays_ = arrays;
    }

    [[nodiscard]] KnownData known() const override {
        return {.shape = summary_.shape,
                .classes = summary_.classes,
                .most_train = summary_.train,
                .most_test = summary_.test};
    }

    [[nodiscard]] FoundData find(const fs::path& /*data_folder*/) const override {
        expects(summary_.train > 0, "look() found the files");
        std::vector<fs::path> files;
        std::string names = std::to_string(classes);
        for (const NamedPlace& array : named()) {
            files.push_back((arrays_.*array.place).file);
            names += ' ' + file_name(array.name);
        }
        Sha256 digest;
        digest.update(identity_of(files) + ' ' + names);
        return {.identity = digest.hex().substr(0, 16),
                .decode = [arrays = arrays_, count = static_cast<std::uint32_t>(classes)](unsigned /*threads*/) {
                    return decode_arrays(arrays, count);
                }};
    }

private:
    [[nodiscard]] std::array<NamedPlace, 4> named() const {
        return {{{"train_samples", train_samples, &DatasetArrays::train_samples},
                 {"train_labels", train_labels, &DatasetArrays::train_labels},
                 {"test_samples", test_samples, &DatasetArrays::test_samples},
                 {"test_labels", test_labels, &DatasetArrays::test_labels}}};
    }

    static std::string file_name(const std::string& name) { return name.ends_with(".npy") ? name : name + ".npy"; }

    /// The first of the places that has `path`.
    [[nodiscard]] fs::path find_path(const DataPlaces& places) const {
        std::vector<fs::path> candidates{places.scenario_folder / path};
        if (!places.data_folder.empty() && fs::path{path}.is_relative()) {
            candidates.push_back(places.data_folder / path);
        }
        std::string looked_for;
        for (const fs::path& candidate : candidates) {
            std::error_code ignored;
            if (fs::exists(candidate, ignored)) {
                return candidate;
            }
            looked_for += (looked_for.empty() ? "" : " or ") + candidate.string();
        }
        throw InputError({.what = "data.path is " + path + ", and there is no " + looked_for,
                          .expected = "a .npz file, or a folder with .npy files",
                          .hint = "a relative path begins in the scenario file's folder, or in the folder that --data "
                                  "or MLAASIM_DATA names",
                          .path = "path"});
    }

    void expect_not_one_array(const fs::path& found) const {
        std::error_code ignored;
        if (found.extension() == ".npy" && !fs::is_directory(found, ignored)) {
            const std::string folder = fs::path{path}.parent_path().string();
            throw InputError(
                {.what = "data.path is " + path + ", which holds a single array",
                 .expected = "a .npz file, or a folder with .npy files",
                 .hint = "write path: " + (folder.empty() ? std::string{"."} : folder) +
                         ", and name its arrays by train_samples, train_labels, test_samples and "
                         "test_labels where they are not x_train.npy, y_train.npy, x_test.npy and y_test.npy",
                 .path = "path"});
        }
    }

    static ArrayPlace place_in_folder(const fs::path& folder, const NamedPlace& array) {
        const fs::path file = folder / file_name(array.name);
        std::error_code ignored;
        if (!fs::exists(file, ignored)) {
            throw InputError({.what = "data." + std::string{array.option} + " is " + array.name + ", and there is no " +
                                      file.string(),
                              .expected = "a file that numpy.save wrote",
                              .hint = "save the array under that name, or name another one",
                              .path = array.option});
        }
        return {.file = file};
    }

    DatasetArrays arrays_{};
    DatasetSummary summary_{};  ///< of the arrays, since look()
};

void declare(OptionVisitor& visitor, Files& options) {
    visitor.option("path", options.path,
                   {.doc = "An archive of NumPy (.npz), or a folder with .npy files; a relative path begins in the "
                           "scenario file's folder or, where that has no such file, in the data folder",
                    .required = true});
    visitor.option("train_samples", options.train_samples,
                   {.doc = "Array of the training samples: bytes, N x F, N x H x W or N x C x H x W"});
    visitor.option("train_labels", options.train_labels, {.doc = "Array of their labels, whole numbers from 0 on"});
    visitor.option("test_samples", options.test_samples,
                   {.doc = "Array of the test samples, of the same shape; clients stream them"});
    visitor.option("test_labels", options.test_labels, {.doc = "Array of their labels"});
    visitor.option(
        "classes", options.classes,
        {.doc = "How many classes there are; 0 = one more than the largest label", .range = between(0, most_classes)});
}

}  // namespace

Kind<DataSource> files_source() {
    return Kind<DataSource>::of<Files>("files", "arrays of your own, made with NumPy (docs/data.md)");
}

}  // namespace mlaasim::sim
