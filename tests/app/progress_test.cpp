// What a person sees of a run: 80 columns, words that are explained, an estimate of the time left.
#include <gtest/gtest.h>

#include <cmath>
#include <regex>
#include <sstream>

#include "app/progress_text.hpp"
#include "app/time_left.hpp"
#include "sim/data/synthetic_digits.hpp"
#include "sim/data/temporary_folder.hpp"
#include "support/chosen.hpp"

namespace mlaasim::app {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::istringstream stream{std::regex_replace(text, std::regex{"\x1b\\[[0-9]*m"}, "")};
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
    }
    return lines;
}

run::Scenario scenario_of(std::int64_t services, std::int64_t rounds) {
    run::Scenario scenario;
    scenario.name = "quickstart";
    scenario.services.count = services;
    scenario.clients.count = 1'000'000;
    scenario.rounds = rounds;
    return scenario;
}

TEST(ProgressText, EveryRowHoldsIn80Columns) {
    for (const std::uint32_t count : {1U, 30U, 1'000'000U, 10'000'000U}) {
        run::Scenario scenario = scenario_of(count, 1'000'000);
        for (const char* strategy : {"kind: heal", "kind: tta", "kind: none"}) {
            scenario.adaptation.strategy = mlaasim::testing::chosen(composition::strategy_kinds(), strategy);
            for (const Colour colour : {Colour::no, Colour::yes}) {
                const auto header = lines_of(progress_header(scenario, 100'000, colour));
                for (const double loss : {0.1234, -12345.6789, 1e300, std::nan("")}) {
                    const sim::RoundRecord round{.round = 1'000'000,
                                                 .members = count,
                                                 .trained = count,
                                                 .assessed = count,
                                                 .underperforming = count,
                                                 .replaced = count,
                                                 .adapted = count,
                                                 .accuracy = 1.0,
                                                 .loss = loss,
                                                 .adapted_accuracy = 1.0};
                    const auto row = lines_of(progress_row(scenario, round, colour));
                    ASSERT_EQ(row.size(), 1U);
                    EXPECT_EQ(row.front().size(), header.back().size()) << header.back() << "\n" << row.front();
                }
                for (const std::string& line : header) {
                    EXPECT_LE(line.size(), 80U) << line;
                }
            }
        }
        for (const std::optional<double> left : {std::optional<double>{}, {3.0}, {4.0 * 24 * 3600 - 1.0}, {1e9}}) {
            const std::string bar = bar_text({.round = 1'000'000,
                                              .rounds = 1'000'000,
                                              .done = 1.0,
                                              .verb = "trained",
                                              .services = count,
                                              .of_services = count,
                                              .seconds_left = left});
            EXPECT_LT(bar.size(), 80U) << bar;
        }
    }
}

/// Every column that a newcomer can't know is explained above it, and so are the colours where there are any.
TEST(ProgressText, HeaderExplainsColumnsAndColours) {
    const std::string plain = progress_header(scenario_of(30, 10), 2, Colour::no);
    for (const char* column : {"accuracy", "trained", "weak", "after"}) {
        EXPECT_NE(plain.find(std::string{"\n  "} + column + "  "), std::string::npos) << plain;
    }
    EXPECT_EQ(plain.find("green"), std::string::npos);
    const std::string coloured = progress_header(scenario_of(30, 10), 2, Colour::yes);
    EXPECT_NE(coloured.find("\x1b[32mgreen\x1b[0m: not lower"), std::string::npos) << coloured;
    EXPECT_NE(coloured.find("\x1b[33myellow\x1b[0m: lower"), std::string::npos) << coloured;
}

/// A column stands where a scenario can have something to show in it.
TEST(ProgressText, ColumnsFollowTheScenario) {
    run::Scenario scenario = scenario_of(30, 10);
    const sim::RoundRecord round{.round = 2,
                                 .members = 19,
                                 .trained = 20,
                                 .assessed = 20,
                                 .underperforming = 1,
                                 .replaced = 0,
                                 .adapted = 3,
                                 .accuracy = 0.5,
                                 .loss = 1.0,
                                 .adapted_accuracy = 0.625,
                                 .plain_accuracy = 0.25};
    EXPECT_EQ(lines_of(progress_header(scenario, 1, Colour::no)).back(),
              "round accuracy    plain     loss  trained  members     weak replaced    after");
    EXPECT_EQ(progress_row(scenario, round, Colour::no),
              "    2  50.00 %  25.00 %   1.0000       20       19        1        0  62.50 %\n");
    scenario.adaptation.strategy = mlaasim::testing::chosen(composition::strategy_kinds(), "kind: tta");
    EXPECT_EQ(lines_of(progress_header(scenario, 1, Colour::no)).back(),
              "round accuracy     loss  trained  members     weak  adapted replaced    after");
    EXPECT_EQ(progress_row(scenario, round, Colour::no),
              "    2  50.00 %   1.0000       20       19        1        3        0  62.50 %\n");
    scenario.adaptation.strategy = mlaasim::testing::chosen(composition::strategy_kinds(), "kind: none");
    scenario.adaptation.serving = mlaasim::testing::chosen(tta::serving_kinds(), "kind: plain");
    EXPECT_EQ(lines_of(progress_header(scenario, 1, Colour::no)).back(),
              "round accuracy     loss  trained  members     weak replaced    after");
}

/// A round whose response removes or takes in services alone has changed, too.
TEST(ProgressText, AfterIsShownWhereTheAccuracyChanged) {
    const run::Scenario scenario = scenario_of(30, 10);
    const sim::RoundRecord same{.round = 2, .accuracy = 0.5, .adapted_accuracy = 0.5};
    EXPECT_TRUE(progress_row(scenario, same, Colour::no).ends_with("        -\n"));
    sim::RoundRecord other = same;
    other.adapted_accuracy = 0.75;
    EXPECT_TRUE(progress_row(scenario, other, Colour::no).ends_with("75.00 %\n"));
}

TEST(ProgressText, OneIsNotMany) {
    run::Scenario scenario = scenario_of(1, 1);
    scenario.clients.count = 1;
    EXPECT_EQ(lines_of(progress_header(scenario, 1, Colour::no)).front(),
              "quickstart: 1 service, 1 member, 1 client, 1 round, 1 rank");
    EXPECT_EQ(lines_of(progress_header(scenario_of(2, 3), 4, Colour::no)).front(),
              "quickstart: 2 services, 2 members, 1000000 clients, 3 rounds, 4 ranks");
}

TEST(ProgressText, Bar) {
    EXPECT_EQ(bar_text({.round = 3,
                        .rounds = 10,
                        .done = 0.25,
                        .verb = "trained",
                        .services = 12,
                        .of_services = 20,
                        .seconds_left = 65.2}),
              "[#######.......................] round 3 of 10: 12/20 trained, ETA 1:05");
    EXPECT_EQ(bar_text({.round = 1, .rounds = 10}), "[..............................] round 1 of 10, ETA ...");
    EXPECT_EQ(bar_text({.rounds = 10, .verb = "trained", .services = 1, .of_services = 30}),
              "[..............................] before round 1: 1/30 trained, ETA ...");
}

/// Rounds 3 and 4 assess.
class TimeLeftTest : public ::testing::Test {
protected:
    TimeLeftTest() {
        scenario_.rounds = 4;
        scenario_.adaptation.start = 3;
    }
    run::Scenario scenario_;
    PredictedWork work_{.advertising = 30.0, .training = 20.0, .evaluation = 5.0, .assessment = 15.0};
    // In all: 30 + 2 x 25 + 2 x 40 = 160.
};

TEST_F(TimeLeftTest, FirstEstimateComesWithinTheFirstRound) {
    TimeLeft left{scenario_, work_, 0};
    left.begin_round(0, 0.0);
    EXPECT_FALSE(left.seconds(0.0).has_value());
    left.trained(0.001, 0.01);
    EXPECT_FALSE(left.seconds(0.01).has_value()) << "too short to tell";
    left.trained(0.1, 6.0);  // 3 of 160 in 6 s
    ASSERT_TRUE(left.seconds(6.0).has_value());
    EXPECT_DOUBLE_EQ(*left.seconds(6.0), 2.0 * 157.0);
    EXPECT_DOUBLE_EQ(left.done(), 3.0 / 160.0);
    EXPECT_DOUBLE_EQ(*left.seconds(8.0), 2.0 * 157.0 - 2.0) << "counts down between two looks";
}

TEST_F(TimeLeftTest, LaterEstimatesComeFromMeasuredRounds) {
    TimeLeft left{scenario_, work_, 0};
    left.begin_round(0, 0.0);
    left.trained(1.0, 30.0);
    left.end_round(30.0);
    EXPECT_DOUBLE_EQ(*left.seconds(30.0), 130.0);
    left.begin_round(1, 30.0);
    left.trained(0.5, 40.0);  // 10 of work in 10 s
    EXPECT_DOUBLE_EQ(*left.seconds(40.0), 120.0);
    left.end_round(80.0);  // 25 of work took 50 s, for a reason that was not predicted
    EXPECT_DOUBLE_EQ(*left.seconds(80.0), 2.0 * 105.0);
    left.begin_round(2, 80.0);
    left.trained(0.5, 81.0);  // fast training does not mislead
    EXPECT_DOUBLE_EQ(*left.seconds(81.0), 2.0 * 105.0 - 1.0);
    EXPECT_DOUBLE_EQ(left.done(), 65.0 / 160.0);
    EXPECT_DOUBLE_EQ(*left.seconds(1000.0), 2.0 * 80.0) << "an overdue round leaves those after it";
}

TEST_F(TimeLeftTest, ResumedRunCountsWhatWasDoneBefore) {
    TimeLeft left{scenario_, work_, 3};
    EXPECT_DOUBLE_EQ(left.done(), 0.5);
    left.begin_round(3, 0.0);
    left.trained(0.5, 1.0);
    EXPECT_DOUBLE_EQ(*left.seconds(1.0), 7.0);
    left.end_round(4.0);
    left.begin_round(4, 4.0);
    left.end_round(8.0);
    EXPECT_DOUBLE_EQ(left.done(), 1.0);
    EXPECT_DOUBLE_EQ(*left.seconds(8.0), 0.0);
}

TEST(PredictedWorkTest, OfAWorld) {
    const sim::testing::TemporaryFolder folder;
    sim::write_cache(folder / "digits", sim::generate_synthetic_digits(sim::Seed{1}, 400, 100));
    run::Scenario scenario;
    scenario.model = testing::chosen(fl::architecture_kinds(), "kind: logistic");
    scenario.services.count = 4;
    scenario.services.holdout = 0.0;
    scenario.clients.count = 2;
    scenario.clients.stream = 20;
    scenario.composition.members = 2;
    scenario.adaptation.evidence.labels = 30;
    scenario.adaptation.strategy = testing::chosen(composition::strategy_kinds(), "kind: substitute");
    scenario.adaptation.serving = testing::chosen(tta::serving_kinds(), "kind: plain");
    const run::World world{scenario, std::make_unique<sim::MappedDataset>(folder / "digits")};
    const double forward = 2.0 * 784 * 10;
    const double parameters = 784 * 10 + 10;
    const double training = 100 * 3 * forward + 40 * parameters;
    const PredictedWork one = predict_work(world, 1);
    EXPECT_DOUBLE_EQ(one.advertising, 4 * training);
    EXPECT_DOUBLE_EQ(one.training, 2 * training);
    EXPECT_DOUBLE_EQ(one.evaluation, 40 * forward);
    EXPECT_DOUBLE_EQ(one.assessment, 2 * (30 * forward + 40 * parameters) + 30 * forward) << "the whole, too";
    EXPECT_DOUBLE_EQ(predict_work(world, 4).training, one.training / 4);
}

}  // namespace
}  // namespace mlaasim::app
