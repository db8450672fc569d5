#include <gtest/gtest.h>

#include <functional>

#include "sim/arrays/array_files.hpp"
#include "sim/core/error.hpp"
#include "sim/data/cache.hpp"
#include "sim/scenario_text/options_document.hpp"

namespace mlaasim::sim {
namespace {

using namespace testing;

class FilesSource : public ::testing::Test {
protected:
    void SetUp() override { ::setenv("MLAASIM_CACHE", (folder_ / "cache").c_str(), 1); }
    void TearDown() override { ::unsetenv("MLAASIM_CACHE"); }

    /// The options of a source, read and looked for.
    DataOptions options(const std::string& text, const std::filesystem::path& data_folder = {}) {
        DataOptions options;
        OptionsDocument{"source: files\n" + text, "data.yaml"}.read(
            [&](OptionVisitor& visitor) { declare(visitor, options); });
        options.source->look({.scenario_folder = folder_.path(), .data_folder = data_folder});
        return options;
    }
    std::string mistake(const std::string& text) {
        try {
            const DataOptions read = options(text);
            static_cast<void>(resolve_data(read, {}).decode(1));
        } catch (const InputError& error) {
            return error.what();
        }
        return "";
    }
    /// The mistake in an archive whose entries were changed.
    std::string mistake_in(const std::function<void(Entries&)>& change) {
        Entries entries = image_arrays(8, 4);
        change(entries);
        write_npz(folder_ / "own.npz", entries);
        return mistake("path: own.npz");
    }
    static void put(Entries& entries, const std::string& name, const Bytes& bytes) {
        for (auto& [entry, old] : entries) {
            old = entry == name ? bytes : old;
        }
    }

