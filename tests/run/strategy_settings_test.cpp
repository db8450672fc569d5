// Options that a strategy sets.
#include "run/strategy_settings.hpp"

#include <gtest/gtest.h>

#include "run/scenario.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::run {
namespace {

const std::string paper = "adaptation:\n  strategy:\n    kind: paper\n";

Scenario read(const std::string& text, const std::vector<std::string>& overrides = {}) {
    return read_scenario({text, "given.yaml", overrides});
}

std::vector<sim::Problem> problems(const std::string& text, const std::vector<std::string>& overrides = {}) {
    try {
        static_cast<void>(read(text, overrides));
    } catch (const sim::InputError& error) {
        return error.problems();
    }
    return {};
}

std::size_t count_of(const std::string& text, const std::string& part) {
    std::size_t count = 0;
    for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

TEST(StrategySettings, ThePaperIsLiteralThroughout) {
    const std::string yaml = to_yaml(read(paper));
    EXPECT_EQ(count_of(yaml, ": literal"), 8U) << yaml;
    for (const char* line : {"threshold: literal", "mum_direction: at_least", "hqu_similarity: cosine",
                             "form: weighted", "policy: disjoint_linucb", "draw: subsets", "forgetting: 1"}) {
        EXPECT_NE(yaml.find(line), std::string::npos) << line << "\n" << yaml;
    }
    EXPECT_EQ(to_yaml(read(yaml)), yaml) << "what is written out says the same";
}

TEST(StrategySettings, NoOtherStrategySetsAny) {
    const std::string text = "assessment: {relative_threshold: 0.5}\n";
    EXPECT_EQ(to_yaml(read(text + "adaptation: {strategy: {kind: rules}}\n")).find("literal"), std::string::npos);
    EXPECT_EQ(to_yaml(read(text)).find("literal"), std::string::npos);
}

TEST(StrategySettings, ContradictionsAreLocated) {
    const auto found = problems(paper + "  substitution: {selection: until_replaced}\nassessment:\n  kind: harm\n");
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(
        found[0].message(),
        "given.yaml:6: assessment.kind is harm, but adaptation.strategy.kind paper sets it to contribution (expected "
        "contribution). Hint: remove it, or choose another strategy");
    EXPECT_EQ(found[1].line, 4);
    const auto later = problems(paper, {"adaptation.substitution.bandit.policy=linucb"});
    ASSERT_EQ(later.size(), 1U);
    EXPECT_EQ(later[0].file, "--set adaptation.substitution.bandit.policy=linucb");
}

TEST(StrategySettings, OptionsOfAFormThatIsNotPrintedAreMistakes) {
    const auto found = problems(paper + "assessment:\n  qos:\n    noise_floor: 0\n");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].line, 6);
    EXPECT_NE(found[0].what.find("belongs to form: composition"), std::string::npos) << found[0].message();
}

TEST(StrategySettings, WhatThePaperLeavesOpenIsFree) {
    EXPECT_TRUE(problems(paper +
                         "  substitution: {rules: {dum_threshold: 90, mum_form: literal}, bandit: {forgetting: 1.0}}\n"
                         "assessment: {literal_threshold: 8, max_flagged: 2}\n")
                    .empty());
}

/// So one study can play the same scenario with the paper and with others.
TEST(StrategySettings, AStrategyChosenLaterOverridesWhatIsThere) {
    const std::string text =
        "assessment: {kind: leave_one_out, margin: 0.01}\nadaptation: {substitution: {filter: {better_in: 1}}}\n";
    const std::string yaml = to_yaml(read(text, {"adaptation.strategy.kind=paper"}));
    EXPECT_NE(yaml.find("kind: contribution"), std::string::npos) << yaml;
    EXPECT_EQ(yaml.find("better_in"), std::string::npos) << yaml;
    EXPECT_NE(to_yaml(read(text)).find("better_in: 1"), std::string::npos);
}

}  // namespace
}  // namespace mlaasim::run
