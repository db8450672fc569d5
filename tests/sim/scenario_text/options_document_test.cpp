// What is wrong with a text before its values are read, and what overrides change.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/scenario_text/option_mistakes.hpp"
#include "sim/scenario_text/options_document.hpp"
#include "sim/scenario_text/override.hpp"

namespace mlaasim::sim {
namespace {

TEST(OptionsDocument, NamesBothLinesOfADuplicateKey) {
    EXPECT_EQ(
        only_mistake("name: x\ntraining:\n  epochs: 1\n  inner: {}\n  epochs: 2\n"),
        "s.yaml:5: the key \"epochs\" is given twice, on lines 3 and 5 (expected each key once). Hint: remove one "
        "of them");
    EXPECT_TRUE(contains(only_mistake("a: 1\n'a': 2\n"), "on lines 1 and 2"));
    EXPECT_TRUE(contains(only_mistake("drift: [{start: 1, start: 2}]"), "on lines 1 and 1"));
}

TEST(OptionsDocument, LocatesSyntaxErrors) {
    EXPECT_TRUE(contains(only_mistake("training:\n\tepochs: 1\n"), "s.yaml:2: YAML syntax"));
    EXPECT_TRUE(contains(only_mistake("training:\n\tepochs: 1\n"), "Hint: indent with spaces"));
    EXPECT_TRUE(contains(only_mistake("name: x\nlatency: [1, 2\n"), "s.yaml:2: YAML syntax"));
    for (const char* text :
         {"latency: 1\nname: 'x\n", "latency: 1\nname: \"x", "latency: 1\nname: \"x\noffset: 1\n\n"}) {
        EXPECT_EQ(
            only_mistake(text),
            "s.yaml:2: YAML syntax: quotes are not closed (expected a YAML mapping). Hint: close the quotes that open "
            "here or below");
    }
    EXPECT_TRUE(contains(only_mistake("name: *none\n"), "s.yaml:1: YAML syntax"));
    EXPECT_TRUE(contains(only_mistake("name: a: b\n"), "s.yaml:1: YAML syntax"));
}

TEST(OptionsDocument, RejectsWhatAScenarioDoesNotNeed) {
    EXPECT_TRUE(contains(only_mistake("---\nname: x\n---\nname: y\n"), "s.yaml:3: a second YAML document"));
    EXPECT_TRUE(contains(only_mistake("- a\nname: y\n"), "s.yaml:2: a second YAML document"));
    EXPECT_TRUE(contains(only_mistake("training: &t {}\ndrift:\n- start: 1\n  <<: *t\n"), "s.yaml:4: the merge key"));
    EXPECT_TRUE(contains(only_mistake("name: !!binary aGk=\n"), "s.yaml:1: a value has the tag"));
    EXPECT_TRUE(contains(only_mistake("name: x\n? [a, b]\n: 1\n"), "s.yaml:2: a key is a list or a mapping"));
    EXPECT_TRUE(contains(only_mistake("name: x\n: 1\n"), "s.yaml:2: a key is missing"));
    EXPECT_TRUE(
        contains(only_mistake("drift: &a [*a]\n"), "s.yaml:1: an alias refers to the value that it is part of"));
    EXPECT_TRUE(contains(only_mistake("name: x\n%latency: 1\n"), "s.yaml:2: the line is a YAML directive"));
}

TEST(OptionsDocument, BoundsDepthAndSizeWithAliasesResolved) {
    EXPECT_TRUE(contains(only_mistake("name: x\nlatency: " + std::string(100'000, '[')),
                         "s.yaml:2: values are nested too deeply"));
    std::string deep = "a0: &a0 [1]\n";
    std::string wide = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n";
    for (int i = 1; i < 16; ++i) {
        const std::string alias = "*a" + std::to_string(i - 1);
        const std::string key = "a" + std::to_string(i) + ": &a" + std::to_string(i);
        deep += key + " [[[[[" + alias + "]]]]]\n";
        wide += key + " [" + alias + ", " + alias + ", " + alias + ", " + alias + "]\n";
    }
    EXPECT_TRUE(contains(only_mistake(deep), "values are nested too deeply (expected at most 64 levels)"));
    EXPECT_TRUE(contains(only_mistake(wide), "the document holds too many values"));
}

TEST(OptionsDocument, RejectsBytesThatWouldEndTheTextUnseen) {
    EXPECT_TRUE(
        contains(only_mistake("name: x\n\x04latency: oops\n"), "s.yaml:2: the text holds the control character 0x04"));
    EXPECT_TRUE(
        contains(only_mistake(std::string("name: x\0\n", 9)), "s.yaml:1: the text holds the control character 0x00"));
    for (const char* text :
         {"name: \xff\n", "name: \xc0\xaf\n", "name: \xed\xa0\x80\n", "name: \xf5\x80\x80\x80\n", "name: \xe6\xbc"}) {
        EXPECT_TRUE(contains(only_mistake(text), "is not UTF-8"));
    }
    EXPECT_EQ(read("name: \xe6\xbc\xa2\xf0\x9f\x98\x80\n").name, "\xe6\xbc\xa2\xf0\x9f\x98\x80");
    EXPECT_TRUE(contains(only_mistake("#" + std::string(1 << 20, 'x')), "at most 1048576 bytes"));
}

TEST(Overrides, SetValuesOfEveryKind) {
    const SampleOptions options =
        read("drift:\n- start: 1\n- start: 2\n",
             {"name=a=b", "training.inner.alpha=0.75", "drift.1.kind=noise", "drift.2={start: 7}",
              "drift.0.classes=[1, 2]", "drift.0.classes.1=5", "drift.0.classes.2=6", "latency=1", "latency=4"});
    EXPECT_EQ(options.name, "a=b");
    EXPECT_EQ(options.latency, 4);
    EXPECT_EQ(options.training.inner.alpha, 0.75);
    ASSERT_EQ(options.drift.size(), 3U);
    EXPECT_EQ(options.drift[1].kind, SampleKind::noise);
    EXPECT_EQ(options.drift[1].start, 2);
    EXPECT_EQ(options.drift[2].start, 7);
    EXPECT_EQ(options.drift[0].classes, (std::vector<std::int64_t>{1, 5, 6}));
}

TEST(Overrides, MakeMissingParents) {
    EXPECT_EQ(read("", {"drift.0.start=4"}).drift.at(0).start, 4);
    EXPECT_EQ(read("training:\n", {"training.inner.alpha=0.1"}).training.inner.alpha, 0.1);
}

TEST(Overrides, ChangeOnlyTheirOwnPlaceOfAnAliasedValue) {
    const SampleOptions options = read("drift:\n- &d {start: 1}\n- *d\n", {"drift.1.start=2"});
    EXPECT_EQ(options.drift[0].start, 1);
    EXPECT_EQ(options.drift[1].start, 2);
}

TEST(Overrides, AreNamedInMistakes) {
    EXPECT_TRUE(contains(only_mistake("", {"trainin.epochs=2"}),
                         "--set trainin.epochs=2: trainin is not a known key (expected one of name, latency, offset, "
                         "training, drift). Hint: did you mean \"training\"?"));
    EXPECT_TRUE(contains(only_mistake("training: {epochs: 3}", {"training.epochs=0"}),
                         "--set training.epochs=0: training.epochs is 0"));
    EXPECT_TRUE(
        contains(only_mistake("", {"drift.0.kind=noise"}), "--set drift.0.kind=noise: drift.0.start is missing"));
    EXPECT_TRUE(contains(only_mistake("", {"latency"}), "--set latency: the override has no \"=\""));
    EXPECT_TRUE(contains(only_mistake("", {"a..b=1"}), "has an empty part"));
    EXPECT_TRUE(contains(only_mistake("", {"=1"}), "has an empty part"));
    EXPECT_TRUE(contains(only_mistake("", {"latency="}), "--set latency=: latency is empty"));
    EXPECT_TRUE(contains(only_mistake("", {"latency=[1"}), "--set latency=[1: YAML syntax"));
    EXPECT_TRUE(contains(only_mistake("", {"drift=[{start: 1, start: 2}]"}), "given twice"));
    EXPECT_TRUE(contains(only_mistake("latency: 1\n", {"latency.x=1"}), "--set latency.x=1: latency is the value 1"));
    EXPECT_TRUE(
        contains(only_mistake("drift: [{start: 1}]", {"drift.2.start=1"}),
                 "--set drift.2.start=1: drift has no element 2 (expected a number in [0, 1]). Hint: 1 appends"));
    EXPECT_TRUE(contains(only_mistake("drift: [{start: 1}]", {"drift.start=1"}), "drift is a list"));
    EXPECT_TRUE(contains(only_mistake("", {"drift.1.start=1"}), "drift has no element 1"));
    EXPECT_TRUE(contains(only_mistake("just words", {"latency=1"}), "the scenario is the value just words"));
}

TEST(ProblemAt, FindsTheOptionOrItsNearestParent) {
    const OptionsDocument document{
        "name: x\n\ntraining:\n  epochs: 2\ndrift:\n- start: 1\n- start: 2\n  classes: [1]\n", "s.yaml", {"latency=3"}};
    const auto line = [&](const char* path) { return document.problem_at(path, "w", "e", "h").line; };
    EXPECT_EQ(line("name"), 1);
    EXPECT_EQ(line("training.epochs"), 4);
    EXPECT_EQ(line("training.learning_rate"), 3);
    EXPECT_EQ(line("drift.1.classes"), 8);
    EXPECT_EQ(line("drift.1.kind"), 7);
    EXPECT_EQ(line("drift.5.kind"), 5);
    EXPECT_EQ(line("nothing.here"), 1);
    EXPECT_EQ(line(""), 1);
    EXPECT_EQ(document.problem_at("latency", "w", "e", "h").message(), "--set latency=3: w (expected e). Hint: h");
}

/// A tree of several sources: each value is named by its own.
TEST(OptionsDocument, MayBePutTogether) {
    OptionsNode tree = OptionsDocument{"training:\n  epochs: 3\n", "base.yaml"}.tree();
    put_value(tree, "training.epochs", {.kind = OptionsNode::Kind::scalar, .place = {1, 7}, .text = "0"}, "study.yaml");
    put_value(tree, "drift.0.start", {.kind = OptionsNode::Kind::scalar, .place = {1, 9}, .text = "x"}, "study.yaml");
    const OptionsDocument document{tree, {"base.yaml", "study.yaml"}};
    EXPECT_FALSE(document.text_is_empty());
    SampleOptions options;
    try {
        document.read(declaring(options));
        ADD_FAILURE() << "mistakes were accepted";
    } catch (const InputError& error) {
        ASSERT_EQ(error.problems().size(), 2U) << error.what();
        EXPECT_EQ(error.problems()[0].file, "study.yaml");
        EXPECT_EQ(error.problems()[0].line, 7);
        EXPECT_EQ(error.problems()[1].line, 9);
    }
    try {
        put_value(tree, "training.epochs.x", {.place = {1, 4}}, "study.yaml");
        ADD_FAILURE() << "a value inside a value was accepted";
    } catch (const InputError& error) {
        EXPECT_EQ(
            std::string{error.what()},
            "study.yaml:4: training.epochs is the value 0 (expected a section or a list). Hint: \"x\" can't be set "
            "inside a plain value");
    }
}

}  // namespace
}  // namespace mlaasim::sim