    TemporaryFolder folder_;
};

TEST_F(FilesSource, AnArchiveIsKnownAndDecoded) {
    write_npz(folder_ / "own.npz", image_arrays(9, 5), true);
    const DataOptions read = options("path: own.npz");
    const KnownData known = read.source->known();
    EXPECT_EQ(known.shape, (SampleShape{1, 2, 3}));
    EXPECT_EQ(known.classes, 4U);
    EXPECT_EQ(known.most_train, 9U);
    EXPECT_EQ(known.most_test, 5U);
    const ResolvedData resolved = resolve_data(read, {});
    const auto data = open_data(resolved);
    EXPECT_EQ(data->dataset().train.count(), 9U);
    EXPECT_EQ(data->dataset().train.labels[7], 3);
    EXPECT_EQ(data->dataset().test.sample(4)[5], 9);
    EXPECT_TRUE(std::filesystem::exists(resolved.cache_file));
    EXPECT_EQ(resolved.cache_file.filename().string().find("files-"), 0U);
}

TEST_F(FilesSource, AFolderHasOneFileAnArray) {
    std::filesystem::create_directory(folder_ / "own");
    const Entries entries = image_arrays(9, 5);
    for (const auto& [name, bytes] : entries) {
        write_bytes(folder_ / ("own/" + name), bytes);
    }
    write_npz(folder_ / "own.npz", entries);
    const auto content = [&](const std::string& path) { return open_data(resolve_data(options(path), {}))->content(); };
    EXPECT_EQ(content("path: own"), content("path: own.npz"));
    EXPECT_EQ(content("path: own"), content("path: own\ntrain_samples: x_train.npy"));
    std::filesystem::remove(folder_ / "own/y_test.npy");
    const std::string message = mistake("path: own");
    EXPECT_NE(message.find("data.test_labels is y_test, and there is no "), std::string::npos) << message;
}

TEST_F(FilesSource, ASingleArrayIsNoDataSet) {
    write_bytes(folder_ / "x_train.npy", npy("|u1", {8, 2, 3}, Bytes(48)));
    const std::string message = mistake("path: x_train.npy");
    EXPECT_NE(message.find("data.path is x_train.npy, which holds a single array"), std::string::npos) << message;
    EXPECT_NE(message.find("Hint: write path: ., and name its arrays by train_samples"), std::string::npos) << message;
}

TEST_F(FilesSource, ARelativePathBeginsAtTheScenarioOrInTheDataFolder) {
    const TemporaryFolder data;
    write_npz(data / "own.npz", image_arrays(9, 5));
    EXPECT_EQ(options("path: own.npz", data.path()).source->known().most_train, 9U);
    write_npz(folder_ / "own.npz", image_arrays(7, 5));
    EXPECT_EQ(options("path: own.npz", data.path()).source->known().most_train, 7U);
    EXPECT_EQ(options("path: " + (data / "own.npz").string()).source->known().most_train, 9U);
    const std::string message = mistake("path: none.npz");
    EXPECT_NE(message.find("data.path is none.npz, and there is no " + (folder_ / "none.npz").string()),
              std::string::npos)
        << message;
}

TEST_F(FilesSource, ChangedFilesGetAnotherCache) {
    write_npz(folder_ / "own.npz", image_arrays(9, 5));
    const auto before = resolve_data(options("path: own.npz"), {}).cache_file;
    EXPECT_EQ(before, resolve_data(options("path: own.npz"), {}).cache_file);
    EXPECT_NE(before, resolve_data(options("path: own.npz\nclasses: 5"), {}).cache_file);
    EXPECT_NE(before,
              resolve_data(options("path: own.npz\ntest_samples: x_train\ntest_labels: y_train"), {}).cache_file);
    write_npz(folder_ / "own.npz", image_arrays(10, 5));
    EXPECT_NE(before, resolve_data(options("path: own.npz"), {}).cache_file);
}

TEST_F(FilesSource, ShapesOfSamplesAreImagesOrSeries) {
    const auto shape = [&](const std::vector<std::uint64_t>& of_samples) {
        Entries entries = image_arrays(8, 4);
        std::vector<std::uint64_t> of_test = of_samples;
        of_test[0] = 4;
        put(entries, "x_train.npy", npy("|u1", of_samples, Bytes(8 * 12)));
        put(entries, "x_test.npy", npy("|u1", of_test, Bytes(4 * 12)));
        write_npz(folder_ / "own.npz", entries);
        return options("path: own.npz").source->known().shape;
    };
    EXPECT_EQ(shape({8, 12}), (SampleShape{1, 1, 12}));
    EXPECT_EQ(shape({8, 3, 4}), (SampleShape{1, 3, 4}));
    EXPECT_EQ(shape({8, 3, 2, 2}), (SampleShape{3, 2, 2}));
    EXPECT_TRUE(shape({8, 3, 1, 4}).is_series());
}

TEST_F(FilesSource, LabelsOfEveryTypeAreRead) {
    for (const Bytes& labels : {npy("|u1", {4}, {0, 1, 2, 3}), npy("<i4", {4, 1}, bytes_of<std::int32_t>({0, 1, 2, 3})),
                                npy("<i8", {4, 1}, bytes_of<std::int64_t>({0, 1, 2, 3}))}) {
        EXPECT_EQ(mistake_in([&](Entries& entries) { put(entries, "y_test.npy", labels); }), "");
    }
}

TEST_F(FilesSource, MistakesInArraysAreNamed) {
    const auto expect = [&](const std::string& array, const Bytes& bytes, const std::string& what) {
        const std::string message = mistake_in([&](Entries& entries) { put(entries, array + ".npy", bytes); });
        EXPECT_NE(message.find("own.npz: the array " + array + ".npy " + what), std::string::npos) << message;
    };
    expect("x_train", npy("<f4", {8, 2, 3}, Bytes(192)), "has elements of type <f4 (float32) (expected |u1 (uint8))");
    expect(
        "x_train", npy("|b1", {8, 2, 3}, Bytes(48)),
        "has elements of type |b1 (bool) (expected |u1 (uint8)). Hint: make bytes of them: x.astype(\"uint8\") * 255");
    expect("x_train", npy("<i8", {8, 2, 3}, Bytes(384)),
           "has elements of type <i8 (int64) (expected |u1 (uint8)). Hint: if all values are from 0 to 255: "
           "x.astype(\"uint8\")");
    expect("x_train", npy("|u1", {8, 2, 3}, Bytes(48), true), "is in Fortran order");
    expect("x_train", npy("|u1", {8}, Bytes(8)), "has the shape 8 (expected samples of shape N x F");
    expect("x_train", npy("|u1", {8, 5, 5, 3}, Bytes(600)), "has the shape 8 x 5 x 5 x 3, with the channels last");
    expect("x_train", npy("|u1", {8, 0, 3}, {}), "has the shape 8 x 0 x 3");
    expect("x_train", npy("|u1", {8, 4096, 8192}, {}), "has the shape 8 x 4096 x 8192");
    expect("x_train", npy("|u1", {0, 2, 3}, {}), "has 0 samples");
    expect("x_train", npy("|u1", {8, 2, 3}, Bytes(47)), "ends too early");
    expect("x_test", npy("|u1", {4, 3, 2}, Bytes(24)), "has samples of 1 x 3 x 2 (expected 1 x 2 x 3");
    expect("y_test", npy("|u1", {3}, Bytes(3)), "has 3 labels (expected 4, as many as samples)");
    expect("y_test", npy("|u1", {4, 2}, Bytes(8)), "has the shape 4 x 2");
    expect("y_test", npy(">i4", {4}, Bytes(16)), "has elements of type >i4 (big-endian int32)");
    expect("y_test", npy("<i8", {4}, bytes_of<std::int64_t>({0, 1, -1, 2})), "has the label -1 of sample 2");
    expect("y_test", npy("<i8", {4}, bytes_of<std::int64_t>({0, 256, 1, 2})),
           "has the label 256 of sample 1 (expected 0 to 255");
}

TEST_F(FilesSource, LabelsOfOneClassAreNoDataSet) {
    const std::string message = mistake_in([](Entries& entries) {
        put(entries, "y_train.npy", npy("|u1", {8}, Bytes(8)));
        put(entries, "y_test.npy", npy("|u1", {4}, Bytes(4)));
    });
    EXPECT_NE(message.find("have no label but 0 (expected at least two classes)"), std::string::npos) << message;
    EXPECT_EQ(mistake("path: own.npz\nclasses: 2"), "");
}

TEST_F(FilesSource, ClassesMayBeMoreThanLabelsSay) {
    write_npz(folder_ / "own.npz", image_arrays(9, 5));
    EXPECT_EQ(options("path: own.npz\nclasses: 7").source->known().classes, 7U);
    EXPECT_NE(mistake("path: own.npz\nclasses: 3").find("has the label 3 of sample 3 (expected 0 to 2"),
              std::string::npos);
}

}  // namespace
}  // namespace mlaasim::sim
