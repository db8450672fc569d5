// Valid scenario texts and overrides, mutated: values or located errors, never anything else.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <array>
#include <string>
#include <vector>

#include "property/mutated_text.hpp"
#include "property/option_outcome.hpp"

namespace mlaasim::sim {
namespace {

const std::array<std::string, 5>& valid_texts() {
    static const std::array<std::string, 5> texts{
        "name: a name\nlatency: 1e-3\ntraining:\n  learning_rate: 0.1\n  epochs: 3\n  inner: {alpha: 1, enabled: no}\n",
        "drift:\n  - kind: noise\n    start: 3\n    classes: [0, 9]\n    weights:\n      - 0.5\n      - 2\n    "
        "steps:\n      - at: "
        "4\n        inner:\n          alpha: 0.25\n  - {kind: 'off', start: 0}\n",
        "# comment\n---\nname: \"q\\\"uo\\n\\u00e9\"\noffset: -7\ntraining: &t\n  epochs: 10\n...\n",
        "drift:\n- start: 1\n  steps: &s\n  - inner: &i {alpha: 0.5}\n  - inner: *i\n- start: 2\n  steps: *s\nname: "
        "|\n  several\n  "
        "lines\n",
        "\xEF\xBB\xBFname: >-\r\n  folded\r\n  text\r\nlatency: 12.5 # ms\r\ndrift: []\r\n"};
    return texts;
}

/// RapidCheck runs a property 100 times; each run tries this many texts.
constexpr std::size_t texts_per_run = 60;

TEST(OptionsFuzz, ValidTextsAreRead) {
    for (const std::string& text : valid_texts()) {
        EXPECT_EQ(outcome_of(text), Outcome::values) << text << why_broken;
    }
}

TEST(OptionsFuzz, MutatedTextsGiveValuesOrLocatedErrors) {
    std::size_t values = 0;
    std::size_t errors = 0;
    EXPECT_TRUE(rc::check([&] {
        for (const Case& c : *rc::gen::container<std::vector<Case>>(texts_per_run, any_case(valid_texts().size()))) {
            const std::string text = mutated(c, valid_texts());
            const Outcome outcome = outcome_of(text);
            if (outcome == Outcome::broken) {
                RC_FAIL(why_broken + "\nfor the text\n" + text);
            }
            ++(outcome == Outcome::values ? values : errors);
        }
    }));
    EXPECT_GT(values, 100U);
    EXPECT_GT(errors, 100U);
}

TEST(OptionsFuzz, MutatedOverridesGiveValuesOrLocatedErrors) {
    const std::vector<std::string> seeds{"training.inner.alpha=0.5", "drift.0.kind=noise", "drift.2={start: 1}",
                                         "name=\"a\"", "drift.0.classes.1=3"};
    std::size_t values = 0;
    std::size_t errors = 0;
    EXPECT_TRUE(rc::check([&] {
        for (const Case& c : *rc::gen::container<std::vector<Case>>(texts_per_run, any_case(valid_texts().size()))) {
            std::string override_text = seeds[c.text % seeds.size()];
            for (const Mutation& m : c.mutations) {
                mutate(override_text, {m.kind % (mutation_kinds - 1), m.at, m.other}, valid_texts());
            }
            for (const std::string& text : valid_texts()) {
                const Outcome outcome = outcome_of(text, {seeds[0], override_text});
                if (outcome == Outcome::broken) {
                    RC_FAIL(why_broken + "\nfor the override\n" + override_text + "\nof the text\n" + text);
                }
                ++(outcome == Outcome::values ? values : errors);
            }
        }
    }));
    EXPECT_GT(values, 100U);
    EXPECT_GT(errors, 100U);
}

}  // namespace
}  // namespace mlaasim::sim
