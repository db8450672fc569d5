#include "study/study_file.hpp"

#include <gtest/gtest.h>

#include <set>

#include "sim/core/error.hpp"
#include "study/point_choice.hpp"
#include "study/small_reader.hpp"

namespace mlaasim::study {
namespace {

using Names = std::vector<std::string>;

std::string errors_of(const std::string& text, Size size = Size::whole, const Names& overrides = {}) {
    try {
        static_cast<void>(small_study(text, size, overrides));
    } catch (const sim::InputError& error) {
        return error.what();
    }
    return "";
}

TEST(StudyFile, WritesOutAGridInOrder) {
    const StudyFile file = small_study(
        "sweep:\n"
        "  grid: {training.learning_rate: [0.10, 1e-3], adaptation.strategy.kind: [none, substitute]}\n"
        "  seeds: [3, 1]\n");
    EXPECT_EQ(
        names_of(file.study()),
        (Names{"learning_rate=0.1,strategy=none,seed=3", "learning_rate=0.1,strategy=none,seed=1",
               "learning_rate=0.1,strategy=substitute,seed=3", "learning_rate=0.1,strategy=substitute,seed=1",
               "learning_rate=0.001,strategy=none,seed=3", "learning_rate=0.001,strategy=none,seed=1",
               "learning_rate=0.001,strategy=substitute,seed=3", "learning_rate=0.001,strategy=substitute,seed=1"}));
    const StoredPoint& last = file.study().points.back();
    EXPECT_EQ(last.index, 8U);
    EXPECT_EQ(last.setting, "learning_rate=0.001,strategy=substitute");
    EXPECT_EQ(last.values,
              (std::vector<Named>{{"training.learning_rate", "0.001"}, {"adaptation.strategy.kind", "substitute"}}));
    EXPECT_NE(file.scenario_of(last).find("learning_rate: 0.001\n"), std::string::npos);
    EXPECT_NE(file.scenario_of(last).find("seed: 1\n"), std::string::npos);
    EXPECT_NE(file.scenario_of(last).find("kind: substitute\n"), std::string::npos);
}

TEST(StudyFile, MultipliesItsParts) {
    EXPECT_EQ(names_of(small_study("sweep:\n"
                                   "  list: [{name: slow, rounds: 9}, {rounds: 2}]\n"
                                   "  zip: {training.epochs: [1, 2], training.learning_rate: [0.5, 0.25]}\n")
                           .study()),
              (Names{"slow,epochs=1,learning_rate=0.5", "slow,epochs=2,learning_rate=0.25",
                     "rounds=2,epochs=1,learning_rate=0.5", "rounds=2,epochs=2,learning_rate=0.25"}));
}

TEST(StudyFile, NamesRowsOfZip) {
    const StudyFile file = small_study(
        "sweep:\n"
        "  zip: {name: [quick, slow], training.epochs: [1, 2], training.learning_rate: [0.5, 0.25]}\n"
        "  seeds: [4, 5]\n");
    EXPECT_EQ(names_of(file.study()), (Names{"quick,seed=4", "quick,seed=5", "slow,seed=4", "slow,seed=5"}));
    EXPECT_EQ(file.study().points.back().values,
              (std::vector<Named>{{"training.epochs", "2"}, {"training.learning_rate", "0.25"}}));
}

TEST(StudyFile, CountsSeedsFromTheScenarios) {
    EXPECT_EQ(names_of(small_study("seed: 5\nsweep: {seeds: 3}\n").study()), (Names{"seed=5", "seed=6", "seed=7"}));
    EXPECT_EQ(names_of(small_study("sweep: {grid: {rounds: [4]}}\n").study()), (Names{"rounds=4"}));
}

TEST(StudyFile, DrawsTheSameSettingsAgain) {
    const auto drawn = [](int count, const std::string& further) {
        return small_study("sweep:\n  random:\n    count: " + std::to_string(count) +
                           "\n    ranges:\n      training.learning_rate: {low: 0.001, high: 0.1, scale: log}\n" +
                           further)
            .study()
            .points;
    };
    const auto few = drawn(3, "");
    const auto many = drawn(40, "      training.epochs: {low: 1, high: 3, integer: true}\n");
    EXPECT_EQ(few[0].name, "draw=1");
    EXPECT_EQ(many[8].name, "draw=09");
    std::set<std::string> epochs;
    for (std::size_t i = 0; i < many.size(); ++i) {
        const double rate = std::stod(many[i].values[0].value);
        EXPECT_TRUE(rate >= 0.001 && rate <= 0.1) << rate;
        epochs.insert(many[i].values[1].value);
        if (i < few.size()) {
            EXPECT_EQ(few[i].values[0], many[i].values[0]);
        }
    }
    EXPECT_EQ(epochs, (std::set<std::string>{"1", "2", "3"}));
}

TEST(StudyFile, LeavesOutWhatIsExcluded) {
    const std::string grid =
        "sweep:\n  grid: {training.epochs: [1, 2, 3], adaptation.strategy.kind: [none, substitute]}\n";
    EXPECT_EQ(names_of(small_study(grid + "  exclude: [{epochs: [1, 2.0], strategy: none}]\n").study()),
              (Names{"epochs=1,strategy=substitute", "epochs=2,strategy=substitute", "epochs=3,strategy=none",
                     "epochs=3,strategy=substitute"}));
    EXPECT_NE(errors_of(grid + "  exclude: [{epochs: 7}]\n").find("study.yaml:3: this part of sweep.exclude fits no"),
              std::string::npos);
    EXPECT_NE(errors_of(grid + "  exclude: [{epochs: [1, 2, 3]}]\n").find("sweep.exclude leaves no point"),
              std::string::npos);
}

TEST(StudyFile, LeavesOutSeedsOfWhatIsExcluded) {
    const std::string grid = "sweep:\n  grid: {training.epochs: [1, 2]}\n  seeds: [3, 5]\n";
    EXPECT_EQ(names_of(small_study(grid + "  exclude: [{epochs: 2, seed: 5}]\n").study()),
              (Names{"epochs=1,seed=3", "epochs=1,seed=5", "epochs=2,seed=3"}));
    EXPECT_EQ(names_of(small_study(grid + "  exclude: [{seed: [5, 7]}]\n").study()),
              (Names{"epochs=1,seed=3", "epochs=2,seed=3"}));
    EXPECT_NE(errors_of(grid + "  exclude: [{epochs: 2, seed: 7}]\n").find("study.yaml:4: this part of sweep.exclude"),
              std::string::npos);
    EXPECT_NE(errors_of(grid + "  exclude: [{seed: [3, 5]}]\n").find("sweep.exclude leaves no point"),
              std::string::npos);
}

TEST(StudyFile, ResolvesItsBaseline) {
    const std::string grid = "sweep:\n  grid: {training.epochs: [1, 2], adaptation.strategy.kind: [none, other]}\n";
    EXPECT_EQ(small_study(grid + "  baseline: {strategy: none}\n").study().baseline,
              (std::vector<Named>{{"adaptation.strategy.kind", "none"}}));
    EXPECT_EQ(small_study(grid + "  baseline: epochs=1,strategy=none\n").study().baseline,
              (std::vector<Named>{{"name", "epochs=1,strategy=none"}}));
    EXPECT_NE(errors_of(grid + "  baseline: {strategy: nothing}\n").find("study.yaml:3: sweep.baseline fits no point"),
              std::string::npos);
    EXPECT_NE(errors_of(grid + "  baseline: epochs=9\n").find("sweep.baseline is epochs=9"), std::string::npos);
    EXPECT_NE(errors_of(grid + "  baseline: {rounds: 9}\n").find("names rounds, which is not swept"),
              std::string::npos);
}

TEST(StudyFile, IsReducedByQuick) {
    const std::string text =
        "rounds: 50\n"
        "sweep: {grid: {training.epochs: [1, 2], adaptation.strategy.kind: [none, other]}, seeds: 20}\n"
        "quick: {rounds: 2, training.learning_rate: 0.5, sweep: {seeds: 1, grid: {training.epochs: [2]}}}\n";
    EXPECT_EQ(small_study(text).study().points.size(), 80U);
    const StudyFile quick = small_study(text, Size::quick);
    EXPECT_EQ(names_of(quick.study()), (Names{"epochs=2,strategy=none,seed=1", "epochs=2,strategy=other,seed=1"}));
    EXPECT_EQ(quick.study().points[0].rounds, 2);
    EXPECT_NE(quick.scenario_of(quick.study().points[0]).find("learning_rate: 0.5\n"), std::string::npos);
    const std::string with_metrics =
        "sweep: {seeds: 2}\n"
        "metrics: {final: rounds.accuracy.last, most: rounds.accuracy.max}\n"
        "quick: {metrics: {final: \"rounds.accuracy[0]\", least: rounds.accuracy.min}}\n";
    EXPECT_EQ(small_study(with_metrics, Size::quick).study().metrics,
              (std::vector<Named>{
                  {"final", "rounds.accuracy[0]"}, {"most", "rounds.accuracy.max"}, {"least", "rounds.accuracy.min"}}));
    EXPECT_NE(errors_of("sweep: {seeds: 2}\n", Size::quick).find("the study has no section quick"), std::string::npos);
    EXPECT_NE(errors_of("sweep: {seeds: 2}\nquick: 7\n", Size::quick).find("study.yaml:2: "), std::string::npos);
    EXPECT_NE(
        errors_of("sweep: {seeds: 2}\nquick: {round: 7}\n", Size::quick).find("study.yaml:2: round is not a known key"),
        std::string::npos);
}

TEST(StudyFile, TakesOverrides) {
    const std::string text = "sweep: {grid: {rounds: [1, 2]}, seeds: 2}\n";
    EXPECT_EQ(names_of(small_study(text, Size::whole, {"sweep.seeds=[7]", "training.epochs=4"}).study()),
              (Names{"rounds=1,seed=7", "rounds=2,seed=7"}));
    EXPECT_EQ(
        errors_of(text, Size::whole, {"rounds=2"}),
        "--set rounds=2: rounds is swept (expected a key that the sweep leaves alone). Hint: --only rounds=2 plays "
        "the points that have this value");
}

struct Mistake {
    const char* text;
    const char* message;
};

class StudyMistakes : public ::testing::TestWithParam<Mistake> {};

TEST_P(StudyMistakes, AreLocated) {
    EXPECT_NE(errors_of(GetParam().text).find(GetParam().message), std::string::npos) << errors_of(GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    All, StudyMistakes,
    ::testing::Values(
        Mistake{"rounds: 3\n", "study.yaml:1: the study has no section sweep"}, Mistake{"", "has no section sweep"},
        Mistake{"rounds: 3\nsweep:\n  grd: {rounds: [1]}\n",
                "study.yaml:3: sweep.grd is not a known key (expected one of grid, zip, list, random, seeds, exclude, "
                "baseline). Hint: did you mean \"grid\"?"},
        Mistake{"sweep:\n  grid: {}\n", "study.yaml:2: sweep.grid is empty"},
        Mistake{"sweep:\n  grid:\n    rounds: []\n", "study.yaml:3: sweep.grid.rounds is an empty list"},
        Mistake{"sweep:\n  grid:\n    rounds: 4\n",
                "study.yaml:3: sweep.grid.rounds is 4 (expected a list of values). Hint: write [4]"},
        Mistake{"sweep:\n  grid: {name: [a, b]}\n", "study.yaml:2: name can't be swept"},
        Mistake{"sweep:\n  grid: {seed: [1, 2]}\n",
                "seed can't be swept (expected another key of the scenario). Hint: "
                "write the seeds as sweep.seeds"},
        Mistake{
            "sweep:\n  grid:\n    rounds: [1]\n    training.epoch: [2]\n",
            "study.yaml:4: training.epoch is not a known key (expected one of learning_rate, epochs). Hint: did you "
            "mean \"epochs\"?"},
        Mistake{"sweep:\n  grid:\n    training.epochs: [1,\n      0]\n",
                "training.epochs is 0 (expected an integer >= 1)"},
        Mistake{"sweep: {grid: {rounds: [1, 2]}, zip: {rounds: [1, 2]}}\n",
                "rounds is swept twice, in grid and in zip"},
        Mistake{"sweep:\n  grid:\n    training: [{epochs: 1}]\n    training.epochs: [1, 2]\n",
                "study.yaml:4: training and training.epochs are swept, and one holds the other"},
        Mistake{"sweep: {grid: {training.epochs: [1]}, zip: {training: [{epochs: 1}]}}\n",
                "training.epochs and training are swept, and one holds the other"},
        Mistake{"sweep: {list: [{training: {epochs: 1}, training.epochs: 2}]}\n",
                "training and training.epochs are swept, and one holds the other"},
        Mistake{"sweep: {zip: {rounds: [1, 2], training.epochs: [1]}}\n",
                "sweep.zip.training.epochs has 1 values, and rounds has 2"},
        Mistake{"sweep: {zip: {name: [a], rounds: [1, 2]}}\n", "sweep.zip.name has 1 names, and rounds has 2 values"},
        Mistake{"sweep: {zip: {name: [a, ../b], rounds: [1, 2]}}\n", "sweep.zip.name.1 is ../b"},
        Mistake{"sweep: {zip: {name: a, rounds: [1]}}\n",
                "sweep.zip.name is a (expected a list of names, one for each row). Hint: write [a]"},
        Mistake{"sweep:\n  grid: {rounds: [10, 1e1]}\n", "study.yaml:1: two points have the name rounds=10"},
        Mistake{"sweep: {list: [{name: a}, {name: a, rounds: 2}]}\n", "two points have the name a"},
        Mistake{"sweep: {list: [{name: ../a}]}\n", "sweep.list.0.name is ../a"},
        Mistake{"sweep: {list: []}\n", "sweep.list is empty"}, Mistake{"sweep: {seeds: 0}\n", "sweep.seeds is 0"},
        Mistake{"sweep: {seeds: [4, 4]}\n", "sweep.seeds has 4 twice"},
        Mistake{"sweep: {seeds: []}\n", "sweep.seeds is an empty list"},
        Mistake{"sweep: {seeds: [-1]}\n", "sweep.seeds.0 is -1"},
        Mistake{"sweep:\n  seeds: 10000000\n",
                "study.yaml:1: the sweep has 10,000,000 points (expected at most 100,000)"},
        Mistake{"sweep: {random: {count: 3}}\n", "sweep.random.ranges is missing"},
        Mistake{"sweep: {random: {ranges: {rounds: {low: 1, high: 2}}}}\n", "sweep.random.count is missing"},
        Mistake{"sweep: {random: {count: 3, ranges: {rounds: {low: 3, high: 2}}}}\n",
                "sweep.random.ranges.rounds goes from 3 to 2 (expected low <= high)"},
        Mistake{"sweep: {random: {count: 3, ranges: {rounds: {low: 0, high: 2, scale: log}}}}\n",
                "low > 0 on a logarithmic scale"},
        Mistake{"sweep: {random: {count: 3, ranges: {rounds: {low: 0, hi: 2}}}}\n",
                "sweep.random.ranges.rounds.hi is not a known key"},
        Mistake{
            "sweep: {seeds: 2}\nmetrics:\n  final: rounds.acuracy.last\n",
            "study.yaml:3: metrics.final is \"rounds.acuracy.last\", at character 8: the table rounds has no column "
            "acuracy"},
        Mistake{"sweep: {seeds: 2}\nmetrics: {seed: rounds.accuracy.last}\n", "a metric has the name seed"},
        Mistake{"sweep: {seeds: 2}\nmetrics: {'a b': rounds.accuracy.last}\n", "a metric has the name \"a b\""},
        Mistake{"sweep: {seeds: 2}\nmetrics: [rounds.accuracy.last]\n", "study.yaml:2: metrics is "},
        Mistake{"sweep: 7\n", "study.yaml:1: sweep is 7"}));

TEST(StudyFile, TellsTheSameMistakeOnce) {
    const std::string errors = errors_of("sweep: {grid: {rounds: [1, 2, 3], training.epochs: [0]}}\n");
    EXPECT_EQ(errors.find("training.epochs is 0"), errors.rfind("training.epochs is 0"));
}

TEST(StudyFile, NamesTheSettingOfAMistakeThatLiesElsewhere) {
    EXPECT_EQ(errors_of("rounds: 1\nsweep:\n  grid:\n    training.epochs: [1, 200]\n"),
              "study.yaml:1: the rounds are too few for the epochs, in the setting epochs=200 (its values: line 4) "
              "(expected at most 100 epochs a round)");
}

TEST(StudyFile, TakesSectionsAndTheirKeysInSettingsApart) {
    EXPECT_EQ(errors_of("sweep: {list: [{name: a, training: {epochs: 2}}, {name: b, training.epochs: 3}]}\n"), "");
}

TEST(PointChoice, PicksByValueAndNumber) {
    const StudyFile file =
        small_study("sweep: {grid: {training.epochs: [1, 2], training.learning_rate: [0.1, 0.2]}, seeds: 2}\n");
    const auto chosen = [&](const Names& only, const std::string& numbers) {
        Names names;
        for (const StoredPoint& point : chosen_points(file.study(), {.only = only, .numbers = numbers})) {
            names.push_back(std::to_string(point.index));
        }
        return names;
    };
    EXPECT_EQ(chosen({}, "").size(), 8U);
    EXPECT_EQ(chosen({"epochs=2", "learning_rate=0.10"}, ""), (Names{"5", "6"}));
    EXPECT_EQ(chosen({"training.epochs=1,2", "seed=2"}, "1-4"), (Names{"2", "4"}));
    EXPECT_EQ(chosen({}, "8,2-3"), (Names{"2", "3", "8"}));
    for (const char* numbers : {"0", "9", "3-2", "a", "1-", "-1", "1,,2", "1-99999999999999999999"}) {
        EXPECT_THROW(chosen({}, numbers), sim::InputError) << numbers;
    }
    for (const char* only : {"epochs", "epoch=1", "epochs=7", "=1"}) {
        EXPECT_THROW(chosen({only}, ""), sim::InputError) << only;
    }
}

}  // namespace
}  // namespace mlaasim::study
