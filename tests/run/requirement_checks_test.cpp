// Requirements that can't be met are named before the run.
#include "run/requirement_checks.hpp"

#include <gtest/gtest.h>

#include <string>

#include "run/scenario_warnings.hpp"

namespace mlaasim::run {
namespace {

/// Without chance: gateways at 1 credit behind a link of 8 ms, edge servers at 5 credits behind the same.
const std::string market =
    "data: {source: synthetic_digits, synthetic_train: 800, synthetic_test: 200}\n"
    "services: {count: 8}\n"
    "composition: {members: 3}\n"
    "qos:\n"
    "  jitter: 0\n"
    "  devices: [{name: gateway, gflops: 2, price: 1}]\n"
    "  networks: [{name: wifi, round_trip_ms: 8, down_mbit_s: 80}]\n"
    "availability: {lowest: 0.9, highest: 0.9}\n";

std::vector<sim::Problem> mistakes(const std::string& text) {
    try {
        static_cast<void>(read_scenario({text, "wrong.yaml"}));
    } catch (const sim::InputError& error) {
        return error.problems();
    }
    return {};
}

void expect_words(const std::string& message, std::initializer_list<const char*> words) {
    for (const char* word : words) {
        EXPECT_NE(message.find(word), std::string::npos) << word << " is not in: " << message;
    }
}

TEST(RequirementChecks, WhatNoServiceMeetsIsNamed) {
    const auto found = mistakes(
        market +
        "clients:\n  requirements:\n    accuracy: 1\n    latency_ms: 5\n    cost: 0.5\n    availability: 0.95\n");
    ASSERT_EQ(found.size(), 3U);
    EXPECT_EQ(found[0].line, 12);
    expect_words(found[0].message(),
                 {"clients.requirements.latency_ms: clients require latency of at most 5 ms, but the fastest of 8 "
                  "services answers in 8.1",
                  "at least 8.1", "faster class"});
    EXPECT_EQ(found[1].line, 13);
    expect_words(found[1].message(), {"cost of at most 0.5 credits, but the cheapest of 8 services costs 1 credits"});
    EXPECT_EQ(found[2].line, 14);
    expect_words(found[2].message(), {"availability of at least 0.95, but the most available of 8 services has 0.9",
                                      "availability.highest"});
}

TEST(RequirementChecks, GroupsAreCheckedToo) {
    const auto found =
        mistakes(market +
                 "clients:\n  count: 2\n  requirements:\n    groups:\n      - {ids: [1], latency_ms: 20}\n"
                 "      - ids: [0, 2]\n        latency_ms: 1\n");
    ASSERT_EQ(found.size(), 2U);
    expect_words(found[0].message(), {"groups.1: ids names 2, of 2 clients"});
    EXPECT_EQ(found[0].line, 14);
    expect_words(found[1].message(), {"clients.requirements.groups.1.latency_ms", "at most 1 ms"});
    EXPECT_EQ(found[1].line, 15);
}

TEST(RequirementChecks, WhatASingleServiceMeetsIsNoMistake) {
    EXPECT_TRUE(
        mistakes(market + "clients:\n  requirements: {accuracy: 1, latency_ms: 9, cost: 1, availability: 0.9}\n")
            .empty());
}

TEST(RequirementChecks, WhatTheMembersAtTheStartDoNotMeetIsAWarning) {
    const sim::OptionsDocument document{
        market + "clients:\n  requirements: {latency_ms: 9, cost: 2, availability: 0.8}\n", "strict.yaml"};
    const auto warnings = scenario_warnings(read_scenario(document), document);
    ASSERT_EQ(warnings.size(), 2U);
    expect_words(warnings[0].message(),
                 {"cost of at most 2 credits, but the 3 members at the start together cost 3 credits"});
    EXPECT_EQ(warnings[0].line, 10);
    expect_words(warnings[1].message(), {"availability of at least 0.8", "together have 0.729"});
    const sim::OptionsDocument met{market + "clients: {requirements: {latency_ms: 9, cost: 3, availability: 0.7}}\n",
                                   "met.yaml"};
    EXPECT_TRUE(scenario_warnings(read_scenario(met), met).empty());
}

TEST(RequirementChecks, WhatNoTwoServicesMeetTogetherIsNamed) {
    const sim::OptionsDocument document{
        market + "clients:\n  requirements: {latency_ms: 9, cost: 1.5, availability: 0.85}\n", "strict.yaml"};
    const auto warnings = scenario_warnings(read_scenario(document), document);
    ASSERT_EQ(warnings.size(), 2U) << "each is named once";
    expect_words(warnings[0].message(), {"cost of at most 1.5 credits, but the two cheapest of 8 services together "
                                         "cost 2 credits, so no two services together meet it",
                                         "at least 2 credits", "lower a price"});
    EXPECT_EQ(warnings[0].line, 10);
    expect_words(warnings[1].message(),
                 {"availability of at least 0.85, but the two most available of 8 services together have 0.81"});
}

TEST(RequirementChecks, WhatAGroupRequiresLaterIsNamedToo) {
    const sim::OptionsDocument document{
        market + "clients:\n  requirements:\n    groups:\n      - {start: 5, cost: 1.5}\n", "later.yaml"};
    const auto warnings = scenario_warnings(read_scenario(document), document);
    ASSERT_EQ(warnings.size(), 1U);
    expect_words(warnings[0].message(),
                 {"cost of at most 1.5 credits, but the two cheapest of 8 services together cost"});
    EXPECT_EQ(warnings[0].line, 12);
}

TEST(RequirementChecks, ADetectorNeedsLabels) {
    for (const char* kind : {"adwin", "page_hinkley"}) {
        const auto found = mistakes("adaptation:\n  trigger: {kind: " + std::string{kind} +
                                    "}\n  evidence: {labels: 0}\nassessment: {qos: {effectiveness: members}}\n");
        ASSERT_EQ(found.size(), 1U);
        EXPECT_EQ(found[0].line, 2);
        expect_words(found[0].message(),
                     {"needs labelled samples that are never scored", "adaptation.trigger.kind: always or requirements",
                      "adaptation.evidence.labels: 400"});
    }
}

}  // namespace
}  // namespace mlaasim::run
