// One scenario, one answer: the trace is bit-identical on any number of ranks, with and without mpirun.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <initializer_list>

#include "distributed/technique_runs.hpp"
#include "support/simulation.hpp"
#include "support/traces.hpp"

namespace mlaasim::testing {
namespace {

class SameBits : public ::testing::Test {
protected:
    /// Runs a scenario of this folder without mpirun and on these numbers of ranks; what has to be equal is compared.
    void expect_same_bits(std::initializer_list<int> rank_counts, const std::string& scenario,
                          const Arguments& further = {}) {
        simulate_into(alone(), scenario, Ranks::alone, further);
        const auto expected = digests(alone());
        ASSERT_FALSE(expected.empty());
        for (const int ranks : rank_counts) {
            const auto folder = folder_ / ("ranks" + std::to_string(ranks));
            simulate_into(folder, scenario, Ranks{ranks}, further);
            EXPECT_EQ(digests(folder), expected) << "on " << ranks << " ranks";
        }
    }

    /// The output of the run without mpirun.
    [[nodiscard]] std::filesystem::path alone() const { return folder_ / "alone"; }

    TemporaryFolder folder_;

private:
    static void simulate_into(const std::filesystem::path& folder, const std::string& scenario, Ranks ranks,
                              const Arguments& further) {
        const Outcome outcome = run(simulate(test_scenario("distributed/" + scenario), folder, ranks, further));
        ASSERT_EQ(outcome.exit_code, 0) << outcome;
        const int expected = std::max(1, static_cast<int>(ranks));
        ASSERT_NE(outcome.output.find(std::to_string(expected) + (expected == 1 ? " rank\n" : " ranks\n")),
                  std::string::npos)
            << outcome;
    }
};

TEST_F(SameBits, ParametricCompositionThatAdaptsAndSubstitutes) {
    expect_same_bits({1, 2, 3, 4}, "same_bits.yaml");
    EXPECT_GE(count_rows(alone(), "events", {"substitution"}), 1);
    EXPECT_GE(count_rows(alone(), "events", {"outage"}), 1);
    EXPECT_EQ(count_rows(alone(), "events", {"drift_start"}), 3);
    EXPECT_GE(count_rows(alone(), "tta", {"batch_norm", "integrated"}), 1);
    EXPECT_GE(count_rows(alone(), "services", {"candidate", "trained"}), 1);
}

TEST_F(SameBits, EnsembleThatSubstitutes) {
    expect_same_bits({1, 2, 3, 4}, "soft_vote.yaml");
    EXPECT_GE(count_rows(alone(), "events", {"substitution"}), 1);
    EXPECT_GE(count_rows(alone(), "events", {"outage"}), 1);
}

TEST_F(SameBits, CandidatesThatAdvertiseWhatOthersAchieved) {
    expect_same_bits({2, 3}, "soft_vote.yaml",
                     {"--set", "services.advertise=sample", "--set", "services.advertise_sample=4", "--set",
                      "trace={service_rows: sample, sample: 3}"});
    EXPECT_GE(count_rows(alone(), "omitted", {"candidate"}), 1);
    EXPECT_GE(count_rows(alone(), "events", {"substitution"}), 1);
}

TEST_F(SameBits, CompositionThatRespondsToAlarmsAndUnmetRequirements) {
    expect_same_bits({2, 3}, "watched.yaml");
    EXPECT_GE(count_rows(alone(), "events", {"alarm"}), 1);
    EXPECT_GE(count_rows(alone(), "monitoring", {"adwin", "rose"}), 1);
    EXPECT_GE(count_rows(alone(), "satisfaction", {"accuracy"}), 1);
    expect_same_bits({3}, "watched.yaml",
                     {"--set", "composition.aggregation=soft_vote", "--set", "adaptation.trigger.value=loss"});
}

TEST_F(SameBits, EnsembleThatAdaptsAtTestTime) {
    expect_same_bits({3}, "same_bits.yaml",
                     {"--set", "composition.aggregation=soft_vote", "--set", "test_time.composability.threshold=0.6",
                      "--set", "rounds=4"});
    EXPECT_GE(count_rows(alone(), "tta", {"batch_norm", "integrated"}), 1);
}

TEST_F(SameBits, EveryTechniqueOfAdaptation) {
    for (const TechniqueRun& technique : technique_runs()) {
        SCOPED_TRACE(technique.name);
        expect_same_bits({2, 3, 4}, "same_bits.yaml", technique.arguments());
        EXPECT_GE(count_rows(alone(), "tta", {technique.integrated, "integrated"}), 1);
    }
}

TEST_F(SameBits, HealingThatIntegratesReplacesAndRemoves) {
    expect_same_bits({1, 2, 3, 4}, "heal.yaml");
    for (const char* kind : {"integration", "substitution", "removal"}) {
        EXPECT_GE(count_rows(alone(), "events", {kind}), 1) << kind;
    }
    EXPECT_GE(count_rows(alone(), "actions", {}), 20);
}

TEST_F(SameBits, HealingOfAnEnsemble) {
    expect_same_bits({2, 3}, "heal.yaml", {"--set", "composition.aggregation=soft_vote", "--set", "seed=3"});
    EXPECT_GE(count_rows(alone(), "events", {"integration"}), 1);
    EXPECT_GE(count_rows(alone(), "events", {"removal"}), 1);
}

TEST_F(SameBits, HealingByRandomHalvesAndABanditThatLearnsNearness) {
    const Arguments by_halves{"--set", "assessment={kind: random_halves, pairs: 8, false_alarm_rounds: 1}", "--set",
                              "adaptation.strategy.nearness=feature"};
    for (const char* aggregation : {"fedavg", "soft_vote"}) {
        expect_same_bits({2, 3, 4}, "heal.yaml",
                         by_halves + Arguments{"--set", std::string{"composition.aggregation="} + aggregation});
        EXPECT_GE(count_rows(alone(), "events", {"integration"}), 1) << aggregation;
        EXPECT_GE(count_rows(alone(), "events", {"removal"}), 1) << aggregation;
        EXPECT_GE(count_rows(alone(), "bandit", {}), 2) << aggregation;
    }
}

TEST_F(SameBits, OraclesThatKnowTheTruth) {
    expect_same_bits({2}, "heal.yaml", {"--set", "adaptation.strategy={kind: oracle_members}"});
    EXPECT_GE(count_rows(alone(), "events", {"truth"}), 1);
    EXPECT_GE(count_rows(alone(), "events", {"integration"}), 2);
}

TEST_F(SameBits, RecompositionFromScratch) {
    expect_same_bits({2, 3}, "heal.yaml",
                     {"--set", "adaptation.strategy={kind: recompose, start: scratch, most_rounds: 4}", "--set",
                      "adaptation.every=2", "--set", "training.epochs=4"});
    EXPECT_GE(count_rows(alone(), "events", {"substitution"}), 1);
    EXPECT_GE(count_rows(alone(), "actions", {"done"}), 1);
}

TEST_F(SameBits, ClientsThatAreServedByTheRoute) {
    expect_same_bits({1, 2, 3, 4}, "route.yaml");
    EXPECT_GE(count_rows(alone(), "serving", {"aligned", "turned"}), 1);
    EXPECT_GE(count_rows(alone(), "serving", {"adapted", "gate open"}), 1);
    EXPECT_GE(count_rows(alone(), "serving", {"plain", "gate closed"}), 1);
    EXPECT_GE(count_rows(alone(), "evidence", {"unlabelled"}), 1);
}

TEST_F(SameBits, ClientsWhoseClassesTheRouteKeeps) {
    expect_same_bits({2, 3, 4}, "route.yaml",
                     {"--set", "adaptation.serving={kind: route, keep_classes: true, restore: true}", "--set",
                      "clients.stream=140", "--set", "drift.1.sample_share=0.4"});
    EXPECT_GE(count_rows(alone(), "serving", {"adapted", "gate open"}), 1);
}

TEST_F(SameBits, ClientsWhoseSamplesTheRouteRestores) {
    expect_same_bits({2, 3}, "route.yaml",
                     {"--set", "adaptation.serving={kind: route, restore: true}", "--set", "clients.stream=140",
                      "--set", "drift.1={kind: impulse_noise, start: 3, ids: [1], sample_share: 0.5}"});
    EXPECT_GE(count_rows(alone(), "serving", {"restored", "cluttered"}), 1);
}

/// Labels refute some: the model of a group stays that of all its windows.
TEST_F(SameBits, ClientsThatShareStatisticsWhereLabelsProveIt) {
    expect_same_bits({2, 3}, "shared.yaml",
                     {"--set", "adaptation.evidence.labels=72", "--set", "drift.0.start=1", "--set",
                      "drift.1={kind: gain, start: 1, ids: [2, 5]}"});
    EXPECT_GE(count_rows(alone(), "serving", {"shared", "drifted alike"}), 2);
}

TEST_F(SameBits, ClientsThatShareStatistics) {
    expect_same_bits({2, 3, 4}, "shared.yaml");
    EXPECT_GE(count_rows(alone(), "serving", {"shared", "drifted alike"}), 8);
    EXPECT_GE(count_rows(alone(), "serving", {"shared", "known"}), 4) << "the second pair";
    EXPECT_GE(count_rows(alone(), "serving", {"shared", "estimated"}), 2) << "the first pair";
    EXPECT_GE(count_rows(alone(), "serving", {"shared", ",none,"}), 2) << "the first pair in other rounds";
    EXPECT_GE(count_rows(alone(), "serving", {"plain", "gate closed"}), 1);
}

TEST_F(SameBits, ClientsWhoseWindowsAreLookedAtFirst) {
    expect_same_bits({2, 3, 4}, "shared.yaml",
                     {"--set", "adaptation.serving={kind: route, share_statistics: true, look_first: true}"});
    EXPECT_GE(count_rows(alone(), "serving", {"shared", "drifted alike"}), 8);
    expect_same_bits({2}, "heal.yaml", {"--set", "adaptation.serving={kind: route, look_first: true}"});
}

/// Bits are fixed on each instruction set of the fused kernels; the trace names which it was.
TEST_F(SameBits, OnALesserInstructionSet) {
    for (const char* set : {"AVX2", "SSE4"}) {
        ::setenv("MLAASIM_INSTRUCTION_SET", set, 1);
        const Outcome outcome = run(simulate(test_scenario("distributed/same_bits.yaml"), folder_ / "probe",
                                             Ranks::alone, {"--set", "rounds=1"}));
        if (outcome.errors.find("instruction set") != std::string::npos) {
            continue;  // another architecture
        }
        expect_same_bits({2}, "same_bits.yaml", {"--set", "rounds=4"});
        const std::string used = header_of(alone()).instruction_set;
        EXPECT_NE(used.find(std::string{"fused kernels "} + set), std::string::npos) << used;
    }
    ::setenv("MLAASIM_INSTRUCTION_SET", "PDP11", 1);
    const Outcome refused =
        run(simulate(test_scenario("distributed/same_bits.yaml"), folder_ / "refused", Ranks::alone));
    ::unsetenv("MLAASIM_INSTRUCTION_SET");
    EXPECT_EQ(refused.exit_code, 2) << refused;
    EXPECT_NE(refused.errors.find("PDP11"), std::string::npos) << refused;
}

/// What LibTorch was told holds for the libraries in it, too; without it, they would do what each processor does best.
TEST_F(SameBits, LibTorchsConvolutionsKeepToItsInstructionSet) {
    const auto digests_with = [&](const std::string& name, const Arguments& environment) {
        const Outcome outcome = run(
            simulate(test_scenario("distributed/same_bits.yaml"), folder_ / name, Ranks::alone, {"--set", "rounds=3"}),
            environment);
        EXPECT_EQ(outcome.exit_code, 0) << outcome;
        return digests(folder_ / name);
    };
    for (const std::string set : {"avx2", "default"}) {
        const auto expected = digests_with(set, {"ATEN_CPU_CAPABILITY=" + set});
        EXPECT_GE(count_rows(folder_ / set, "tta", {"batch_norm"}), 1);  // it computes with LibTorch
        EXPECT_EQ(digests_with(set + "_told", {"ATEN_CPU_CAPABILITY=" + set, "ONEDNN_MAX_CPU_ISA=SSE41"}), expected)
            << set;
    }
}

TEST_F(SameBits, UnevenPlacement) {
    expect_same_bits({2, 4}, "same_bits.yaml",
                     {"--set", "services.count=7", "--set", "composition.members=5", "--set", "rounds=4"});
}

TEST_F(SameBits, MoreRanksThanServicesOrClients) {
    expect_same_bits({3, 4}, "soft_vote.yaml",
                     {"--set", "services.count=2", "--set", "composition.members=2", "--set", "clients.count=1",
                      "--set", "drift=[]", "--set", "composition.aggregation=fedavg"});
}

/// MPI's component for shared memory is left out, so every rank trains its own share alone.
TEST_F(SameBits, WhereRanksCanShareNoMemory) {
    ::setenv("OMPI_MCA_osc", "^sm", 1);
    expect_same_bits({3}, "same_bits.yaml", {"--set", "rounds=2"});
    ::unsetenv("OMPI_MCA_osc");
}

/// How often a run commits decides nothing: not even which states of former members the checkpoint holds.
TEST_F(SameBits, WhateverTheCommitsCover) {
    TemporaryFolder folder;
    const auto digests_with = [&](const char* every) {
        const Outcome outcome =
            run(simulate(test_scenario("crash/crash.yaml"), folder / every, Ranks::alone,
                         {"--set", "rounds=12", "--set", std::string{"checkpoint_every="} + every}));
        EXPECT_EQ(outcome.exit_code, 0) << outcome;
        return digests(folder / every);
    };
    const auto each = digests_with("1");
    EXPECT_GE(count_rows(folder / "1", "events", {"substitution"}), 2);
    EXPECT_EQ(digests_with("5"), each);
    EXPECT_EQ(digests_with("12"), each);
}

/// What the comparisons above rest on: another seed gives other digests.
TEST_F(SameBits, AnotherSeedGivesOtherBits) {
    TemporaryFolder folder;
    for (const char* seed : {"1", "2"}) {
        const Outcome outcome = run(simulate(test_scenario("distributed/soft_vote.yaml"), folder / seed, Ranks::alone,
                                             {"--set", "rounds=2", "--set", std::string{"seed="} + seed}));
        ASSERT_EQ(outcome.exit_code, 0) << outcome;
    }
    const auto one = digests(folder / "1");
    const auto other = digests(folder / "2");
    for (const char* table : {"rounds", "services", "clients", "checkpoint", "all"}) {
        EXPECT_NE(one.at(table), other.at(table)) << table;
    }
}

}  // namespace
}  // namespace mlaasim::testing
