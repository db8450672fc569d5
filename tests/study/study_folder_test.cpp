#include "study/study_folder.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "sim/core/error.hpp"
#include "sim/storage/output_folder_lock.hpp"
#include "study/whole_file.hpp"
#include "support/program.hpp"

namespace mlaasim::study {
namespace {

namespace fs = std::filesystem;
using testing::TemporaryFolder;

StoredStudy sample() {
    return {.name = "heterogeneity",
            .version = "0.1.0",
            .keys = {"services.partition.alpha"},
            .metrics = {{"final", "rounds.accuracy.last"}},
            .baseline = {{"services.partition.alpha", "1"}},
            .points = {{.index = 1,
                        .name = "alpha=1,seed=3",
                        .setting = "alpha=1",
                        .values = {{"services.partition.alpha", "1"}},
                        .seed = 3,
                        .rounds = 5,
                        .digest = "ab"}},
            .scenario = "rounds: 5\n"};
}

TEST(StudyFolder, ReadsWhatWasWritten) {
    const TemporaryFolder folder;
    EXPECT_FALSE(is_study_folder(folder.path()));
    write_study(folder.path(), sample());
    EXPECT_TRUE(is_study_folder(folder.path()));
    const StoredStudy read = read_study(folder.path());
    EXPECT_EQ(read.name, sample().name);
    EXPECT_EQ(read.keys, sample().keys);
    EXPECT_EQ(read.metrics, sample().metrics);
    EXPECT_EQ(read.baseline, sample().baseline);
    EXPECT_EQ(read.points, sample().points);
    EXPECT_EQ(read.scenario, sample().scenario);
}

TEST(StudyFolder, RefusesWhatIsNoStudy) {
    const TemporaryFolder folder;
    EXPECT_THROW(static_cast<void>(read_study(folder.path())), sim::InputError);
    for (const char* text : {"", "{", "[]", R"({"form": 1})", R"({"form": 2})", R"({"form": "1", "points": 7})"}) {
        std::ofstream{folder / "study.json"} << text;
        EXPECT_THROW(static_cast<void>(read_study(folder.path())), sim::InputError) << text;
    }
}

TEST(StudyFolder, TellsTheStateOfAPoint) {
    const TemporaryFolder folder;
    const StoredPoint point = sample().points.front();
    EXPECT_EQ(status_of(folder.path(), point).state, PointState::missing);
    fs::create_directories(folder_of(folder.path(), point));
    EXPECT_EQ(status_of(folder.path(), point).state, PointState::missing);
    std::ofstream{failure_of(folder.path(), point)} << "exit code 2\nmore\n";
    EXPECT_EQ(status_of(folder.path(), point).state, PointState::failed);
    EXPECT_EQ(status_of(folder.path(), point).failure, "exit code 2");
    {
        const sim::OutputFolderLock held{folder_of(folder.path(), point)};
        EXPECT_EQ(status_of(folder.path(), point).state, PointState::running);
    }
    std::ofstream{trace_of(folder.path(), point)} << "no trace";
    EXPECT_EQ(status_of(folder.path(), point).state, PointState::failed);
}

/// As is_played does it, but for longer.
TEST(StudyFolder, LookingWhetherItIsPlayedKeepsNoRunOut) {
    const TemporaryFolder folder;
    { const sim::OutputFolderLock lock{folder.path()}; }
    const int looking = ::open((folder / ".lock").c_str(), O_RDONLY);
    ASSERT_EQ(::flock(looking, LOCK_SH | LOCK_NB), 0);
    std::thread end_of_look{[&] {
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
        ::close(looking);
    }};
    EXPECT_NO_THROW(sim::OutputFolderLock{folder.path()});
    end_of_look.join();
}

TEST(StudyFolder, ReadsTheEndOfALog) {
    const TemporaryFolder folder;
    EXPECT_TRUE(last_lines(folder / "log.txt", 3).empty());
    std::ofstream{folder / "log.txt"} << std::string(100000, 'x') << "\none\ntwo\nthree";
    EXPECT_EQ(last_lines(folder / "log.txt", 2), (std::vector<std::string>{"two", "three"}));
    EXPECT_EQ(last_lines(folder / "log.txt", 9).size(), 4U);
}

TEST(WholeFile, LeavesNothingBehindWhenItFails) {
    const TemporaryFolder folder;
    write_whole_file(folder / "a.csv", "old");
    fs::create_directory(folder / "taken");
    EXPECT_THROW(write_whole_file(folder / "taken", "new"), sim::InputError);
    EXPECT_THROW(write_whole_file(folder / "none" / "a.csv", "new"), sim::InputError);
    write_whole_file(folder / "a.csv", "new");
    EXPECT_EQ(testing::text_of(folder / "a.csv"), "new");
    EXPECT_EQ(std::distance(fs::directory_iterator{folder.path()}, {}), 2);
}

}  // namespace
}  // namespace mlaasim::study
