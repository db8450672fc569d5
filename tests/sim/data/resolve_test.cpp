#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <string>

#include "sim/core/error.hpp"
#include "sim/data/cache.hpp"
#include "sim/data/cache_format.hpp"
#include "sim/data/idx_files.hpp"
#include "support/chosen.hpp"

namespace mlaasim::sim {
namespace {

namespace fs = std::filesystem;

/// Sets or, without a value, unsets an environment variable for a while.
class Environment {
public:
    Environment(const char* name, const std::optional<std::string>& value) : name_{name} {
        if (const char* const old = std::getenv(name)) {
            old_ = old;
        }
        set(value);
    }
    ~Environment() { set(old_); }
    Environment(const Environment&) = delete;
    Environment& operator=(const Environment&) = delete;

private:
    void set(const std::optional<std::string>& value) {
        if (value) {
            ::setenv(name_, value->c_str(), 1);
        } else {
            ::unsetenv(name_);
        }
    }
    const char* name_;
    std::optional<std::string> old_;
};

class Resolve : public ::testing::Test {
protected:
    fs::path with_idx(const std::string& sub_folder, bool gzip = false) {
        const fs::path folder = data_ / sub_folder;
        fs::create_directories(folder);
        testing::write_idx_pair(folder, "train", 20, gzip);
        testing::write_idx_pair(folder, "t10k", 5, gzip);
        return folder;
    }
    /// source("mnist"), source("synthetic_digits, synthetic_seed: 2")
    static DataOptions source(const std::string& options) {
        return {.source = mlaasim::testing::chosen(data_source_kinds(), "source: " + options, "source")};
    }

