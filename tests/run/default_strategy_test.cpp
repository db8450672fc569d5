// What a scenario gets that says nothing of its adaptation, or little.
#include "run/scenario.hpp"

#include <gtest/gtest.h>

#include "sim/core/error.hpp"
#include "support/simulation.hpp"
#include "support/traces.hpp"

namespace mlaasim::run {
namespace {

struct Kinds {
    std::string strategy;
    std::string assessment;
    std::string serving;

    bool operator==(const Kinds&) const = default;
};

void PrintTo(const Kinds& kinds, std::ostream* stream) {
    *stream << kinds.strategy << ", " << kinds.assessment << ", " << kinds.serving;
}

Kinds kinds_of(const std::string& text, const std::vector<std::string>& overrides = {}) {
    const Scenario scenario = read_scenario({text, "given.yaml", overrides});
    return {std::string{scenario.adaptation.strategy.word()}, std::string{scenario.assessment.word()},
            std::string{scenario.adaptation.serving.word()}};
}

TEST(DefaultStrategy, WhatNothingIsSaidOfWorksTogether) {
    EXPECT_EQ(kinds_of("rounds: 3\n"), (Kinds{"heal", "harm", "route"}));
}

TEST(DefaultStrategy, AnotherStrategyBringsItsOwn) {
    for (const char* strategy : {"substitute", "tta_then_substitute", "none", "recompose", "oracle_members"}) {
        EXPECT_EQ(kinds_of("model: {kind: cnn}\n", {"adaptation.strategy.kind=" + std::string{strategy}}),
                  (Kinds{strategy, "contribution", "plain"}));
    }
}

TEST(DefaultStrategy, ServingThatIsGivenStays) {
    const std::string plain = "adaptation: {serving: {kind: plain}}\n";
    EXPECT_EQ(kinds_of(plain).serving, "plain");
    EXPECT_EQ(kinds_of(plain, {"adaptation.strategy.kind=heal"}).serving, "plain");
    EXPECT_EQ(kinds_of(plain, {"adaptation.strategy.kind=none", "adaptation.serving.kind=route"}).serving, "route");
    EXPECT_EQ(kinds_of("adaptation: {serving: {}}\n", {"adaptation.strategy.kind=none"}).serving, "plain");
}

TEST(DefaultStrategy, ClientsAreServedPlainlyWhereNothingMayAdapt) {
    EXPECT_EQ(kinds_of("adaptation: {every: 0}\n").serving, "plain");
    EXPECT_EQ(kinds_of("adaptation: {evidence: {unlabelled: false}}\n").serving, "plain");
    EXPECT_EQ(kinds_of("adaptation: {evidence: {labels: 0}}\n"), (Kinds{"heal", "contribution", "plain"}));
}

TEST(DefaultStrategy, ServingByTheStreamNeedsTheStream) {
    try {
        static_cast<void>(kinds_of("adaptation:\n  evidence: {unlabelled: false}\n  serving:\n    kind: route\n"));
        FAIL() << "samples that are not granted were to be used";
    } catch (const sim::InputError& error) {
        ASSERT_EQ(error.problems().size(), 1U);
        EXPECT_EQ(error.problems().front().line, 4);
        EXPECT_NE(error.problems().front().message().find("adaptation.evidence.unlabelled is false"),
                  std::string::npos);
    }
}

TEST(DefaultStrategy, WithoutLabelsNobodyAdvertisesAndNobodyIsAssessed) {
    const Scenario scenario =
        read_scenario({"composition: {members: 5}\nadaptation: {evidence: {labels: 0}}\n", "given.yaml"});
    EXPECT_FALSE(scenario.responds());
    EXPECT_FALSE(scenario.assesses());
    EXPECT_FALSE(scenario.advertises());
    EXPECT_EQ(scenario.most_members(), 5U);
}

TEST(DefaultStrategy, WhatIsWrittenOutSaysTheSame) {
    for (const char* text : {"rounds: 3\n", "adaptation: {strategy: {kind: none}}\n", "adaptation: {every: 0}\n"}) {
        const std::string yaml = to_yaml(read_scenario({text, "given.yaml"}));
        EXPECT_EQ(to_yaml(read_scenario({yaml, "again.yaml"})), yaml);
    }
}

}  // namespace
}  // namespace mlaasim::run

