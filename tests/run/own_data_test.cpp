// `data.source: files` from the scenario to the trace: found before a run, the same on all ranks.
#include <gtest/gtest.h>

#include "sim/arrays/array_files.hpp"
#include "support/simulation.hpp"
#include "support/traces.hpp"

namespace mlaasim::testing {
namespace {

namespace fs = std::filesystem;

constexpr const char* own = R"(name: own
rounds: 2
data: {source: files, path: own.npz}
model: {hidden: [4]}
services: {count: 4, partition: {samples: 10}}
clients: {count: 2, stream: 5}
)";

class OwnData : public ::testing::Test {
protected:
    OwnData() {
        fs::create_directory(folder_ / "scenarios");
        write_text(scenario_, own);
        sim::testing::write_npz(data_, sim::testing::image_arrays(60, 20));
    }
    /// Played from another folder than the scenario's.
    Outcome play(const std::string& name, Ranks ranks, const Arguments& environment = {}) const {
        return run(simulate(scenario_, folder_ / name, ranks), environment);
    }

    TemporaryFolder folder_;
    fs::path scenario_ = folder_ / "scenarios/own.yaml";
    fs::path data_ = folder_ / "scenarios/own.npz";
};

TEST_F(OwnData, GiveTheSameBitsOnAnyNumberOfRanks) {
    const Outcome alone = play("alone", Ranks::alone);
    ASSERT_EQ(alone.exit_code, 0) << alone;
    EXPECT_TRUE(header_of(folder_ / "alone").data.starts_with("files SHA-256 "));
    for (const Ranks ranks : {Ranks{1}, Ranks{2}, Ranks{4}}) {
        const std::string name = "ranks" + std::to_string(static_cast<int>(ranks));
        const Outcome outcome = play(name, ranks);
        ASSERT_EQ(outcome.exit_code, 0) << outcome;
        EXPECT_EQ(digests(folder_ / name), digests(folder_ / "alone"));
    }
}

/// What two nodes with different files under one name amount to: caches of different content.
TEST_F(OwnData, MustBeTheSameOnAllRanks) {
    const auto start = [&](const std::string& output, const std::string& cache) {
        return Arguments{"env", "MLAASIM_CACHE=" + (folder_ / cache).string()} +
               simulate(scenario_, folder_ / output, Ranks::alone);
    };
    ASSERT_EQ(run(start("one", "cache1")).exit_code, 0);
    const auto changed_at = fs::last_write_time(data_);
    sim::testing::Entries entries = sim::testing::image_arrays(60, 20);
    entries.front().second.back() ^= 1U;
    sim::testing::write_npz(data_, entries);
    fs::last_write_time(data_, changed_at);
    ASSERT_EQ(run(start("other", "cache2")).exit_code, 0);

    const Outcome refused = run(each_rank({start("both", "cache1"), start("both", "cache2")}));
    EXPECT_EQ(refused.exit_code, 2) << refused;
    EXPECT_NE(refused.errors.find("has the data files SHA-256 "), std::string::npos) << refused;
    EXPECT_FALSE(fs::exists(folder_ / "both"));
}

TEST_F(OwnData, AreFoundMissingByCheckAndRunAlike) {
    fs::remove(data_);
    for (const Ranks ranks : {Ranks::alone, Ranks{2}}) {
        const Outcome outcome = play("out", ranks);
        EXPECT_EQ(outcome.exit_code, 2) << outcome;
        EXPECT_NE(
            outcome.errors.find(scenario_.string() + ":3: data.path is own.npz, and there is no " + data_.string()),
            std::string::npos)
            << outcome;
        EXPECT_FALSE(fs::exists(folder_ / "out"));
    }
    const Outcome checked = run(mlaasim({"check", scenario_.string()}));
    EXPECT_EQ(checked.exit_code, 2) << checked;
    EXPECT_NE(checked.errors.find("own.yaml:3: data.path is own.npz, and there is no "), std::string::npos) << checked;
}

TEST_F(OwnData, MayLieInTheDataFolder) {
    fs::create_directory(folder_ / "data");
    fs::rename(data_, folder_ / "data/own.npz");
    const std::string folder = (folder_ / "data").string();
    EXPECT_EQ(run(mlaasim({"check", scenario_.string(), "--data", folder})).exit_code, 0);
    EXPECT_EQ(run(mlaasim({"check", scenario_.string()}), {"MLAASIM_DATA=" + folder}).exit_code, 0);
    EXPECT_EQ(run(mlaasim({"check", scenario_.string()})).exit_code, 2);
}

TEST_F(OwnData, AreComparedWithWhatTheModelNeeds) {
    const Outcome series = run(mlaasim({"check", scenario_.string(), "--set", "model={kind: cnn1d}"}));
    EXPECT_EQ(series.exit_code, 2) << series;
    EXPECT_NE(series.errors.find("model.kind cnn1d needs series of sensor values, and data.source files gives images"),
              std::string::npos)
        << series;
    const Outcome pools = run(mlaasim({"check", scenario_.string(), "--set", "model={kind: cnn, channels: [2, 2]}"}));
    EXPECT_EQ(pools.exit_code, 2) << pools;
    EXPECT_NE(pools.errors.find("samples are 1x2x3"), std::string::npos) << pools;
    const Outcome samples = run(mlaasim({"check", scenario_.string(), "--set", "services.partition.samples=16"}));
    EXPECT_EQ(samples.exit_code, 2) << samples;
    EXPECT_NE(samples.errors.find("services.partition"), std::string::npos) << samples;
}

}  // namespace
}  // namespace mlaasim::testing
