// `mlaasim sweep` and `mlaasim collect`, as a user calls them.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>

#include "sim/storage/output_folder_lock.hpp"
#include "study/study_folder.hpp"
#include "support/studies.hpp"

namespace mlaasim::testing {
namespace {

namespace fs = std::filesystem;

class Sweep : public ::testing::Test {
protected:
    explicit Sweep(int rounds = 2) { write_text(file(), small_study_text(rounds)); }

    [[nodiscard]] fs::path file() const { return folder_ / "study.yaml"; }
    [[nodiscard]] fs::path output() const { return folder_ / "output"; }
    [[nodiscard]] Outcome play(const Arguments& further = {}) const { return run(sweep(file(), output(), further)); }

    TemporaryFolder folder_;
};

class LongSweep : public Sweep {
protected:
    LongSweep() : Sweep{20000} {}
};

void expect_says(const Outcome& outcome, int code, const Arguments& words) {
    EXPECT_EQ(outcome.exit_code, code) << outcome;
    for (const std::string& word : words) {
        EXPECT_NE(outcome.all().find(word), std::string::npos) << "expected: " << word << "\n" << outcome;
    }
}

TEST_F(Sweep, PlaysItsPointsAndWritesResults) {
    expect_says(play({"--jobs", "2"}), 0,
                {"small: 4 points of 4, 2 at once", "point 3 (epochs=2,seed=1): complete, ",
                 "| epochs | seeds | final_accuracy |", "table.md"});
    const auto first = results(output());
    EXPECT_TRUE(first.at("runs.csv")
                    .starts_with("point,index,seed,training.epochs,state,final_accuracy,best_accuracy,"
                                 "traffic_bytes,energy_j\n\"epochs=1,seed=1\",1,1,1,complete,0."))
        << first.at("runs.csv");
    EXPECT_EQ(std::ranges::count(first.at("runs.csv"), '\n'), 5);
    EXPECT_EQ(std::ranges::count(first.at("rounds.csv"), '\n'), 1 + 4 * 2);
    EXPECT_EQ(std::ranges::count(first.at("table.csv"), '\n'), 1 + 2 * 4);

    // Another order of completion, in parts, backwards.
    const fs::path other = folder_ / "other";
    for (const char* part : {"4", "2-3", "1"}) {
        EXPECT_EQ(run(sweep(file(), other, {"--points", part})).exit_code, 0);
    }
    EXPECT_EQ(results(other), first);

    const auto written = fs::last_write_time(output() / "points" / "epochs=1,seed=1" / "trace.h5");
    expect_says(play(), 0, {"4 of 4 points were complete before"});
    EXPECT_EQ(results(output()), first);
    EXPECT_EQ(fs::last_write_time(output() / "points" / "epochs=1,seed=1" / "trace.h5"), written);
}

TEST_F(Sweep, GoesOnAfterAPointThatFails) {
    write_text(file(), small_study_text(2) + "  list: [{name: good}, {name: bad, data.source: mnist}]\n");
    expect_says(play(), 3,
                {"point 5 (bad,epochs=1,seed=1): failed: exit code 2, ", "point 5 (bad,epochs=1,seed=1) failed",
                 "mlaasim: error: ", "all of its log: ", "4 points failed; the same command plays them again"});
    const std::string runs = text_of(output() / "runs.csv");
    EXPECT_NE(runs.find("\"good,epochs=2,seed=2\",4,2,"), std::string::npos) << runs;
    EXPECT_NE(runs.find("mnist,1,failed,,,,\n"), std::string::npos) << runs;
    EXPECT_TRUE(text_of(output() / "points" / "bad,epochs=1,seed=1" / "failed.txt").starts_with("exit code 2\n"));
    expect_says(
        run(mlaasim({"collect", output().string()})), 0,
        {"Points: 4 complete, 4 failed.", "4 of 8 points not complete", "(bad,epochs=1,seed=1) failed: exit code 2"});

    // The failed points are named also when the results can't be written.
    fs::remove(output() / "runs.csv");
    fs::create_directory(output() / "runs.csv");
    expect_says(play(), 2,
                {"\npoint 5 (bad,epochs=1,seed=1) failed: ", "all of its log: ",
                 (output() / "runs.csv").string() + ": cannot write the file: this is a folder"});
    fs::remove(output() / "runs.csv");
}

TEST_F(Sweep, CollectsAtAnyTime) {
    EXPECT_EQ(play({"--only", "epochs=2", "--only", "seed=1"}).exit_code, 0);
    fs::remove(output() / "table.md");
    expect_says(run(mlaasim({"collect", output().string()})), 0, {"Points: 1 complete, 3 missing."});
    EXPECT_NE(text_of(output() / "runs.csv").find("\"epochs=1,seed=1\",1,1,1,missing,,,,\n"), std::string::npos);
    expect_says(run(mlaasim({"collect", folder_.path().string()})), 2, {"study.json"});
    expect_says(run(mlaasim({"collect"})), 2, {"collect takes one folder"});
}

TEST_F(Sweep, WarnsOfMetricsThatFindNoRow) {
    write_text(file(), small_study_text(2) +
                           "metrics: {typo: events.count(kind=outtage), late: rounds.accuracy(round>2).max, "
                           "final: rounds.accuracy(round=last).max}\n");
    const Outcome outcome = play({"--points", "1"});
    expect_says(
        outcome, 0,
        {"the metric typo finds no row in any run: events.count(kind=outtage)", "the metric late finds no row"});
    EXPECT_EQ(outcome.all().find("the metric final"), std::string::npos) << outcome;
}

TEST_F(Sweep, IsCheckedInBothSizes) {
    const auto check = [&] { return run(mlaasim({"check", file().string()})); };
    write_text(file(), small_study_text(2) + "quick: {rouns: 2}\n");
    expect_says(check(), 2, {"with --quick, rouns is not a known key", "did you mean \"rounds\"?"});
    write_text(file(), small_study_text(2) + "quick: {rounds: 1}\n");
    expect_says(check(), 0, {"ok, 4 points"});
}

TEST_F(Sweep, ReadsStandardInput) {
    const std::string command = "mlaasim=$1; shift; cat \"$1\" | \"$mlaasim\" sweep - --dry-run";
    expect_says(run({"sh", "-c", command, "sh", mlaasim({}).front(), file().string()}), 0, {"4 points, "});
    expect_says(run(mlaasim({"sweep"})), 2, {"no study file given", "experiments/heterogeneity.yaml"});
}

TEST_F(Sweep, ListsItsPoints) {
    const Outcome outcome = play({"--dry-run", "--only", "epochs=2"});
    expect_says(outcome, 0, {"     3  epochs=2,seed=1 ", "     4  epochs=2,seed=2 ", "2 points, "});
    EXPECT_EQ(outcome.output.find("epochs=1"), std::string::npos) << outcome;
    EXPECT_FALSE(fs::exists(output()));
}

TEST_F(Sweep, RefusesWhatDoesNotFit) {
    ASSERT_EQ(play({"--points", "1"}).exit_code, 0);
    write_text(file(), small_study_text(3));
    expect_says(play(), 2, {"the study has changed since the folder was begun: rounds was 2, and is 3"});
    expect_says(play({"--jobs", "0"}), 2, {"--jobs is 0"});
    expect_says(play({"--points", "5"}), 2, {"numbers from 1 to 4"});
    expect_says(play({"--quick"}), 2, {"the study has no section quick"});
    write_text(file(), "rounds: 2\nsweep: {grid: {training.epochs: [1, -2]}}\n");
    expect_says(play(), 2, {file().string() + ":2: training.epochs is -2"});
    write_text(file(), "rounds: 2\nsweep: {grid: {training.epoch: [1, 2]}}\n");
    expect_says(play(), 2, {"training.epoch is not a known key", "did you mean \"epochs\"?"});
}

TEST_F(Sweep, KeepsRunsAndStudiesApart) {
    ASSERT_EQ(play({"--points", "1"}).exit_code, 0);
    const fs::path point = output() / "points" / "epochs=1,seed=1";
    expect_says(run(sweep(file(), point)), 2, {"the folder holds a run, and this is a study"});
    EXPECT_FALSE(fs::exists(point / "study.json"));
    expect_says(run(mlaasim({"show", output().string()})), 2,
                {"this is the folder of a study", "mlaasim report, compare and status take the whole study"});
    expect_says(run(mlaasim({"status", point.string()})), 0, {"complete, 2 of 2 rounds committed"});
}

TEST_F(LongSweep, StopsWhenItsTimeIsOver) {
    expect_says(play({"--jobs", "1", "--max-time", "1s"}), 75,
                {"stopped by --max-time; to continue, give the same command"});
    EXPECT_FALSE(fs::exists(output() / "runs.csv"));
    const study::StoredStudy study = study::read_study(output());
    EXPECT_FALSE(fs::exists(study::failure_of(output(), study.points[0])));
    EXPECT_EQ(study::status_of(output(), study.points[3]).state, study::PointState::missing);
    expect_says(play({"--max-time", "1"}), 2, {"--max-time is \"1\""});
}

TEST_F(LongSweep, StopsInOrderAndGoesOn) {
    for (const int signal : {SIGTERM, SIGUSR1, SIGINT}) {
        Program program{sweep(file(), output(), {"--jobs", "2"})};
        const auto plays = [&] {
            return program.processes().size() == 3 && fs::exists(output() / "points" / "epochs=1,seed=1" / "trace.h5");
        };
        ASSERT_TRUE(eventually([&] { return plays() || !program.running(); }));
        program.signal(signal);
        const Outcome outcome = program.wait();
        expect_says(outcome, 75, {"stopped by a signal; to continue, give the same command"});
        EXPECT_TRUE(program.processes().empty());
        const study::StoredStudy study = study::read_study(output());
        EXPECT_EQ(study::status_of(output(), study.points[0]).state, study::PointState::interrupted);
        EXPECT_FALSE(fs::exists(study::failure_of(output(), study.points[0])));
    }
}

TEST_F(LongSweep, KeepsOthersOut) {
    Program first{sweep(file(), output(), {"--points", "1", "--jobs", "1"})};
    const auto plays = [&](const char* point) { return fs::exists(output() / "points" / point / "trace.h5"); };
    ASSERT_TRUE(eventually([&] { return plays("epochs=1,seed=1") || !first.running(); }));
    expect_says(play(), 2, {"the output folder is in use by process"});
    {
        // A part beside a part: its own point is played, the other one's is left alone.
        Program second{sweep(file(), output(), {"--points", "1-2", "--jobs", "1"})};
        EXPECT_TRUE(eventually([&] { return plays("epochs=1,seed=2") || !second.running(); }));
        second.signal(SIGTERM);
        expect_says(second.wait(), 75, {"1 point played by another process"});
    }
    first.signal(SIGTERM);
    EXPECT_EQ(first.wait().exit_code, 75);
}

TEST_F(LongSweep, TakesItsChildrenAlong) {
    Program program{sweep(file(), output(), {"--jobs", "2"})};
    ASSERT_TRUE(eventually([&] { return program.processes().size() == 3 || !program.running(); }));
    program.signal(SIGKILL);
    EXPECT_EQ(program.wait().exit_code, 128 + SIGKILL);
    EXPECT_TRUE(eventually([&] { return program.processes().empty(); }));
}

}  // namespace
}  // namespace mlaasim::testing