namespace mlaasim::testing {
namespace {

/// Whatever is chosen beside it, the default strategy runs to the end.
class DefaultRun : public ::testing::Test {
protected:
    Outcome played(const Arguments& options) {
        Arguments further;
        for (const std::string& option : options) {
            further = further + Arguments{"--set", option};
        }
        write_text(folder_ / "scenario.yaml", R"(name: default
rounds: 3
data: {source: synthetic_digits, synthetic_train: 1200, synthetic_test: 400}
model: {hidden: [16]}
services: {count: 8, partition: {samples: 100}}
clients: {count: 2, stream: 60}
composition: {members: 5}
)");
        const Outcome outcome = run(simulate(folder_ / "scenario.yaml", folder_.path(), Ranks::alone, further));
        EXPECT_EQ(outcome.exit_code, 0) << outcome;
        EXPECT_EQ(count("rounds", {}), 3) << outcome;
        return outcome;
    }
    [[nodiscard]] int count(const std::string& table, std::initializer_list<std::string> words) const {
        return words.size() == 0 ? static_cast<int>(table_of(folder_.path(), table).size())
                                 : count_rows(folder_.path(), table, words);
    }

    static int count_of(const std::string& text, const std::string& words) {
        int found = 0;
        for (auto at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) {
            ++found;
        }
        return found;
    }

private:
    TemporaryFolder folder_;
};

TEST_F(DefaultRun, EveryKindOfModelAndOfSamples) {
    for (const char* option : {"model.kind=logistic", "model.kind=cnn", "model={kind: cnn, channels: []}",
                               "data.source=synthetic_sensors", "model={kind: mlp, hidden: []}"}) {
        EXPECT_EQ(played({option}).errors, "") << option;
        EXPECT_EQ(count("serving", {}), 6) << option;
        EXPECT_GT(count("monitoring", {"page_hinkley"}), 0) << option;
        EXPECT_EQ(played({option, "adaptation.trigger.kind=always"}).errors, "") << option;
        EXPECT_GT(count("actions", {}), 0) << option;
        EXPECT_EQ(count("monitoring", {}), 0) << option;
    }
}

TEST_F(DefaultRun, Votes) {
    EXPECT_EQ(played({"composition.aggregation=soft_vote"}).errors, "");
    EXPECT_EQ(count("serving", {",adapted,"}), 0);
    EXPECT_EQ(count("serving", {}), 6);
}

TEST_F(DefaultRun, WithoutLabelsNothingRespondsAndItIsSaidOnce) {
    const Outcome outcome = played({"adaptation.evidence.labels=0"});
    EXPECT_EQ(count_of(outcome.errors, "mlaasim: warning: "), 1) << outcome;
    EXPECT_EQ(count_of(outcome.errors, "none are granted"), 1) << outcome;
    EXPECT_EQ(count("actions", {}), 0);
    EXPECT_EQ(count("events", {}), 0);
    EXPECT_EQ(count("evidence", {}), 0);
    EXPECT_EQ(count("serving", {}), 0);
}

TEST_F(DefaultRun, WithoutTrialsNobodyComesInAndItIsSaidOnce) {
    const Outcome outcome = played({"adaptation.evidence.trials=0"});
    EXPECT_EQ(count_of(outcome.errors, "members that harm can only leave"), 1) << outcome;
    EXPECT_EQ(count("evidence", {"trials"}), 0);
    EXPECT_EQ(count("events", {"substitution"}) + count("events", {"integration"}), 0);
}

TEST_F(DefaultRun, WithoutCandidates) {
    const Outcome outcome = played({"composition.members=0"});
    EXPECT_EQ(count_of(outcome.errors, "every service is a member"), 1) << outcome;
    EXPECT_EQ(count("events", {"substitution"}) + count("events", {"integration"}), 0);
}

TEST_F(DefaultRun, AMemberAlone) {
    EXPECT_EQ(played({"composition.members=1"}).errors, "");
    EXPECT_EQ(count("actions", {}), 0);
}

TEST_F(DefaultRun, WithoutUnlabelledSamples) {
    EXPECT_EQ(played({"adaptation.evidence.unlabelled=false"}).errors, "");
    EXPECT_EQ(count("serving", {}), 0);
    EXPECT_EQ(count("evidence", {"unlabelled"}), 0);
}

}  // namespace
}  // namespace mlaasim::testing
