#include <gtest/gtest.h>

#include <cstdlib>
#include <optional>
#include <string>

#include "sim/core/error.hpp"
#include "sim/data/cache.hpp"
#include "sim/data/idx_files.hpp"

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
    static DataOptions source(DataSource source) {
        DataOptions options;
        options.source = source;
        return options;
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
    EXPECT_EQ(resolve_data({}, {}).source, DataSource::synthetic_digits);
    with_idx("mnist");
    EXPECT_EQ(resolve_data({}, data_.path()).source, DataSource::mnist);
}

TEST_F(Resolve, SyntheticCacheNamesItsParameters) {
    DataOptions options = source(DataSource::synthetic_digits);
    const fs::path standard = resolve_data(options, {}).cache_file;
    EXPECT_EQ(standard.parent_path(), cache_folder());
    options.synthetic_seed = 2;
    const fs::path other_seed = resolve_data(options, {}).cache_file;
    options.synthetic_train = 10;
    const fs::path other_count = resolve_data(options, {}).cache_file;
    EXPECT_NE(standard, other_seed);
    EXPECT_NE(other_seed, other_count);
    options.source = DataSource::synthetic_sensors;
    const ResolvedData sensors = resolve_data(options, data_.path());
    EXPECT_EQ(sensors.source, DataSource::synthetic_sensors);
    EXPECT_NE(sensors.cache_file, other_count);
    options.synthetic_seed = 3;
    EXPECT_NE(resolve_data(options, {}).cache_file, sensors.cache_file);
}

TEST_F(Resolve, SyntheticSourcesAreGeneratedIntoTheCacheAndFoundThere) {
    for (const DataSource wanted : {DataSource::synthetic_digits, DataSource::synthetic_sensors}) {
        DataOptions options = source(wanted);
        options.synthetic_train = 12;
        options.synthetic_test = 6;
        const ResolvedData resolved = resolve_data(options, {});
        const bool images = open_data(resolved)->dataset().train.shape.height > 1;
        EXPECT_EQ(images, has_images(wanted));
        EXPECT_TRUE(fs::exists(resolved.cache_file));
        EXPECT_EQ(open_data(resolved)->dataset().train.count(), 12U);
    }
}

TEST_F(Resolve, FindsEveryUsualLayout) {
    for (const bool gzip : {false, true}) {
        for (const char* sub_folder : {"mnist", "MNIST/raw", "."}) {
            const fs::path folder = with_idx(sub_folder, gzip);
            const ResolvedData resolved = resolve_data(source(DataSource::mnist), data_.path());
            const DecodedDataset decoded = resolved.decode();
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
    EXPECT_THROW((void)resolve_data(source(DataSource::fashion_mnist), data_.path()), InputError);
    with_idx("FashionMNIST/raw");
    const ResolvedData fashion = resolve_data(source(DataSource::fashion_mnist), data_.path());
    EXPECT_EQ(fashion.source, DataSource::fashion_mnist);
    EXPECT_NE(fashion.cache_file, resolve_data(source(DataSource::mnist), data_.path()).cache_file);
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
    EXPECT_THROW((void)resolve_data(source(DataSource::mnist), {}), InputError);
    EXPECT_THROW((void)resolve_data({}, data_ / "nowhere"), InputError);
}

TEST_F(Resolve, RefusesFilesThatDoNotFitTogether) {
    const fs::path folder = with_idx("mnist");
    const auto decode = [&] { return resolve_data({}, data_.path()).decode(); };
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
