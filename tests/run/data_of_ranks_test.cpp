// Which data a run has is settled once for all ranks, whatever their environments say.
#include <gtest/gtest.h>

#include <algorithm>

#include "sim/data/idx_files.hpp"
#include "support/simulation.hpp"
#include "support/traces.hpp"

namespace mlaasim::testing {
namespace {

namespace fs = std::filesystem;

constexpr const char* small = R"(name: small
rounds: 2
data: {synthetic_train: 60, synthetic_test: 20}
model: {hidden: [4]}
services: {count: 3, partition: {samples: 5}}
clients: {count: 2, stream: 2}
)";

class DataOfRanks : public ::testing::Test {
protected:
    DataOfRanks() {
        write_text(folder_ / "small.yaml", small);
        write_idx_files();
    }

    /// Small images in the format of MNIST.
    void write_idx_files() const {
        fs::create_directories(data());
        sim::testing::write_idx_pair(data(), "train", 20, false);
        sim::testing::write_idx_pair(data(), "t10k", 5, false);
    }
    [[nodiscard]] fs::path data() const { return folder_ / "data/mnist"; }
    [[nodiscard]] fs::path output(const std::string& name) const { return folder_ / name; }
    [[nodiscard]] Arguments scenario(const std::string& name) const {
        return {MLAASIM_PROGRAM, "run", (folder_ / "small.yaml").string(), "--output", output(name).string()};
    }

    Outcome alone(const std::string& name, const Arguments& environment) const {
        return run(scenario(name), environment);
    }
    /// Two ranks, each with an environment variable of its own.
    Outcome together(const std::string& name, const std::string& first, const std::string& second,
                     const Arguments& environment = {}) const {
        return run(each_rank({Arguments{"env", first} + scenario(name), Arguments{"env", second} + scenario(name)}),
                   environment);
    }
    [[nodiscard]] std::string in_data_folder() const { return "MLAASIM_DATA=" + (folder_ / "data").string(); }

    TemporaryFolder folder_;
};

TEST_F(DataOfRanks, AreThoseThatRankZeroNames) {
    ASSERT_EQ(alone("real", {in_data_folder()}).exit_code, 0);
    ASSERT_EQ(alone("generated", {}).exit_code, 0);
    ASSERT_NE(digests(output("real")), digests(output("generated")));

    const Outcome real = together("real2", in_data_folder(), "MLAASIM_DATA=");
    EXPECT_EQ(real.exit_code, 0) << real;
    EXPECT_EQ(digests(output("real2")), digests(output("real")));
    const Outcome generated = together("generated2", "MLAASIM_DATA=", in_data_folder());
    EXPECT_EQ(generated.exit_code, 0) << generated;
    EXPECT_EQ(digests(output("generated2")), digests(output("generated")));
}

/// What two nodes with different files under one name amount to: caches of different content.
TEST_F(DataOfRanks, MustHaveTheSameContent) {
    const std::string one = "MLAASIM_CACHE=" + (folder_ / "cache1").string();
    const std::string other = "MLAASIM_CACHE=" + (folder_ / "cache2").string();
    ASSERT_EQ(alone("one", {in_data_folder(), one}).exit_code, 0);
    const fs::path labels = data() / "train-labels-idx1-ubyte";
    const auto changed_at = fs::last_write_time(labels);
    std::string bytes = text_of(labels);
    bytes.back() = bytes.back() == 0 ? 1 : 0;
    write_text(labels, bytes);
    fs::last_write_time(labels, changed_at);
    ASSERT_EQ(alone("other", {in_data_folder(), other}).exit_code, 0);

    const Outcome refused = together("both", one, other, {in_data_folder()});
    EXPECT_EQ(refused.exit_code, 2) << refused;
    EXPECT_NE(refused.errors.find("mlaasim: error: rank 1 ("), std::string::npos) << refused;
    EXPECT_NE(refused.errors.find("has the data mnist SHA-256 "), std::string::npos) << refused;
    EXPECT_FALSE(fs::exists(output("both")));
}

/// The trace says what the data was, and a resume compares that: not the path, not the time of change.
TEST_F(DataOfRanks, AreComparedByContentOnResume) {
    ASSERT_EQ(alone("out", {in_data_folder()}).exit_code, 0);
    EXPECT_TRUE(header_of(output("out")).data.starts_with("mnist SHA-256 ")) << header_of(output("out")).data;

    fs::rename(folder_ / "data", folder_ / "moved");
    const Arguments resumed = scenario("out") + Arguments{"--resume"};
    const Outcome same = run(resumed + Arguments{"--data", (folder_ / "moved").string()});
    EXPECT_EQ(same.exit_code, 0) << same;

    const Outcome refused = run(resumed);
    EXPECT_EQ(refused.exit_code, 2) << refused;
    EXPECT_NE(refused.errors.find("computed on the data mnist SHA-256 "), std::string::npos) << refused;
    EXPECT_NE(refused.errors.find("this run has synthetic_digits SHA-256 "), std::string::npos) << refused;
    EXPECT_NE(refused.errors.find("--data"), std::string::npos) << refused;
}

/// The values of the training samples in reverse order: plausible data that nobody gave.
TEST_F(DataOfRanks, AreNotThoseOfADamagedCache) {
    const std::string cache = "MLAASIM_CACHE=" + (folder_ / "cache").string();
    ASSERT_EQ(alone("before", {in_data_folder(), cache}).exit_code, 0);
    const fs::path file = fs::directory_iterator { folder_ / "cache" / "data" } -> path();
    std::string bytes = text_of(file);
    const std::string whole = bytes;
    std::reverse(bytes.begin() + 192, bytes.begin() + 192 + 20 * 6);
    ASSERT_NE(bytes, whole);
    write_text(file, bytes);

    const Outcome mended = together("after", cache, cache, {in_data_folder()});
    EXPECT_EQ(mended.exit_code, 0) << mended;
    EXPECT_EQ(digests(output("after")), digests(output("before")));
    const std::string note = "mlaasim: note: " + file.string() + ": data cache is damaged between byte 192 and ";
    const auto at = mended.errors.find(note);
    EXPECT_NE(at, std::string::npos) << mended;
    EXPECT_EQ(mended.errors.find(note, at + 1), std::string::npos) << mended;
    EXPECT_EQ(text_of(file), whole);
}

/// Nothing is computed on what somebody else can change.
TEST_F(DataOfRanks, AreNotThoseOfACacheThatOthersCanWrite) {
    const std::string cache = "MLAASIM_CACHE=" + (folder_ / "cache").string();
    fs::create_directories(folder_ / "cache" / "data");
    fs::permissions(folder_ / "cache" / "data", fs::perms::others_write, fs::perm_options::add);
    const Outcome refused = together("out", cache, cache, {in_data_folder()});
    EXPECT_EQ(refused.exit_code, 2) << refused;
    EXPECT_NE(refused.errors.find("the folder of the data cache can be written by others"), std::string::npos)
        << refused;
    EXPECT_NE(refused.errors.find("chmod go-w " + (folder_ / "cache" / "data").string()), std::string::npos) << refused;
    EXPECT_FALSE(fs::exists(output("out")));
}

}  // namespace
}  // namespace mlaasim::testing
