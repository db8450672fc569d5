// Did adaptation help? Traces made by hand, whose answer is known.
#include "study/adaptation_worth.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "sim/core/error.hpp"
#include "study/adaptation_worth_text.hpp"
#include "study/made_run.hpp"

namespace mlaasim::study {
namespace {

using mlaasim::testing::TemporaryFolder;
using testing::MadeRun;

/// One round of a run made by hand.
struct Played {
    double accuracy = 0.0;
    std::uint32_t replaced = 0;
    std::uint32_t adapted = 0;
    std::int64_t trials = 0;
};

struct Made {
    std::string scenario;
    std::vector<Played> rounds;
    std::int64_t advertising = 0;  ///< trainings in round 0
    std::string data = "synthetic_digits SHA-256 abc";
    std::vector<sim::EventRecord> events{};
};

/// A scenario with this strategy. `further`: options in place of those that it has.
std::string scenario_of(const std::string& strategy, const std::string& further = "seed: 1") {
    return "adaptation: {strategy: {kind: " + strategy + "}, every: 1}\n" + further + "\n";
}

/// Two members train in every round; each training costs 1 MB and 2 J.
sim::ServiceRecord training(std::uint32_t round, std::string_view role) {
    return {.round = round, .role = role, .status = "trained", .energy_j = 2.0, .bytes = 1'000'000};
}

class AdaptationWorthTest : public ::testing::Test {
protected:
    RecordedRun make(const std::string& name, const Made& made) {
        MadeRun run{.scenario = made.scenario, .data = made.data};
        sim::RowBuffer& rows = run.rows;
        for (std::int64_t i = 0; i < made.advertising; ++i) {
            rows.append(training(0, "candidate"));
        }
        std::uint32_t number = 0;
        for (const Played& round : made.rounds) {
            ++number;
            rows.append(sim::RoundRecord{.round = number,
                                         .replaced = round.replaced,
                                         .adapted = round.adapted,
                                         .samples = 1000,
                                         .accuracy = round.accuracy,
                                         .adapted_accuracy = 0.99});
            for (int i = 0; i < 2; ++i) {
                rows.append(training(number, "member"));
            }
            for (std::int64_t i = 0; i < round.trials; ++i) {
                rows.append(training(number, "candidate"));
            }
        }
        for (const sim::EventRecord& event : made.events) {
            rows.append(event);
        }
        run.checkpoint.round = sim::Round{number};
        return read_run(write(run, folder_ / name));
    }

    RecordedRun with(const std::vector<Played>& rounds, std::int64_t advertising = 0) {
        return make("with",
                    {.scenario = scenario_of("tta_then_substitute"), .rounds = rounds, .advertising = advertising});
    }
    RecordedRun without(const std::vector<Played>& rounds) {
        return make("without", {.scenario = scenario_of("none"), .rounds = rounds});
    }
    static AdaptationWorth compare(const RecordedRun& a, const RecordedRun& b) {
        const std::optional<AdaptationPair> pair = adaptation_pair(a, b);
        EXPECT_TRUE(pair.has_value());
        return pair ? worth_of_adaptation(*pair) : AdaptationWorth{.rounds = std::vector<WorthOfRound>(2)};
    }

