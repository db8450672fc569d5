// Rounds that adapt, end to end: what is found to be bad is replaced, and no scenario that is accepted ends in a bug.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "support/simulation.hpp"
#include "support/traces.hpp"

namespace mlaasim::testing {
namespace {

class Adaptation : public ::testing::Test {
protected:
    Outcome simulated(const std::string& scenario, const Arguments& further = {}) {
        write_text(folder_ / "scenario.yaml", scenario);
        return run(simulate(folder_ / "scenario.yaml", folder_.path(), Ranks::alone, further));
    }
    [[nodiscard]] int count(const std::string& table, std::initializer_list<std::string> words) const {
        return count_rows(folder_.path(), table, words);
    }
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

private:
    TemporaryFolder folder_;
};

constexpr const char* alike = R"(name: alike
rounds: 10
data: {source: synthetic_digits, synthetic_train: 3000, synthetic_test: 600}
model: {kind: mlp, hidden: [32]}
services: {count: 12, partition: {samples: 200}}
clients: {count: 4, stream: 100}
composition: {members: 6}
training: {epochs: 3, momentum: 0.9}
drift:
  - {kind: label_swap, target: services, start: 8, magnitude: 0.5, ids: [1]}
assessment: {max_flagged: 1}
adaptation: {start: 8, strategy: {kind: substitute}}
)";

/// Services that differ in their labels alone: the candidates' volume is never above the members', so that one passes
/// the filter by its effectiveness and quality or not at all.
TEST_F(Adaptation, MemberThatMislabelsIsReplacedByACandidateOfTheSameSize) {
    for (const char* seed : {"1", "2", "3"}) {
        const Outcome outcome = simulated(alike, {"--set", std::string{"seed="} + seed});
        ASSERT_EQ(outcome.exit_code, 0) << outcome;
        EXPECT_EQ(count("events", {"substitution,service,1,"}), 1) << outcome;
    }
}

/// A round whose labelled samples have one class judges nobody, and says so.
TEST_F(Adaptation, LabelsOfOneClassJudgeNobody) {
    const Outcome outcome = simulated(
        alike, {"--set", "adaptation.strategy.kind=heal", "--set", "assessment={kind: harm}", "--set",
                "adaptation={start: 2, evidence: {labels: 20}, strategy: {kind: heal}, trigger: {kind: always}}",
                "--set", "clients.order={kind: class_runs, alpha: 1e-9}", "--set", "data.synthetic_test=4000"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome;
    EXPECT_EQ(count("events", {"one_class,class,"}), 9) << "rounds 2 to 10";
    EXPECT_EQ(count("assessment", {","}), 1) << "the head of the table alone";
    EXPECT_EQ(count("actions", {","}), 1);
    EXPECT_EQ(count("evidence", {"labels,20"}), 9) << "they were looked at";
    EXPECT_NE(outcome.output.find("In 9 rounds all labelled samples were of one class"), std::string::npos) << outcome;
}

/// Nothing that a round does goes without a name in its timing.
TEST_F(Adaptation, TimingNamesThePhasesOfARoundThatReplaces) {
    const Outcome outcome = simulated(alike, {"--set", "rounds=8"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome;
    for (const char* phase : {"train", "collect", "aggregate", "evaluate", "assess", "compose", "trial", "fetch",
                              "decide", "record", "round"}) {
        EXPECT_GE(count("timing", {"8,0,", phase}), 1) << phase;
    }
}

/// The trace holds the reward that the policy learnt from: 1/2 + dA / (2 full_scale) of arms that joined.
TEST_F(Adaptation, RealisedRewardIsRecorded) {
    const Outcome outcome = simulated(
        alike, {"--set", "rounds=8", "--set", "adaptation.substitution.reward.kind=realised", "--set",
                "adaptation.substitution.reward.full_scale=1", "--set", "adaptation.substitution.confidence.cut=0"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome;
    // Measured on so many labelled samples that are never scored.
    const auto evidence = table_of(folder(), "evidence");
    const auto labels = std::ranges::find_if(evidence, [](const auto& row) { return row.at("tier") == "labels"; });
    ASSERT_NE(labels, evidence.end());
    const double samples = std::stod(labels->at("spent"));
    int joined = 0;
    for (const auto& arm : table_of(folder(), "bandit")) {
        if (arm.at("chosen") == "1") {
            const double changed = samples * 2.0 * (std::stod(arm.at("reward")) - 0.5);
            EXPECT_NEAR(changed, std::round(changed), 1e-9) << "samples that are right now";
            EXPECT_NE(std::round(changed), 0.0);
            ++joined;
        }
    }
    EXPECT_EQ(joined, 1);
}

TEST_F(Adaptation, RoundInWhichEveryMemberUnderperformsSaysSo) {
    const Outcome outcome = simulated(alike, {"--set", "rounds=8", "--set", "assessment.relative_threshold=100",
                                              "--set", "assessment.max_flagged=0"});
    ASSERT_EQ(outcome.exit_code, 0) << outcome;
    EXPECT_EQ(count("events", {"8,all_underperform,composition,-1,-1,6"}), 1) << outcome;
    EXPECT_EQ(count("candidates", {"8,"}), 0);
}

/// Learning rates at which models grow more than a hundredfold in a round, and candidates more than members.
TEST_F(Adaptation, TrialThatGrowsBeyondTheRoundsBoundIsADivergence) {
    constexpr const char* steep = R"(name: steep
rounds: 2
data: {source: synthetic_digits, synthetic_train: 600, synthetic_test: 120}
model: {hidden: []}
services: {count: 6, partition: {samples: 60}}
clients: {count: 2, stream: 30}
composition: {members: 4}
training: {learning_rate: 175, epochs: 2}
assessment: {relative_threshold: 0.9}
adaptation:
  start: 1
  strategy: {kind: substitute}
  substitution: {filter: {better_in: 0}, confidence: {cut: 0}}
)";
    int diverged = 0;
    for (const char* seed : {"1", "2"}) {
        const Outcome outcome = simulated(steep, {"--set", std::string{"seed="} + seed});
        EXPECT_EQ(outcome.exit_code, 0) << outcome;
        diverged += count("services", {"1,", ",candidate,diverged,"});
    }
    EXPECT_GE(diverged, 1);
}

constexpr const char* worn_askew = R"(name: worn askew
rounds: 6
data: {source: synthetic_sensors, synthetic_train: 2400, synthetic_test: 1600}
model: {kind: cnn1d, channels: [8, 16], hidden: [16]}
services: {count: 6, partition: {samples: 300}}
clients: {count: 2, stream: 200}
training: {epochs: 2, learning_rate: 0.02, momentum: 0.9}
drift: [{kind: axis_rotation, target: clients, start: 3, magnitude: 40}]
adaptation: {start: 1, strategy: {kind: none}, serving: {kind: route}}
)";

/// A model may be surest of sensors that are turned the wrong way. So without labels the angle is not even looked for.
TEST_F(Adaptation, SensorsAreTurnedBackOnLabelsAlone) {
    for (const char* labels : {"0", "9", "200"}) {
        const Outcome outcome = simulated(worn_askew, {"--set", std::string{"adaptation.evidence.labels="} + labels});
        ASSERT_EQ(outcome.exit_code, 0) << outcome;
        const bool enough = std::string{labels} == "200";  // 9: no client has ten of its own
        for (const auto& row : table_of(folder(), "serving")) {
            EXPECT_EQ(row.at("angle") != "nan", enough) << labels << " labels, round " << row.at("round");
            EXPECT_TRUE(enough || row.at("branch") != "aligned") << labels << " labels, round " << row.at("round");
        }
    }
}

/// Three of eight members mislabel alike. Random halves prove it, and heal lets them go.
TEST_F(Adaptation, HarmIsProvenOnRandomHalves) {
    constexpr const char* swapping = R"(name: swapping
rounds: 9
data: {source: synthetic_digits, synthetic_train: 3000, synthetic_test: 1600}
model: {kind: mlp, hidden: [32]}
services: {count: 8, partition: {samples: 200}}
clients: {count: 4, stream: 100}
training: {epochs: 3, momentum: 0.9}
drift:
  - {kind: label_swap, target: services, start: 3, magnitude: 0.9, ids: [1, 4, 6]}
assessment: {kind: random_halves}
adaptation: {start: 1, strategy: {kind: heal}, serving: {kind: plain}}
)";
    const Outcome outcome = simulated(swapping);
    ASSERT_EQ(outcome.exit_code, 0) << outcome;
    for (const auto& row : table_of(folder(), "assessment")) {
        const std::string& service = row.at("service");
        const bool swaps = service == "1" || service == "4" || service == "6";
        EXPECT_TRUE(row.at("underperforming") == "0" || swaps) << "member " << service << ", round " << row.at("round");
    }
    for (const char* member : {"1", "4", "6"}) {
        EXPECT_EQ(count("events", {std::string{"removal,service,"} + member + ","}), 1) << member;
    }
}

}  // namespace
}  // namespace mlaasim::testing
