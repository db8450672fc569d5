// Did adaptation help? Traces made by hand, whose answer is known.
#include "app/comparison.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "app/comparison_text.hpp"
#include "app/wrapped_text.hpp"
#include "run/scenario.hpp"
#include "sim/core/error.hpp"
#include "sim/data/byte_source.hpp"
#include "sim/data/temporary_folder.hpp"
#include "sim/storage/trace_file.hpp"
#include "support/chosen.hpp"
#include "support/drifting.hpp"

namespace mlaasim::app {
namespace {

using sim::testing::TemporaryFolder;

/// One round of a run made by hand.
struct Played {
    double accuracy = 0.0;
    std::uint32_t replaced = 0;
    std::uint32_t adapted = 0;
    std::int64_t trials = 0;
};

struct Made {
    run::Scenario scenario;
    std::vector<Played> rounds;
    std::int64_t advertising = 0;  ///< trainings in round 0
    std::string data = "synthetic_digits SHA-256 abc";
};

run::Scenario scenario_of(const std::string& strategy) {
    run::Scenario scenario;
    scenario.name = "made";
    scenario.rounds = 4;
    scenario.drift = {sim::DriftOptions{}};
    scenario.adaptation.strategy = testing::chosen(composition::strategy_kinds(), "kind: " + strategy);
    return scenario;
}

/// Two members train in every round; each training costs 1 MB and 2 J.
sim::ServiceRecord training(std::uint32_t round, std::string_view role) {
    return {.round = round, .role = role, .status = "trained", .energy_j = 2.0, .bytes = 1'000'000};
}

class ComparisonTest : public ::testing::Test {
protected:
    std::filesystem::path make(const std::string& name, const Made& made) {
        const std::filesystem::path folder = folder_ / name;
        std::filesystem::create_directories(folder);
        sim::TraceFile trace = sim::TraceFile::create(
            folder, {.program_version = "1", .scenario_yaml = run::to_yaml(made.scenario), .data = made.data});
        sim::RowBuffer rows;
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
        if (number > 0) {
            trace.commit(rows, {.round = sim::Round{number}});
        }
        return folder / "trace.h5";
    }

    std::filesystem::path with(const std::vector<Played>& rounds, std::int64_t advertising = 0) {
        return make("with",
                    {.scenario = scenario_of("tta_then_substitute"), .rounds = rounds, .advertising = advertising});
    }
    std::filesystem::path without(const std::vector<Played>& rounds) {
        return make("without", {.scenario = scenario_of("none"), .rounds = rounds});
    }

