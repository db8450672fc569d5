// A study loses nothing: killed at any moments, and on a disk that is full or read-only, it ends with the same files.
#include <gtest/gtest.h>

#include <cstring>
#include <random>

#include "crash/small_disk.hpp"
#include "support/studies.hpp"

namespace mlaasim::testing {
namespace {

/// The study's file, and the results of its undisturbed run.
class KilledSweep : public ::testing::Test {
protected:
    KilledSweep() { write_text(file(), small_study_text(30)); }

    [[nodiscard]] std::filesystem::path file() const { return folder_ / "study.yaml"; }
    [[nodiscard]] std::map<std::string, std::string> undisturbed() const {
        const auto output = folder_ / "undisturbed";
        const Outcome outcome = run(sweep(file(), output));
        EXPECT_EQ(outcome.exit_code, 0) << outcome;
        return results(output);
    }

    TemporaryFolder folder_;
};

TEST_F(KilledSweep, EndsWithTheSameFiles) {
    const char* const given = std::getenv("MLAASIM_KILL_SEED");
    const unsigned seed = given != nullptr ? static_cast<unsigned>(std::stoul(given)) : std::random_device{}();
    SCOPED_TRACE("MLAASIM_KILL_SEED=" + std::to_string(seed));
    std::mt19937 random{seed};
    const auto expected = undisturbed();
    const auto output = folder_ / "killed";
    for (int kill = 0; kill < 6; ++kill) {
        Program program{sweep(file(), output, {"--jobs", "2"})};
        std::this_thread::sleep_for(std::chrono::milliseconds{std::uniform_int_distribution{50, 2000}(random)});
        // The sweep itself, or one of its points, which then counts as failed and is played again.
        const std::vector<Process> processes = program.processes();
        if (kill % 3 == 2 && !processes.empty()) {
            ::kill(processes.back().id, SIGKILL);
            program.wait();
        } else {
            program.signal(SIGKILL);
        }
    }
    const Outcome outcome = run(sweep(file(), output));
    EXPECT_EQ(outcome.exit_code, 0) << outcome;
    EXPECT_EQ(results(output), expected);
    for (const auto& entry : std::filesystem::recursive_directory_iterator{output}) {
        EXPECT_FALSE(entry.path().extension() == ".txt" && entry.path().stem() == "failed") << entry.path();
    }
}

TEST_F(KilledSweep, WaitsForRoomOnTheDisk) {
    const SmallDisk disk;
    if (disk.error() != 0) {
        GTEST_SKIP() << "skipped: no file system can be mounted here: " << std::strerror(disk.error());
    }
    ASSERT_EQ(run(sweep(file(), disk.folder(), {"--points", "1"})).exit_code, 0);
    const auto before = results(disk.folder());
    disk.fill();
    const Outcome full = run(sweep(file(), disk.folder()));
    EXPECT_NE(full.exit_code, 0) << full;
    EXPECT_NE(full.all().find("No space left on device"), std::string::npos) << full;
    for (const auto& [name, text] : results(disk.folder())) {
        EXPECT_EQ(text, before.at(name)) << name;
    }
    disk.enlarge();
    const Outcome outcome = run(sweep(file(), disk.folder()));
    EXPECT_EQ(outcome.exit_code, 0) << outcome;
    EXPECT_EQ(results(disk.folder()), undisturbed());
}

TEST_F(KilledSweep, RefusesAReadOnlyFolder) {
    const SmallDisk disk;
    if (disk.error() != 0) {
        GTEST_SKIP() << "skipped: no file system can be mounted here: " << std::strerror(disk.error());
    }
    ASSERT_EQ(run(sweep(file(), disk.folder(), {"--points", "1"})).exit_code, 0);
    const auto before = results(disk.folder());
    disk.make_read_only();
    for (const Arguments& command : {sweep(file(), disk.folder()), mlaasim({"collect", disk.folder().string()})}) {
        const Outcome outcome = run(command);
        EXPECT_EQ(outcome.exit_code, 2) << outcome;
        EXPECT_NE(outcome.errors.find("Read-only file system"), std::string::npos) << outcome;
    }
    EXPECT_EQ(results(disk.folder()), before);
}

}  // namespace
}  // namespace mlaasim::testing
