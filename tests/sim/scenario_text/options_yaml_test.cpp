#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "sim/scenario_text/option_mistakes.hpp"
#include "sim/scenario_text/options_document.hpp"
#include "sim/scenario_text/yaml_writer.hpp"

namespace mlaasim::sim {
namespace {

constexpr const char* full_text = R"(
name: a name
latency: 1e-3
training:
  learning_rate: 0.1
  epochs: 1e2
  inner: {alpha: 1, enabled: no}
drift:
  - kind: noise
    start: 3.0
    classes: [0, 9]
    weights:
      - 0.5
      - 2
    steps:
      - at: 4
      -
  - {kind: off, start: 0}
)";

TEST(OptionsReader, ReadsEveryKindOfOption) {
    const SampleOptions options = read(full_text);
    SampleOptions expected;
    expected.name = "a name";
    expected.latency = 1e-3;
    expected.training = {.learning_rate = 0.1, .epochs = 100, .inner = {.alpha = 1, .enabled = false}};
    expected.drift = {{.kind = SampleKind::noise,
                       .start = 3,
                       .classes = {0, 9},
                       .weights = {0.5, 2},
                       .steps = {{.inner = {}, .at = 4}, {}}},
                      {.kind = SampleKind::off}};
    EXPECT_EQ(options, expected);
}

TEST(OptionsReader, LeavesDefaultsWhereTheTextIsSilent) {
    EXPECT_EQ(read(""), SampleOptions{});
    EXPECT_EQ(read("# nothing\n"), SampleOptions{});
    EXPECT_EQ(read("---\n"), SampleOptions{});
    EXPECT_EQ(read("training:\ndrift:\n"), SampleOptions{});
    EXPECT_EQ(read("\xEF\xBB\xBFname: x\r\nlatency: 2\r\n").name, "x");
}

TEST(OptionsReader, AcceptsAnchorsAndAliases) {
    const SampleOptions options =
        read("training:\n  inner: &i {alpha: 0.25}\ndrift:\n- start: 1\n  steps: [{inner: *i}]\n");
    EXPECT_EQ(options.drift.at(0).steps.at(0).inner.alpha, 0.25);
}

TEST(OptionsReader, NamesTheNearestKnownKey) {
    EXPECT_EQ(only_mistake("name: x\ntraining:\n  learning_rte: 1\n"),
              "s.yaml:3: training.learning_rte is not a known key (expected one of learning_rate, epochs, inner). "
              "Hint: did you mean "
              "\"learning_rate\"?");
}

TEST(OptionsReader, ListsTheKnownKeysWhenNoneIsNear) {
    EXPECT_TRUE(contains(only_mistake("zzzzzzzzzzzzz: 1\n"), "expected one of name, latency, offset, training, drift"));
}

TEST(OptionsReader, LocatesWrongTypes) {
    EXPECT_EQ(only_mistake("latency:\n  - 1\n"), "s.yaml:1: latency is a list (expected a number, in ms)");
    EXPECT_EQ(only_mistake("\ntraining: 3\n"), "s.yaml:2: training is 3 (expected a section of \"key: value\" lines)");
    EXPECT_TRUE(contains(only_mistake("drift:\n  start: 1\n"), "Hint: put \"- \" before the first key"));
    EXPECT_TRUE(contains(only_mistake("drift:\n- start: 1\n- 5\n"), "s.yaml:3: drift.1 is 5 (expected a section"));
    EXPECT_TRUE(contains(only_mistake("drift:\n- start: 1\n  classes: 3\n"), "Hint: write [3]"));
    EXPECT_TRUE(contains(only_mistake("drift:\n- start: 1\n  classes:\n  - 3\n  - x\n"),
                         "s.yaml:5: drift.0.classes.1 is x (expected an integer in [0, 9])"));
    EXPECT_TRUE(contains(only_mistake("latency: '1'\n"),
                         "latency is \"1\" (expected a number, in ms). Hint: remove the quotes"));
    EXPECT_TRUE(contains(only_mistake("training: {inner: {enabled: maybe}}\n"), "(expected true or false)"));
    EXPECT_TRUE(contains(only_mistake("training: {inner: {enabled: 'true'}}\n"), "(expected true or false)"));
    EXPECT_TRUE(contains(only_mistake("name: {a: 1}\n"), "name is a section (expected a text)"));
    EXPECT_TRUE(contains(only_mistake("just words\n"), "s.yaml:1: the document is just words"));
    EXPECT_TRUE(contains(only_mistake("- a\n"), "s.yaml:1: the document is a list"));
}

TEST(OptionsReader, RejectsEmptyScalarsAtTheirKey) {
    for (const char* text : {"x: 1\nlatency:\n", "x: 1\nname: ~\n", "x: 1\nlatency: null\n"}) {
        const Texts all = mistakes(text);
        ASSERT_EQ(all.size(), 2U);
        EXPECT_TRUE(contains(all[1], "s.yaml:2: ")) << text;
        EXPECT_TRUE(contains(all[1], "is empty")) << text;
    }
    EXPECT_EQ(read("name: ''\n").name, "");
    EXPECT_EQ(read("name: 'null'\n").name, "null");
}

TEST(OptionsReader, ChecksRanges) {
    EXPECT_EQ(only_mistake("training:\n  learning_rate: -0.1\n"),
              "s.yaml:2: training.learning_rate is -0.1 (expected a number > 0)");
    EXPECT_EQ(only_mistake("training:\n  epochs: 1001\n"),
              "s.yaml:2: training.epochs is 1001 (expected an integer in [1, 1000])");
    EXPECT_TRUE(contains(only_mistake("drift:\n- {start: 0, weights: [1, 0]}\n"), "drift.0.weights.1 is 0"));
}

TEST(OptionsReader, TakesOnlyFiniteNumbers) {
    for (const char* word :
         {".nan", "nan", ".inf", "-.inf", "inf", "infinity", "1e999", "0x10", "1_000", "1 2", "+-1", "- 1"}) {
        EXPECT_EQ(mistakes(std::string("latency: ") + word + "\n").size(), 1U) << word;
    }
    EXPECT_EQ(read("latency: +1.5e1\n").latency, 15.0);
}

TEST(OptionsReader, TakesIntegralNumbersAsIntegers) {
    EXPECT_EQ(read("offset: 3.0").offset, 3);
    EXPECT_EQ(read("offset: 1e3").offset, 1000);
    EXPECT_EQ(read("offset: -9223372036854775808").offset, std::numeric_limits<std::int64_t>::min());
    EXPECT_EQ(read("offset: 9223372036854775807").offset, std::numeric_limits<std::int64_t>::max());
    for (const char* word : {"3.5", "9223372036854775808", "1e17", "1e400", "a", "true"}) {
        EXPECT_TRUE(contains(only_mistake(std::string("offset: ") + word), "(expected an integer)")) << word;
    }
}

TEST(OptionsReader, TakesTheWordsOfYamlForBooleans) {
    for (const char* word : {"true", "yes", "on", "y", "True", "ON"}) {
        EXPECT_TRUE(read(std::string("training: {inner: {enabled: ") + word + "}}").training.inner.enabled) << word;
    }
    for (const char* word : {"false", "no", "off", "n", "False", "OFF"}) {
        EXPECT_FALSE(read(std::string("training: {inner: {enabled: ") + word + "}}").training.inner.enabled) << word;
    }
}

TEST(OptionsReader, NamesTheNearestChoice) {
    EXPECT_EQ(only_mistake("drift:\n- start: 1\n  kind: rotaton\n"),
              "s.yaml:3: drift.0.kind is rotaton (expected one of rotation, noise, off). Hint: did you mean "
              "\"rotation\"?");
    EXPECT_TRUE(contains(only_mistake("drift: [{start: 1, kind: [noise]}]"), "drift.0.kind is a list"));
}

TEST(OptionsReader, NamesWhatIsMissing) {
    EXPECT_EQ(only_mistake("name: x\ndrift:\n- kind: noise\n"),
              "s.yaml:3: drift.0.start is missing (expected an integer >= 0). Hint: add \"start: ...\": First round");
}

TEST(OptionsReader, MissesRequiredOptionsOfAbsentSections) {
    const auto declare_required = [](OptionVisitor& visitor) {
        visitor.section("a", {.doc = ""}, [&] {
            SampleEntry entry;
            declare(visitor, entry);
        });
        visitor.section("b", {.doc = "", .required = true}, [&] {
            SampleEntry entry;
            declare(visitor, entry);
        });
    };
    try {
        OptionsDocument{"", "s.yaml"}.read(declare_required);
        FAIL() << "nothing was missed";
    } catch (const InputError& error) {
        ASSERT_EQ(error.problems().size(), 2U);
        EXPECT_EQ(error.problems()[0].what, "a.start is missing");
        EXPECT_EQ(error.problems()[1].what, "b is missing");
    }
}

TEST(OptionsReader, CollectsAllMistakesInFileOrder) {
    const Texts all =
        mistakes("drift:\n- strt: 1\n  kind: x\nnme: 1\ntraining:\n  epochs: 0\nlatency: a\n", {"offset=z"});
    ASSERT_EQ(all.size(), 7U);
    EXPECT_TRUE(contains(all[0], "s.yaml:2: drift.0.start is missing"));
    EXPECT_TRUE(contains(all[1], "s.yaml:2: drift.0.strt"));
    EXPECT_TRUE(contains(all[2], "s.yaml:3: drift.0.kind"));
    EXPECT_TRUE(contains(all[3], "s.yaml:4: nme"));
    EXPECT_TRUE(contains(all[4], "s.yaml:6: training.epochs"));
    EXPECT_TRUE(contains(all[5], "s.yaml:7: latency"));
    EXPECT_TRUE(contains(all[6], "--set offset=z: offset is z"));
}

TEST(OptionsReader, OnlyCountsMistakesAfterAHundred) {
    std::string text;
    for (int i = 0; i < 250; ++i) {
        text += "unknown" + std::to_string(i) + ": 1\n";
    }
    const Texts all = mistakes(text);
    ASSERT_EQ(all.size(), 101U);
    EXPECT_EQ(all.back(), "s.yaml:101: and 150 more mistakes from here on");
}

TEST(YamlWriter, WritesEveryDefault) {
    SampleOptions options;
    options.drift = {{.start = 2, .classes = {1, 2}, .weights = {0.1}, .steps = {{}, {}}}};
    EXPECT_EQ(to_yaml(declaring(options)), R"(name: "sample run"
latency: 2.5
offset: 0
training:
  learning_rate: 0.05
  epochs: 1
  inner:
    alpha: 0.5
    enabled: true
drift:
  - kind: rotation
    start: 2
    classes: [1, 2]
    weights: [0.1]
    steps:
      - inner:
          alpha: 0.5
          enabled: true
        at: 1
      - inner:
          alpha: 0.5
          enabled: true
        at: 1
)");
    SampleOptions empty;
    EXPECT_TRUE(contains(to_yaml(declaring(empty)), "\ndrift: []\n"));
    EXPECT_EQ(read(to_yaml(declaring(options))), options);
}

TEST(YamlWriter, QuotesTextsThatYamlWouldReadOtherwise) {
    for (const char* name :
         {"",       "true", "No",   "null", "~",   "12", "1e3", "a: b", "#x", "'",   "\"",          "\\", " x ",
          "a\nb\n", "\t",   "\x01", "-",    "---", "%a", "*a",  "&a",   "{",  "[a]", "caf\xc3\xa9", "y"}) {
        SampleOptions options;
        options.name = name;
        EXPECT_EQ(read(to_yaml(declaring(options))).name, name);
    }
}

TEST(YamlWriter, LeavesOtherReadersOfYamlNoDoubt) {
    for (const char* name : {"true", "No", "null", "12", ""}) {
        SampleOptions options;
        options.name = name;
        EXPECT_TRUE(contains(to_yaml(declaring(options)), "name: \"" + std::string(name) + "\"\n"));
    }
    SampleOptions options;
    options.name = "runs/a_1.h5";
    EXPECT_TRUE(contains(to_yaml(declaring(options)), "name: runs/a_1.h5\n"));
}

}  // namespace
}  // namespace mlaasim::sim