    TemporaryFolder folder_;
};

const std::vector<Played> untouched{{0.5}, {0.7}, {0.655}, {0.573}};

TEST_F(ComparisonTest, Gain) {
    const Comparison comparison =
        compare(with({{0.5}, {0.7, 1, 2, 1}, {0.75, 2, 0, 3}, {0.858}}, 5), without(untouched));
    EXPECT_EQ(
        sentence(comparison),
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
        "in round 0, by which services advertise themselves, and 4 trials of candidates. Assessment and adaptation at "
        "test time have no modelled cost."};
    EXPECT_EQ(details(comparison), expected);
}

TEST_F(ComparisonTest, Loss) {
    const Comparison comparison = compare(with({{0.5}, {0.7, 1, 1}, {0.6}, {0.542}}), without(untouched));
    EXPECT_EQ(
        sentence(comparison),
        "At the end the clients had 54.2 % right; without adaptation it would have been 57.3 %: 3.1 points less, for "
        "1 service replaced, 1 adaptation at test time and the same modelled traffic.");
}

TEST_F(ComparisonTest, NoDifference) {
    const Comparison comparison = compare(with(untouched, 1), without(untouched));
    EXPECT_EQ(
        sentence(comparison),
        "At the end the clients had 57.3 % right; without adaptation it would have been 57.3 %: no difference, for no "
        "service replaced or adapted and 12 % more modelled traffic.");
}

/// The difference is that of the numbers shown, and shown as 0.0 it is none.
TEST_F(ComparisonTest, DifferenceThatRoundsToNothing) {
    const Comparison comparison = compare(with({{0.6003}}), without({{0.6001}}));
    EXPECT_NE(sentence(comparison).find("60.0 %: no difference, for"), std::string::npos) << sentence(comparison);
}

/// A run that is still under way, or was stopped.
TEST_F(ComparisonTest, RunsOfUnequalLength) {
    Made shorter{.scenario = scenario_of("substitute"), .rounds = {{0.5}, {0.72, 1}}};
    shorter.scenario.rounds = 2;
    const Comparison comparison = compare(make("shorter", shorter), without(untouched));
    EXPECT_TRUE(
        sentence(comparison)
            .starts_with("In round 2, the last of both runs, the clients had 72.0 % right; without adaptation it "
                         "would have been 70.0 %: 2.0 points more, for 1 service replaced and the same"))
        << sentence(comparison);
    EXPECT_EQ(details(comparison).front(),
              "Compared over rounds 1 to 2 that both runs have: the run with adaptation has 2, the run without has 4.");
}

TEST_F(ComparisonTest, Picture) {
    const Comparison comparison =
        compare(with({{0.5}, {0.7, 1, 2, 1}, {0.61, 2, 0, 3}, {0.858}}, 5), without(untouched));
    EXPECT_EQ(picture(comparison), R"(What the clients had right, in percent, and what was done for it:

round without  with |0                     100| replaced adapted   traffic
    0               |                         |                    +5.0 MB
    1    50.0  50.0 |=============            |        -       -         -
    2    70.0  70.0 |==================       |        1       2   +1.0 MB
    3    65.5  61.0 |===============-         |        2       -   +3.0 MB
    4    57.3  85.8 |==============+++++++    |        -       -         -

  = with and without adaptation   + gained by adaptation   - lost by it
  traffic: modelled, more (+) or less (-) than without adaptation
)");
}

/// Many rounds share rows, whose numbers are means and sums; the largest numbers still fit into 80 columns.
TEST(ComparisonPicture, HoldsIn80ColumnsAnd20Rows) {
    Comparison comparison;
    for (std::uint32_t r = 0; r <= 1'000'000; ++r) {
        comparison.rounds.push_back({.round = r,
                                     .accuracy = 1.0,
                                     .accuracy_without = r % 2 == 0 ? 0.0 : 1.0,
                                     .replaced = 99,
                                     .adapted = 9,
                                     .extra_bytes = -19'000'000'000});
    }
    const std::string text = picture(comparison);
    EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3 + 1 + 20 + 3) << text;
    EXPECT_NE(text.find("\n950001-1000000    50.0 100.0 |==========++++++++++|  4950000  450000 -950.0 TB"),
              std::string::npos)
        << text;
    std::istringstream lines{text};
    for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(line.size(), 80U) << line;
    }
}

TEST(WrappedText, KeepsWordsTogether) {
    const std::string words =
        "At the end the clients had 85.8 % right; without adaptation it would have been 57.3 % of";
    EXPECT_EQ(wrapped(words),
              "At the end the clients had 85.8 % right; without adaptation it would have been\n57.3 % of\n");
    EXPECT_EQ(wrapped(std::string(78, 'x') + " 5 %"), std::string(78, 'x') + "\n5 %\n");
    EXPECT_EQ(wrapped(std::string(66, 'x') + " without adaptation"), std::string(66, 'x') + "\nwithout adaptation\n");
}

TEST(ComparisonText, Bytes) {
    EXPECT_EQ(bytes_text(999), "999 B");
    EXPECT_EQ(bytes_text(-1'250'000), "-1.2 MB");
    EXPECT_EQ(bytes_text(999'960), "1.0 MB");
    EXPECT_EQ(bytes_text(3'000'000'000'000'000), "3.0 PB");
}

/// The message of the refusal.
std::string refusal(const std::filesystem::path& with, const std::filesystem::path& without) {
    try {
        static_cast<void>(compare(with, without));
    } catch (const sim::InputError& error) {
        return error.what();
    }
    ADD_FAILURE() << "was compared";
    return {};
}

void expect_words(const std::string& text, std::initializer_list<const char*> words) {
    for (const char* word : words) {
        EXPECT_NE(text.find(word), std::string::npos) << "expected: " << word << "\n" << text;
    }
}

TEST_F(ComparisonTest, RunsThatDifferInMoreThanTheirResponseAreRefused) {
    const std::filesystem::path adapting = with(untouched);
    const std::vector<std::pair<const char*, std::function<void(run::Scenario&)>>> cases{
        {"seed is 2, but 1 in", [](run::Scenario& s) { s.seed = 2; }},
        {"model.hidden.0 is 32, but 64 in",
         [](run::Scenario& s) { s.model = testing::chosen(fl::architecture_kinds(), "hidden: [32]"); }},
        {"clients.stream is 7, but 250 in", [](run::Scenario& s) { s.clients.stream = 7; }},
        {"drift.0.magnitude is 15, but 30 in",
         [](run::Scenario& s) { s.drift[0] = testing::drift_entry("magnitude: 15"); }},
        {"drift.0.kind is absent, but rotation in", [](run::Scenario& s) { s.drift.clear(); }},
        {"drift.1.kind is rotation, but absent in", [](run::Scenario& s) { s.drift.emplace_back(); }},
        {"training.learning_rate is 0.5, but 0.05 in", [](run::Scenario& s) { s.training.learning_rate = 0.5; }},
        {"availability.lowest is 0.5, but 1 in", [](run::Scenario& s) { s.availability.lowest = 0.5; }},
        {"composition.members is 3, but 0 in", [](run::Scenario& s) { s.composition.members = 3; }},
    };
    for (const auto& [words, change] : cases) {
        Made made{.scenario = scenario_of("none"), .rounds = untouched};
        change(made.scenario);
        expect_words(refusal(adapting, make("other", made)),
                     {words, "other/trace.h5: ", "with/trace.h5", "differ in their adaptation alone"});
    }
    const Made other_data{.scenario = scenario_of("none"), .rounds = untouched, .data = "mnist SHA-256 def"};
    expect_words(refusal(adapting, make("other", other_data)),
                 {"the data is mnist SHA-256 def, but synthetic_digits SHA-256 abc in"});
}

TEST_F(ComparisonTest, TracesOfTwoSchemasAreRefused) {
    const std::filesystem::path older = folder_ / "older";
    std::filesystem::create_directory(older);
    sim::ByteSource packed{std::filesystem::path{MLAASIM_SOURCE_DIR} / "tests/sim/storage/schema3/ensemble.h5.gz"};
    sim::testing::Bytes bytes(std::size_t{1} << 22U);
    bytes.resize(packed.read(bytes));
    sim::testing::write_bytes(older / "trace.h5", bytes);
    expect_words(
        refusal(with(untouched), older / "trace.h5"),
        {"older/trace.h5: this trace is of schema 3, but", "with/trace.h5 is of schema 4", "play the older one again"});
}

TEST_F(ComparisonTest, OptionsOfTheResponseMayDiffer) {
    Made made{.scenario = scenario_of("none"), .rounds = untouched};
    made.scenario.name = "untouched";
    made.scenario.checkpoint_every = 3;
    made.scenario.adaptation.start = 4;
    made.scenario.assessment = testing::chosen(composition::assessment_kinds(), "kind: leave_one_out, margin: 0.1");
    made.scenario.test_time.samples = 8;
    made.scenario.evaluation.assessment_samples = 5;
    EXPECT_EQ(compare(with(untouched), make("other", made)).rounds.size(), 5U);
    made.scenario = scenario_of("substitute");
    made.scenario.adaptation.every = 0;
    EXPECT_EQ(compare(with(untouched), make("never", made)).rounds.size(), 5U);
}

TEST_F(ComparisonTest, EachRunInItsPlace) {
    const std::filesystem::path adapting = with(untouched);
    const std::filesystem::path plain = without(untouched);
    expect_words(refusal(plain, adapting), {"without/trace.h5: this run had no adaptation", "swap the two"});
    expect_words(refusal(plain, plain), {"without/trace.h5: this run had no adaptation"});
    expect_words(refusal(adapting, adapting),
                 {"with/trace.h5: this run had adaptation, too", "--set adaptation.strategy.kind=none"});
    expect_words(refusal(adapting, make("young", {.scenario = scenario_of("none")})),
                 {"young/trace.h5: the run has not committed a round yet"});
}

}  // namespace
}  // namespace mlaasim::app
