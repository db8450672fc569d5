// Any runs side by side: traces made by hand, whose numbers are known.
#include "study/side_by_side.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "sim/core/error.hpp"
#include "study/made_run.hpp"
#include "study/sparkline.hpp"

namespace mlaasim::study {
namespace {

using mlaasim::testing::Outcome;
using mlaasim::testing::TemporaryFolder;
using testing::MadeRun;

/// Rounds of these accuracies; each replaces a service, costs 1 MB, 2 J and 500 ms, and took 0.25 s.
MadeRun played(const std::string& scenario, const std::vector<double>& accuracies) {
    MadeRun made{.scenario = scenario};
    std::uint32_t round = 0;
    made.rows.append(sim::ServiceRecord{.round = 0, .role = "candidate", .energy_j = 1.0, .bytes = 500'000});
    for (const double accuracy : accuracies) {
        ++round;
        made.rows.append(sim::RoundRecord{
            .round = round, .replaced = 1, .accuracy = accuracy, .loss = 2.0 - accuracy, .latency_ms = 500.0});
        made.rows.append(sim::ServiceRecord{.round = round, .role = "member", .energy_j = 2.0, .bytes = 1'000'000});
        made.rows.append(sim::TimingRecord{.round = round, .phase = "round", .seconds = 0.25});
        made.rows.append(sim::TimingRecord{.round = round, .rank = 1, .phase = "round", .seconds = 9.0});
    }
    made.checkpoint.round = sim::Round{round};
    return made;
}

class SideBySideTest : public ::testing::Test {
protected:
    std::string run(const std::string& name, const std::string& scenario, const std::vector<double>& accuracies) {
        write(played(scenario, accuracies), folder_ / name);
        return (folder_ / name).string();
    }

    TemporaryFolder folder_;
};

TEST_F(SideBySideTest, SummaryOfARun) {
    const std::vector<RunSummary> summaries = summaries_of(run("a", "seed: 1\nrounds: 4\n", {0.5, 0.75, 0.25})).runs;
    ASSERT_EQ(summaries.size(), 1U);
    const RunSummary& summary = summaries.front();
    EXPECT_EQ(summary.accuracy, (std::vector<double>{0.5, 0.75, 0.25}));
    EXPECT_EQ(highest(summary.accuracy).round, 2U);
    EXPECT_EQ(lowest(summary.loss).value, 1.25);
    EXPECT_EQ(mean_of(summary.accuracy), 0.5);
    EXPECT_EQ(summary.replaced, 3.0);
    EXPECT_EQ(summary.bytes, 3'500'000.0);
    EXPECT_EQ(summary.energy_j, 7.0);
    EXPECT_EQ(summary.modelled_s, 1.5);
    EXPECT_EQ(summary.measured_s, 0.75);
    EXPECT_EQ(summary.unfinished, 1U);
}

/// Points that differ in their seed alone are one setting, and a point that has not begun is left out.
TEST_F(SideBySideTest, AStudyIsTheMeansOfItsSettings) {
    const auto point = [&](const char* name, const char* alpha, const char* seed, const std::vector<double>& rounds) {
        run(std::string{"study/points/"} + name,
            std::string{"name: "} + name + "\nalpha: " + alpha + "\nseed: " + seed + "\nrounds: 2\n", rounds);
    };
    point("a-1", "0.1", "1", {0.5, 0.6});
    point("a-2", "0.1", "2", {0.7, 0.8, 0.9});
    point("b-1", "1", "1", {0.25});
    point("b-2", "1", "2", {});
    std::filesystem::create_directories(folder_ / "study/points/b-3");
    const std::vector<RunSummary> summaries = summaries_of((folder_ / "study").string()).runs;
    ASSERT_EQ(summaries.size(), 2U);
    EXPECT_EQ(summaries[0].source, (folder_ / "study").string() + ": alpha=0.1");
    EXPECT_EQ(summaries[0].runs, 2U);
    ASSERT_EQ(summaries[0].accuracy.size(), 2U);
    EXPECT_NEAR(summaries[0].accuracy[0], 0.6, 1e-15);
    EXPECT_NEAR(summaries[0].accuracy[1], 0.7, 1e-15);
    EXPECT_EQ(summaries[0].options.at("seed"), "(2 values)");
    EXPECT_EQ(summaries[0].unfinished, 0U);
    EXPECT_EQ(summaries[0].bytes, 2'500'000.0);
    EXPECT_EQ(summaries[1].runs, 1U);
    EXPECT_EQ(summaries[1].unfinished, 1U);
}

TEST_F(SideBySideTest, APointThatIsDamagedIsLeftOutAndNamed) {
    run("study/points/a-1", "name: a-1\nseed: 1\n", {0.5});
    run("study/points/a-2", "name: a-2\nseed: 2\n", {0.75});
    const std::filesystem::path damaged = folder_ / "study/points/a-2/trace.h5";
    std::filesystem::resize_file(damaged, std::filesystem::file_size(damaged) - 100);
    const std::string study = (folder_ / "study").string();
    const Summaries summaries = summaries_of(study);
    ASSERT_EQ(summaries.runs.size(), 1U);
    EXPECT_EQ(summaries.runs.front().runs, 1U);
    ASSERT_EQ(summaries.unreadable.size(), 1U);
    EXPECT_TRUE(summaries.unreadable.front().starts_with(damaged.string() + ": the trace is damaged"));

    const Outcome outcome = mlaasim::testing::run({MLAASIM_PROGRAM, "compare", study, run("b", "seed: 3\n", {0.25})});
    EXPECT_EQ(outcome.exit_code, 0) << outcome;
    EXPECT_NE(outcome.output.find("Left out: "), std::string::npos) << outcome;
    EXPECT_NE(outcome.output.find(damaged.string()), std::string::npos) << outcome;
}

TEST_F(SideBySideTest, WhatHasNoRoundIsRefused) {
    EXPECT_THROW(static_cast<void>(summaries_of(run("young", "seed: 1\n", {}))), sim::InputError);
    std::filesystem::create_directories(folder_ / "empty/points/a");
    EXPECT_THROW(static_cast<void>(summaries_of((folder_ / "empty").string())), sim::InputError);
}

TEST_F(SideBySideTest, TextShowsWhatDiffers) {
    std::vector<RunSummary> runs;
    for (const char* seed : {"1", "2", "1"}) {
        runs.push_back(summaries_of(run("a", std::string{"name: "} + seed + "\nseed: " + seed + "\n",
                                        {0.5, 0.75, seed[0] == '1' ? 0.25 : 1.0}))
                           .runs.front());
        runs.back().source = "a";
    }
    runs[2].versions["libraries"] = "other";
    EXPECT_EQ(side_by_side_text(side_by_side(std::move(runs))), R"(A    a
B    a
C    a

Options in which they differ
  seed
    A and C: 1
    B: 2

Also different, so results may differ by that, too
  libraries
    A and B: )"
                                                                "\n"
                                                                R"(    C: other

                      accuracy, %                          loss
     rounds    last    mean    best   round      last     mean     best   round
A         3    25.0    50.0    75.0       2    1.7500   1.5000   1.2500       2
B         3   100.0    75.0   100.0       3    1.0000   1.2500   1.0000       3
C         3    25.0    50.0    75.0       2    1.7500   1.5000   1.2500       2

     accuracy, 25.0 to 100.0 %             loss, 1.0000 to 1.7500
A    ▃▆▁                                   ▆▃█
B    ▃▆█                                   ▆▃▁
C    ▃▆▁                                   ▆▃█

     replaced  adapted     traffic      energy   modelled time   measured time
A           3        0      3.5 MB       7.0 J          1.50 s          0.75 s
B           3        0      3.5 MB       7.0 J          1.50 s          0.75 s
C           3        0      3.5 MB       7.0 J          1.50 s          0.75 s
     traffic, energy: modelled, of all trainings; modelled time: of all rounds
)");
}

/// Columns on a screen: characters, not bytes.
std::size_t columns(const std::string& line) {
    return static_cast<std::size_t>(std::count_if(
        line.begin(), line.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

TEST(SideBySideText, HoldsIn80Columns) {
    SideBySide compared;
    for (int i = 0; i < 40; ++i) {
        RunSummary run{.source = "a"};
        run.accuracy.assign(100'000, 1.0);
        run.loss.assign(100'000, 123456.0);
        run.bytes = 999e15;
        run.energy_j = 1e9;
        run.replaced = 9'999'999;
        run.adapted = 999'999.5;
        run.modelled_s = run.measured_s = 1e9;
        compared.runs.push_back(run);
    }
    const std::string text = side_by_side_text(compared);
    EXPECT_NE(text.find("\nAN   "), std::string::npos);
    EXPECT_NE(text.find("a bar is the mean of 2778 rounds"), std::string::npos);
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(columns(line), 80U) << line;
    }
}

TEST(Sparkline, ScalesAndAverages) {
    const std::vector<double> values{0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0};
    const std::vector<const std::vector<double>*> rows{&values};
    EXPECT_EQ(sparkline(values, range_of(rows), 1), "▁▂▃▄▅▆▇█");
    EXPECT_EQ(sparkline(values, range_of(rows), 3), "▂▅█");
    EXPECT_EQ(sparkline(values, {.lowest = -10.0, .highest = 3.5}, 4), "▇█");
    const std::vector<double> gaps{NAN, 1.0, INFINITY};
    const std::vector<const std::vector<double>*> with_gaps{&gaps};
    EXPECT_EQ(range_of(with_gaps).highest, 1.0);
    EXPECT_EQ(sparkline(gaps, range_of(with_gaps), 1), " ▅ ");
    EXPECT_EQ(values_per_bar(36, 36), 1U);
    EXPECT_EQ(values_per_bar(37, 36), 2U);
    EXPECT_EQ(values_per_bar(0, 36), 1U);
}

TEST_F(SideBySideTest, Command) {
    const auto compare = [](std::vector<std::string> arguments) {
        arguments.insert(arguments.begin(), {MLAASIM_PROGRAM, "compare"});
        return mlaasim::testing::run(arguments);
    };
    const std::string a = run("a", "seed: 1\n", {0.5});
    const std::string b = run("b", "seed: 2\n", {0.75});
    const Outcome both = compare({a, b});
    EXPECT_EQ(both.exit_code, 0) << both;
    EXPECT_NE(both.output.find("Options in which they differ\n  seed\n    A: 1\n    B: 2\n"), std::string::npos)
        << both;
    const std::string with = run("with", "adaptation: {strategy: {kind: tta}, every: 1}\n", {0.75});
    const std::string without = run("without", "adaptation: {strategy: {kind: none}, every: 1}\n", {0.5});
    const std::string page = (folder_ / "page.html").string();
    const Outcome written = compare({a, b, "--html", page});
    EXPECT_EQ(written.exit_code, 0) << written;
    EXPECT_NE(mlaasim::testing::text_of(page).find("Options in which they differ"), std::string::npos);
    EXPECT_EQ(compare({a, b, "--html", (folder_ / "no" / "page.html").string()}).exit_code, 2);
    EXPECT_EQ(compare({a, b, "--htlm", page}).exit_code, 2);
    const Outcome worth = compare({with, without});
    EXPECT_NE(worth.output.find("without adaptation it would have been\n50.0 %: 25.0 points more"), std::string::npos)
        << worth;
    const Outcome alone = compare({a});
    EXPECT_EQ(alone.exit_code, 2) << alone;
    EXPECT_NE(alone.errors.find("compare takes two runs or more, not 1"), std::string::npos) << alone;
}

}  // namespace
}  // namespace mlaasim::study