    TemporaryFolder folder_;
};

const std::vector<Played> untouched{{0.5}, {0.7}, {0.655}, {0.573}};

TEST_F(AdaptationWorthTest, Gain) {
    const AdaptationWorth worth =
        compare(with({{0.5}, {0.7, 1, 2, 1}, {0.75, 2, 0, 3}, {0.858}}, 5), without(untouched));
    EXPECT_EQ(
        worth_sentence(worth),
        "At the end the clients had 85.8 % right; without adaptation it would have been 57.3 %: 28.5 points more, "
        "for 3 services replaced, 2 adaptations at test time and 112 % more modelled traffic.");
    const std::vector<std::string> expected{
        "The first response was in round 2. Mean of rounds 3 to 4: 80.4 % right; without adaptation 61.4 %: 19.0 "
        "points "
        "more.",
        "\"Right\" is the share of the clients' samples (1000 in the last round) that were answered right as they came "
        "in, "
        "before the round's own response.",
        "Traffic and energy are those of all trainings by the cost model (docs/qos.md): 17.0 MB, 8.0 MB without "
        "adaptation; and 34.0 J, 16.0 J without adaptation (112 % more energy). With adaptation there were also 5 "
        "trainings "
        "in round 0, by which services advertise themselves, and 4 trials of candidates. Assessment, serving and "
        "adaptation at test time have no modelled cost."};
    EXPECT_EQ(worth_details(worth), expected);
}

/// Services also come and leave one by one.
TEST_F(AdaptationWorthTest, WhoCameAndWhoLeft) {
    const std::vector<sim::EventRecord> events{
        {.round = 2, .kind = "integration", .subject = "service", .id = 7},
        {.round = 2, .kind = "removal", .subject = "service", .id = 1},
        {.round = 3, .kind = "rollback", .subject = "service", .id = 7},
        {.round = 3, .kind = "rollback", .subject = "service", .id = 8, .other = 2},
        {.round = 3, .kind = "outage", .subject = "service", .id = 3},
    };
    const AdaptationWorth worth = compare(
        make("with", {.scenario = scenario_of("heal"), .rounds = untouched, .events = events}), without(untouched));
    EXPECT_EQ(worth.rounds[2].changes(), 2U);
    EXPECT_EQ(worth.rounds[3].changes(), 1U);
    EXPECT_NE(worth_sentence(worth).find("for 1 service taken in, 2 services let go and the same modelled traffic."),
              std::string::npos)
        << worth_sentence(worth);
    EXPECT_NE(worth_details(worth).front().find("The first response was in round 2."), std::string::npos);
}

TEST_F(AdaptationWorthTest, Loss) {
    const AdaptationWorth worth = compare(with({{0.5}, {0.7, 1, 1}, {0.6}, {0.542}}), without(untouched));
    EXPECT_EQ(
        worth_sentence(worth),
        "At the end the clients had 54.2 % right; without adaptation it would have been 57.3 %: 3.1 points less, for "
        "1 service replaced, 1 adaptation at test time and the same modelled traffic.");
}

TEST_F(AdaptationWorthTest, NoDifference) {
    const AdaptationWorth worth = compare(with(untouched, 1), without(untouched));
    EXPECT_EQ(
        worth_sentence(worth),
        "At the end the clients had 57.3 % right; without adaptation it would have been 57.3 %: no difference, for no "
        "service replaced or adapted and 12 % more modelled traffic.");
}

/// The difference is that of the numbers shown, and shown as 0.0 it is none.
TEST_F(AdaptationWorthTest, DifferenceThatRoundsToNothing) {
    const AdaptationWorth worth = compare(with({{0.6003}}), without({{0.6001}}));
    EXPECT_NE(worth_sentence(worth).find("60.0 %: no difference, for"), std::string::npos) << worth_sentence(worth);
}

/// A run that is still under way, or was stopped.
TEST_F(AdaptationWorthTest, RunsOfUnequalLength) {
    const Made shorter{.scenario = scenario_of("substitute", "seed: 1\nrounds: 2"), .rounds = {{0.5}, {0.72, 1}}};
    const AdaptationWorth worth = compare(make("shorter", shorter), without(untouched));
    EXPECT_TRUE(worth_sentence(worth).starts_with(
        "In round 2, the last of both runs, the clients had 72.0 % right; without adaptation it "
        "would have been 70.0 %: 2.0 points more, for 1 service replaced and the same"))
        << worth_sentence(worth);
    EXPECT_EQ(worth_details(worth).front(),
              "Compared over rounds 1 to 2 that both runs have: the run with adaptation has 2, the run without has 4.");
}

TEST_F(AdaptationWorthTest, Picture) {
    const AdaptationWorth worth =
        compare(with({{0.5}, {0.7, 1, 2, 1}, {0.61, 2, 0, 3}, {0.858}}, 5), without(untouched));
    EXPECT_EQ(worth_picture(worth), R"(What the clients had right, in percent, and what was done for it:

round without  with |0                     100|  changes adapted   traffic
    0               |                         |                    +5.0 MB
    1    50.0  50.0 |=============            |        -       -         -
    2    70.0  70.0 |==================       |        1       2   +1.0 MB
    3    65.5  61.0 |===============-         |        2       -   +3.0 MB
    4    57.3  85.8 |==============+++++++    |        -       -         -

  = with and without adaptation   + gained by adaptation   - lost by it
  changes: services that were replaced, came or left
  traffic: modelled, more (+) or less (-) than without adaptation
)");
}

/// Many rounds share rows, whose numbers are means and sums; the largest numbers still fit into 80 columns.
TEST(AdaptationWorthPicture, HoldsIn80ColumnsAnd20Rows) {
    AdaptationWorth worth;
    for (std::uint32_t r = 0; r <= 1'000'000; ++r) {
        worth.rounds.push_back({.round = r,
                                .accuracy = 1.0,
                                .accuracy_without = r % 2 == 0 ? 0.0 : 1.0,
                                .replaced = 99,
                                .adapted = 9,
                                .extra_bytes = -19e9});
    }
    const std::string text = worth_picture(worth);
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3 + 1 + 20 + 4) << text;
    EXPECT_NE(text.find("\n950001-1000000    50.0 100.0 |==========++++++++++|  4950000  450000 -950.0 TB"),
              std::string::npos)
        << text;
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(line.size(), 80U) << line;
    }
}

