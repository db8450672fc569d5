// Valid study files, mutated: a study or located errors, never anything else.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "property/mutated_text.hpp"
#include "sim/core/error.hpp"
#include "study/metric.hpp"
#include "study/small_reader.hpp"

namespace mlaasim::study {
namespace {

using sim::Case;

const std::array<std::string, 4>& valid_texts() {
    static const std::array<std::string, 4> texts{
        "name: a\nrounds: 3\nsweep:\n  grid:\n    training.epochs: [1, 2]\n    adaptation: {strategy: {kind: [a, b]}}\n"
        "  seeds: 2\n  baseline: {strategy: a}\nmetrics: {final: rounds.accuracy.last}\n",
        "sweep:\n  zip: {rounds: [1, 2], training.epochs: [3, 4]}\n  seeds: [1, 7]\n  exclude: [{rounds: 2}]\n"
        "quick: {rounds: 1, training.epochs: 2, sweep: {seeds: 1}}\n",
        "sweep:\n  random:\n    count: 4\n    seed: 2\n    ranges:\n      training.learning_rate: {low: 0.1, high: 1, "
        "scale: "
        "log}\n      rounds: {low: 1, high: 9, integer: true}\n",
        "training: &t {epochs: 2}\nsweep:\n  list:\n    - {name: one, training: *t}\n    - {rounds: 4}\n  baseline: "
        "one\n"
        "metrics:\n  late: \"rounds.accuracy[-5:].mean\"\n  worst: clients.accuracy(round=last).min\n"};
    return texts;
}

/// Empty when the text gives a study or located errors; else what is wrong with that.
std::string flaw_of(const std::string& text, Size size) {
    try {
        const StudyFile file = small_study(text, size);
        const StoredStudy& study = file.study();
        for (std::size_t i = 0; i < study.points.size(); ++i) {
            if (study.points[i].index != i + 1 || study.points[i].name.empty() || study.points[i].name.size() > 255 ||
                study.points[i].name.find('/') != std::string::npos) {
                return "a point has the name " + study.points[i].name;
            }
        }
        return study.points.empty() ? "a study without points" : "";
    } catch (const sim::InputError& error) {
        const auto lines = std::ranges::count(text, '\n') + 1;
        for (const sim::Problem& problem : error.problems()) {
            const bool is_located = problem.line > 0 && problem.line <= lines;
            const bool has_no_line = problem.what.find("has no section") != std::string::npos;
            if (problem.file != "study.yaml" || problem.what.empty() || !(is_located || has_no_line)) {
                return "not located: " + problem.message();
            }
        }
        return error.problems().empty() ? "an error without a problem" : "";
    } catch (const std::exception& error) {
        return error.what();
    }
}

TEST(StudyFuzz, ValidTextsAreRead) {
    for (const std::string& text : valid_texts()) {
        EXPECT_NO_THROW(static_cast<void>(small_study(text))) << text;
    }
}

TEST(StudyFuzz, MutatedTextsGiveStudiesOrLocatedErrors) {
    constexpr std::size_t texts_per_run = 30;
    EXPECT_TRUE(rc::check([&] {
        for (const Case& c :
             *rc::gen::container<std::vector<Case>>(texts_per_run, sim::any_case(valid_texts().size()))) {
            const std::string text = mutated(c, valid_texts());
            for (const Size size : {Size::whole, Size::quick}) {
                if (const std::string flaw = flaw_of(text, size); !flaw.empty()) {
                    RC_FAIL(flaw + "\nfor the text\n" + text);
                }
            }
        }
    }));
}

TEST(StudyFuzz, MutatedMetricsGiveMetricsOrErrors) {
    const std::array<std::string, 4> metrics{"rounds.accuracy.last", "rounds.accuracy[-5:].mean",
                                             "events.count(kind=substitution)", "clients.accuracy(round=last)[1].min"};
    std::size_t read = 0;
    std::size_t refused = 0;
    EXPECT_TRUE(rc::check([&] {
        for (const Case& c : *rc::gen::container<std::vector<Case>>(60, sim::any_case(metrics.size()))) {
            try {
                static_cast<void>(parse_metric(mutated(c, metrics)));
                ++read;
            } catch (const sim::InputError& error) {
                RC_ASSERT(std::string{error.what()}.find("at character ") != std::string::npos);
                ++refused;
            }
        }
    }));
    EXPECT_GT(read, 20U);
    EXPECT_GT(refused, 100U);
}

}  // namespace
}  // namespace mlaasim::study
