// Runs in the terminal.
#include "app/run_text.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "sim/core/printable.hpp"
#include "study/report/made_study.hpp"
#include "study/sparkline.hpp"
#include "support/simulation.hpp"

namespace mlaasim::app {
namespace {

using sim::testing::TraceFolder;
using study::Share;
using study::sparkline;
using testing::mlaasim;

/// Columns of a line on a terminal: characters, not bytes.
std::size_t columns_of(std::string_view line) {
    std::size_t columns = 0;
    for (; !line.empty(); ++columns) {
        line.remove_prefix(std::max<std::size_t>(1, sim::first_character(line).length));
    }
    return columns;
}

void expect_80_columns(const std::string& text) {
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(columns_of(line), 80U) << line;
    }
}

TEST(Sparkline, HasABarForEachNumber) {
    const std::vector<double> numbers{0.0, 0.5, 1.0, std::nan(""), 0.99};
    EXPECT_EQ(sparkline(numbers, 40, Share::mean), "▁▅█ █");
    EXPECT_EQ(sparkline(std::vector<double>{0, 2, 0}, 40, Share::sum), ".█.");
    EXPECT_EQ(sparkline(std::vector<double>{3, 3}, 40, Share::mean), "▅▅");
    EXPECT_EQ(sparkline({}, 40, Share::mean), "");
}

TEST(Sparkline, SharesColumns) {
    EXPECT_EQ(sparkline(std::vector<double>{0, 0, 1, 0, 2, 2}, 3, Share::sum), ".▃█");
    EXPECT_EQ(sparkline(std::vector<double>{0, 2, 1, 1, 3, 5}, 3, Share::mean), "▁▁█");
    EXPECT_EQ(sparkline(std::vector<double>{0, 0, 0, 0, 0, 0, 7}, 6, Share::sum), "...█")
        << "no more than 6 bars, 2 values each";
}

TEST(RunText, HasStoryCurvesAndMembers) {
    const TraceFolder folder;
    const std::string text = run_text(study::read_run_trace(study::testing::make_run(folder.path())));
    for (const char* words :
         {"made: 5 rounds, 3 of 6 services", "\nRound 3: label_swap", "  right     ▁▇▃██", "50.0 % to 85.0 %",
          "  replaced  ..█..", "Members at the end (3): 0, 2 and 4", "all rounds 5.00 s and train 3.75 s",
          "Most frequent mistakes in round 5: 2 taken for 0: 15 of 50 (30.0 %); 1 taken"}) {
        EXPECT_NE(text.find(words), std::string::npos) << words << "\n" << text;
    }
    expect_80_columns(text);
}

TEST(RunText, HoldsIn80ColumnsWhateverTheNumbersAre) {
    const TraceFolder folder;
    sim::TraceFile trace =
        sim::TraceFile::create(folder.path(), study::testing::made_header("\"long\\nname\\x1b[2J\"", 300));
    sim::RowBuffer rows;
    for (std::uint32_t round = 1; round <= 300; ++round) {
        study::testing::append_round(rows, round, 1.0 / round, 99'999, 99'999);
        rows.append(sim::TimingRecord{.round = round, .phase = "round", .seconds = 1e7});
    }
    trace.commit(rows, {.round = sim::Round{300}});
    const std::string text = run_text(study::read_run_trace(folder.trace()));
    expect_80_columns(text);
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(ShowCommand, TellsTheStoryAndRefusesWhatIsNoRun) {
    const TraceFolder folder;
    study::testing::make_run(folder.path());
    const auto shown = testing::run(mlaasim({"show", folder.path().string(), "--story"}));
    EXPECT_EQ(shown.exit_code, 0) << shown;
    EXPECT_NE(shown.output.find("1 is replaced by 4"), std::string::npos) << shown;
    const auto refused = testing::run(mlaasim({"show", (folder.path() / "absent").string()}));
    EXPECT_EQ(refused.exit_code, 2) << refused;
    EXPECT_NE(refused.errors.find("absent"), std::string::npos) << refused;
    EXPECT_EQ(testing::run(mlaasim({"show"})).exit_code, 2);
}

TEST(ExplainCommand, NeedsARoundThatTheTraceHas) {
    const TraceFolder folder;
    const std::string trace = study::testing::make_run(folder.path()).string();
    const auto explained = testing::run(mlaasim({"explain", trace, "--round", "3"}));
    EXPECT_EQ(explained.exit_code, 0) << explained;
    EXPECT_NE(explained.output.find(
                  "The bandit\n  selection 1: 4 expects 0.25 + bonus 0.5: chosen, reward 0.8, replaces 1\n"),
              std::string::npos)
        << explained;
    expect_80_columns(explained.output);
    for (const testing::Arguments& wrong : {testing::Arguments{},
                                            {"--round", "9"},
                                            {"--round", "-1"},
                                            {"--round", "x"},
                                            {"--round", "3", "--service", "77"},
                                            {"--rounds", "3"}}) {
        testing::Arguments arguments{"explain", trace};
        arguments.insert(arguments.end(), wrong.begin(), wrong.end());
        const auto refused = testing::run(mlaasim(arguments));
        EXPECT_EQ(refused.exit_code, 2) << refused;
        EXPECT_TRUE(refused.errors.starts_with("mlaasim: error: ")) << refused;
    }
}

TEST(ReportCommand, WritesOneFileBesideTheTraceOrWhereItIsTold) {
    const TraceFolder folder;
    study::testing::make_run(folder.path());
    const auto written = testing::run(mlaasim({"report", folder.path().string()}));
    EXPECT_EQ(written.exit_code, 0) << written;
    EXPECT_EQ(written.output, "report: " + (folder.path() / "report.html").string() + "\n");
    EXPECT_TRUE(sim::testing::content(folder.path() / "report.html").ends_with("</html>\n"));
    const std::string elsewhere = (folder.path() / "elsewhere.html").string();
    EXPECT_EQ(testing::run(mlaasim({"report", folder.trace().string(), "-o", elsewhere})).exit_code, 0);
    EXPECT_EQ(sim::testing::content(elsewhere), sim::testing::content(folder.path() / "report.html"));
    const auto nowhere = testing::run(mlaasim({"report", folder.path().string(), "-o", "/proc/x/report.html"}));
    EXPECT_EQ(nowhere.exit_code, 2) << nowhere;
    EXPECT_NE(nowhere.errors.find("/proc/x/report.html"), std::string::npos) << nowhere;
}

TEST(WatchCommand, TellsHowFarAStoppedRunIs) {
    const TraceFolder folder;
    study::testing::make_run(folder.path(), 3);
    const auto watched = testing::run(mlaasim({"watch", folder.path().string()}));
    EXPECT_EQ(watched.exit_code, 0) << watched;
    EXPECT_NE(watched.output.find("      3    60.0 %      0.4         3/3      1        0         1\n"),
              std::string::npos)
        << watched;
    EXPECT_NE(watched.output.find("stopped in round 3 of 5"), std::string::npos) << watched;
    const auto empty = testing::run(mlaasim({"watch", "/tmp"}));
    EXPECT_EQ(empty.exit_code, 2) << empty;
    EXPECT_NE(empty.errors.find("there is no run in this folder"), std::string::npos) << empty;
    const auto never = testing::run(mlaasim({"watch", "/tmp", "--every", "0"}));
    EXPECT_EQ(never.exit_code, 2) << never;
    EXPECT_NE(never.errors.find("--every is 0 (expected 0.1 to 3600 seconds)"), std::string::npos) << never;
}

TEST(WatchCommand, TellsThePointsOfAStudy) {
    const TraceFolder folder;
    study::testing::make_study(folder.path());
    for (const testing::Arguments& how : {testing::Arguments{"--once"}, {"--every", "0.1"}}) {
        const auto watched =
            testing::run(mlaasim(testing::operator+(testing::Arguments{"watch", folder.path().string()}, how)));
        EXPECT_EQ(watched.exit_code, 0) << watched;
        for (const char* words : {"made study: 24 points\n", "\nalpha=0.1,strategy=none,seed=1: complete\n",
                                  "\nalpha=1,strategy=substitute,seed=5: failed: mlaasim: error: out of luck\n",
                                  "\n\n1 missing, 22 complete and 1 failed. Nobody plays; mlaasim sweep goes on.\n"}) {
            EXPECT_NE(watched.output.find(words), std::string::npos) << words << watched;
        }
    }
}

TEST(ReportCommand, WritesThatOfAStudyIntoItsFolder) {
    const TraceFolder folder;
    study::testing::make_study(folder.path());
    EXPECT_EQ(testing::run(mlaasim({"report", folder.path().string()})).output,
              "report: " + (folder.path() / "report.html").string() + "\n");
    EXPECT_NE(sim::testing::content(folder.path() / "report.html").find("22 of 24"), std::string::npos);
}

/// A run that goes on: every round is told once, and the watch ends with the run.
TEST(WatchCommand, FollowsARunToItsEnd) {
    const testing::TemporaryFolder folder;
    testing::write_text(folder / "scenario.yaml", R"(name: watched
rounds: 12
data: {source: synthetic_digits, synthetic_train: 400, synthetic_test: 100}
model: {kind: mlp, hidden: [16]}
services: {count: 4, partition: {samples: 40}}
clients: {count: 2, stream: 20}
adaptation: {every: 0}
)");
    testing::Program run{testing::simulate(folder / "scenario.yaml", folder / "output", testing::Ranks::alone)};
    ASSERT_TRUE(run.prints("    1  ")) << run.errors();
    const auto watched = testing::run(mlaasim({"watch", (folder / "output").string(), "--every", "0.1"}));
    EXPECT_EQ(watched.exit_code, 0) << watched;
    EXPECT_EQ(run.wait().exit_code, 0);
    std::istringstream lines{watched.output};
    std::vector<std::string> rounds;
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words{line};
        std::string first;
        if (words >> first && first.find_first_not_of("0123456789") == std::string::npos) {
            rounds.push_back(first);
        }
    }
    const std::vector<std::string> expected{"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"};
    EXPECT_EQ(rounds, expected) << watched;
    EXPECT_TRUE(watched.output.ends_with("The run is complete.\n")) << watched;
}

}  // namespace
}  // namespace mlaasim::app