TEST_F(AdaptationWorthTest, RunsThatDifferInMoreThanTheirResponseAreNoPair) {
    const RecordedRun adapting = with(untouched);
    for (const char* further :
         {"seed: 2", "seed: 1\nmodel: {hidden: [32]}", "seed: 1\ndrift: [{kind: noise}]", "seed: 1\nnames: x"}) {
        EXPECT_FALSE(adaptation_pair(adapting, make("other", {.scenario = scenario_of("none", further)}))) << further;
    }
    EXPECT_FALSE(adaptation_pair(adapting, make("other", {.scenario = scenario_of("none"), .data = "mnist"})));
}

/// With labels half of the samples is never scored, so the runs' accuracies are not of the same samples.
TEST_F(AdaptationWorthTest, RunsThatScoreOtherSamplesAreNoPair) {
    const auto run = [&](const char* name, const char* kind, const char* labels) {
        return make(name, {.scenario = std::string{"adaptation: {strategy: {kind: "} + kind +
                                       "}, every: 1, evidence: {labels: " + labels + "}}\nseed: 1\n",
                           .rounds = untouched});
    };
    const RecordedRun adapting = run("with", "substitute", "200");
    EXPECT_FALSE(adaptation_pair(adapting, run("all", "none", "0")));
    EXPECT_TRUE(adaptation_pair(adapting, run("half", "none", "100")));
}

TEST_F(AdaptationWorthTest, OptionsOfTheResponseMayDiffer) {
    const char* const further =
        "seed: 1\nname: untouched\ncheckpoint_every: 3\nassessment: {max_flagged: 2}\ntest_time: {samples: 8}\n"
        "evaluation: {update_memory_mib: 5}\nrounds: 9";
    const RecordedRun other = make("other", {.scenario = scenario_of("none", further), .rounds = untouched});
    EXPECT_EQ(compare(with(untouched), other).rounds.size(), 5U);
    const std::string never = "adaptation: {strategy: {kind: substitute}, every: 0}\nseed: 1\n";
    EXPECT_EQ(compare(with(untouched), make("never", {.scenario = never, .rounds = untouched})).rounds.size(), 5U);
}

TEST_F(AdaptationWorthTest, EitherOrderWillDo) {
    const RecordedRun adapting = with(untouched);
    const RecordedRun plain = without(untouched);
    const std::optional<AdaptationPair> pair = adaptation_pair(plain, adapting);
    ASSERT_TRUE(pair.has_value());
    EXPECT_EQ(pair->with, &adapting);
    EXPECT_EQ(pair->without, &plain);
}

TEST_F(AdaptationWorthTest, OneHasAdaptationAndTheOtherHasNot) {
    const RecordedRun adapting = with(untouched);
    const RecordedRun plain = without(untouched);
    EXPECT_FALSE(adaptation_pair(plain, plain));
    EXPECT_FALSE(adaptation_pair(adapting, adapting));
    EXPECT_FALSE(adaptation_pair(adapting, make("old", {.scenario = "seed: 1\n", .rounds = untouched})));
}

TEST_F(AdaptationWorthTest, ARunWithoutRoundsIsRefused) {
    const RecordedRun young = make("young", {.scenario = scenario_of("none")});
    try {
        static_cast<void>(compare(with(untouched), young));
        FAIL() << "was compared";
    } catch (const sim::InputError& error) {
        EXPECT_NE(std::string{error.what()}.find("young/trace.h5: the run has not committed a round yet"),
                  std::string::npos)
            << error.what();
    }
}

}  // namespace
}  // namespace mlaasim::study
