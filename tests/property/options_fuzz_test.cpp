// Valid scenario texts and overrides, mutated: values or located errors, never anything else.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

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

const std::vector<std::string>& tokens() {
    static const std::vector<std::string> all{":",           ": ",
                                              "- ",          "? ",
                                              "[",           "]",
                                              "{",           "}",
                                              ",",           "#",
                                              "&a ",         "*a",
                                              "*i",          "!",
                                              "!!str ",      "!!",
                                              "!<",          "|",
                                              ">",           "|-\n",
                                              "'",           "\"",
                                              "%",           "@",
                                              "`",           "---\n",
                                              "...",         "\n",
                                              "\r\n",        "\r",
                                              "\t",          "  ",
                                              "<<: ",        "~",
                                              "null",        ".nan",
                                              ".inf",        "1e3",
                                              "-1",          "0",
                                              "1e999",       "\\x",
                                              "\"\\_\"",     "\\",
                                              "\\UFFFFFFFF", "\xEF\xBB\xBF",
                                              "\xFF\xFE",    "name: ",
                                              "drift:",      "training",
                                              "epochs: 0\n", "start: ",
                                              "\xC2\x85",    "\xE2\x80\xA8",
                                              "{}: ",        "[]: ",
                                              "[[[[[[[[",    "- - - - ",
                                              "&a *a",       "alpha: 2"};
    return all;
}

struct Mutation {
    int kind;
    std::size_t at;
    std::size_t other;
};

void showValue(const Mutation& m, std::ostream& os) { os << '{' << m.kind << ", " << m.at << ", " << m.other << '}'; }

/// The bounds of the line that holds position `at`, its end included.
std::pair<std::size_t, std::size_t> line_around(const std::string& text, std::size_t at) {
    const std::size_t before = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
    const std::size_t after = text.find('\n', at);
    return {before == std::string::npos ? 0 : before + 1, after == std::string::npos ? text.size() : after + 1};
}

void mutate(std::string& text, const Mutation& m) {
    const std::size_t at = m.at % (text.size() + 1);
    const std::size_t length = std::min(m.other % 12, text.size() - at);
    const auto [begin, end] = line_around(text, at);
    const std::string& token = tokens()[m.other % tokens().size()];
    switch (m.kind) {
        case 0: text.insert(at, 1, static_cast<char>(m.other % 256)); break;
        case 1:
            text.replace(at, std::min<std::size_t>(1, text.size() - at), 1, static_cast<char>(m.other % 256));
            break;
        case 2: text.erase(at, length); break;
        case 3: text.insert(at, token); break;
        case 4: text.replace(at, length, token); break;
        case 5: text.insert(end, text.substr(begin, end - begin)); break;
        case 6: text.erase(begin, end - begin); break;
        case 7: text.insert(begin, m.other % 5, ' '); break;
        case 8: text.resize(at); break;
        case 9: text.insert(m.other % (text.size() + 1), text.substr(at, 40)); break;
        default: text += valid_texts()[m.other % valid_texts().size()].substr(at % 20); break;
    }
}

constexpr int mutation_kinds = 11;

rc::Gen<Mutation> any_mutation() {
    return rc::gen::build<Mutation>(rc::gen::set(&Mutation::kind, rc::gen::inRange(0, mutation_kinds)),
                                    rc::gen::set(&Mutation::at, rc::gen::inRange<std::size_t>(0, 400)),
                                    rc::gen::set(&Mutation::other, rc::gen::inRange<std::size_t>(0, 4096)));
}

struct Case {
    std::size_t text;
    std::vector<Mutation> mutations;
};

void showValue(const Case& c, std::ostream& os) {
    os << "text " << c.text << ", mutations ";
    rc::show(c.mutations, os);
}

std::string mutated(const Case& c) {
    std::string text = valid_texts()[c.text];
    for (const Mutation& m : c.mutations) {
        mutate(text, m);
    }
    return text;
}

rc::Gen<Case> any_case() {
    return rc::gen::build<Case>(
        rc::gen::set(&Case::text, rc::gen::inRange<std::size_t>(0, valid_texts().size())),
        rc::gen::set(&Case::mutations, rc::gen::mapcat(rc::gen::inRange<std::size_t>(1, 6), [](std::size_t n) {
            return rc::gen::container<std::vector<Mutation>>(n, any_mutation());
        })));
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
        for (const Case& c : *rc::gen::container<std::vector<Case>>(texts_per_run, any_case())) {
            const std::string text = mutated(c);
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
        for (const Case& c : *rc::gen::container<std::vector<Case>>(texts_per_run, any_case())) {
            std::string override_text = seeds[c.text % seeds.size()];
            for (const Mutation& m : c.mutations) {
                mutate(override_text, {m.kind % (mutation_kinds - 1), m.at, m.other});
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