    testing::TemporaryFolder data_;
    testing::TemporaryFolder cache_;
    Environment own_cache_{"MLAASIM_CACHE", cache_.path().string()};
};

TEST_F(Resolve, CacheFolderFollowsTheEnvironment) {
    EXPECT_EQ(cache_folder(), cache_ / "data");
    const Environment none{"MLAASIM_CACHE", std::nullopt};
    const Environment xdg{"XDG_CACHE_HOME", "/x"};
    EXPECT_EQ(cache_folder(), "/x/mlaasim/data");
    const Environment no_xdg{"XDG_CACHE_HOME", std::nullopt};
    const Environment home{"HOME", "/h"};
    EXPECT_EQ(cache_folder(), "/h/.cache/mlaasim/data");
    const Environment no_home{"HOME", std::nullopt};
    EXPECT_THROW((void)cache_folder(), InputError);
}

TEST_F(Resolve, AutomaticIsSyntheticWithoutAFolderAndMnistWithOne) {
    EXPECT_EQ(resolve_data({}, {}).source.word(), "synthetic_digits");
    with_idx("mnist");
    EXPECT_EQ(resolve_data({}, data_.path()).source.word(), "mnist");
}

TEST_F(Resolve, AutomaticGivesItsOptionsToTheDigits) {
    const DataOptions options = source("automatic, synthetic_train: 10, synthetic_test: 20, synthetic_seed: 2");
    const ResolvedData resolved = resolve_data(options, {});
    EXPECT_EQ(resolved.source->known().most_train, 10U);
    EXPECT_EQ(resolved.cache_file,
              resolve_data(source("synthetic_digits, synthetic_train: 10, synthetic_test: 20, synthetic_seed: 2"), {})
                  .cache_file);
    EXPECT_FALSE(options.source->known().generated) << "it may become MNIST";
}

TEST_F(Resolve, SyntheticCacheNamesItsParameters) {
    const auto file = [&](const std::string& options) {
        return resolve_data(source(options), data_.path()).cache_file;
    };
    const std::string version = "-v" + std::to_string(cache_format_version) + ".cache";
    EXPECT_EQ(file("synthetic_digits"), cache_folder() / ("synthetic_digits-g1-20000-4000-1" + version));
    EXPECT_EQ(file("synthetic_digits, synthetic_train: 10, synthetic_test: 20, synthetic_seed: 2"),
              cache_folder() / ("synthetic_digits-g1-10-20-2" + version));
    EXPECT_EQ(file("synthetic_sensors, synthetic_seed: 3"),
              cache_folder() / ("synthetic_sensors-g1-20000-4000-3" + version));
}

TEST_F(Resolve, SyntheticSourcesAreGeneratedIntoTheCacheAndFoundThere) {
    for (const std::string word : {"synthetic_digits", "synthetic_sensors"}) {
        const ResolvedData resolved = resolve_data(source(word + ", synthetic_train: 12, synthetic_test: 6"), {});
        const KnownData known = resolved.source->known();
        const auto made = open_data(resolved);
        EXPECT_TRUE(fs::exists(resolved.cache_file));
        for (const Dataset& data : {made->dataset(), open_data(resolved)->dataset()}) {
            EXPECT_EQ(data.train.shape, known.shape);
            EXPECT_EQ(data.train.classes, known.classes);
            EXPECT_EQ(data.train.count(), 12U);
            EXPECT_EQ(data.test.count(), 6U);
        }
        EXPECT_TRUE(known.generated);
        EXPECT_EQ(known.most_train, 12U);
        EXPECT_EQ(known.most_test, 6U);
    }
}

TEST_F(Resolve, FindsEveryUsualLayout) {
    for (const bool gzip : {false, true}) {
        for (const char* sub_folder : {"mnist", "MNIST/raw", "."}) {
            const fs::path folder = with_idx(sub_folder, gzip);
            const ResolvedData resolved = resolve_data(source("mnist"), data_.path());
            const DecodedDataset decoded = resolved.decode(1);
            EXPECT_EQ(decoded.shape, (SampleShape{1, 2, 3}));
            EXPECT_EQ(decoded.classes, 10U);
            EXPECT_EQ(decoded.train.labels.size(), 20U);
            EXPECT_EQ(decoded.test.values[6], 1);
            for (const auto& entry : fs::directory_iterator{data_.path()}) {
                fs::remove_all(entry);
            }
        }
    }
}

TEST_F(Resolve, KeepsMnistAndFashionMnistApart) {
    with_idx("mnist");
    EXPECT_THROW((void)resolve_data(source("fashion_mnist"), data_.path()), InputError);
    with_idx("FashionMNIST/raw");
    const ResolvedData fashion = resolve_data(source("fashion_mnist"), data_.path());
    EXPECT_EQ(fashion.source.word(), "fashion_mnist");
    EXPECT_NE(fashion.cache_file, resolve_data(source("mnist"), data_.path()).cache_file);
}

TEST_F(Resolve, ChangedFilesGetAnotherCacheFile) {
    const fs::path folder = with_idx("mnist");
    const fs::path before = resolve_data({}, data_.path()).cache_file;
    EXPECT_EQ(before, resolve_data({}, data_.path()).cache_file);
    testing::write_idx_pair(folder, "t10k", 6);
    EXPECT_NE(before, resolve_data({}, data_.path()).cache_file);
}

TEST_F(Resolve, OpenDataMapsTheFiles) {
    with_idx("mnist");
    const auto mapped = open_data(resolve_data({}, data_.path()));
    EXPECT_EQ(mapped->dataset().train.count(), 20U);
    EXPECT_EQ(mapped->dataset().test.sample(4)[5], 9);
    EXPECT_EQ(mapped->dataset().train.labels[13], 3);
}

TEST_F(Resolve, NamesWhatIsMissing) {
    const fs::path folder = with_idx("mnist");
    fs::remove(folder / "t10k-labels-idx1-ubyte");
    try {
        (void)resolve_data({}, data_.path());
        FAIL() << "three of four files were enough";
    } catch (const InputError& error) {
        EXPECT_NE(std::string{error.what()}.find("mnist/t10k-labels-idx1-ubyte"), std::string::npos);
    }
    EXPECT_THROW((void)resolve_data(source("mnist"), {}), InputError);
    EXPECT_THROW((void)resolve_data({}, data_ / "nowhere"), InputError);
}

TEST_F(Resolve, RefusesFilesThatDoNotFitTogether) {
    const fs::path folder = with_idx("mnist");
    const auto decode = [&] { return resolve_data({}, data_.path()).decode(1); };
    testing::write_bytes(folder / "t10k-labels-idx1-ubyte", testing::idx_bytes({4}, {0, 1, 2, 3}));
    EXPECT_THROW((void)decode(), InputError) << "fewer labels than images";
    testing::write_bytes(folder / "t10k-labels-idx1-ubyte", testing::idx_bytes({5}, {0, 1, 2, 3, 10}));
    EXPECT_THROW((void)decode(), InputError) << "a label of 10";
    testing::write_bytes(folder / "t10k-labels-idx1-ubyte", testing::idx_bytes({5}, {0, 1, 2, 3, 9}));
    EXPECT_NO_THROW((void)decode());
    testing::write_bytes(folder / "t10k-images-idx3-ubyte", testing::idx_bytes({5, 1, 2}, testing::Bytes(10)));
    EXPECT_THROW((void)decode(), InputError) << "test images of another size";
}

}  // namespace
}  // namespace mlaasim::sim
