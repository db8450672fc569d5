#include "run/scenario_checks.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mlaasim::run {
namespace {

/// The only mistake that is found in a text.
sim::Problem mistake(const std::string& text) {
    try {
        static_cast<void>(read_scenario({text, "wrong.yaml"}));
    } catch (const sim::InputError& error) {
        EXPECT_EQ(error.problems().size(), 1U) << error.what();
        return error.problems().front();
    }
    ADD_FAILURE() << "accepted:\n" << text;
    return {};
}

#define EXPECT_MISTAKE(text, its_line, ...)                                              \
    {                                                                                    \
        const sim::Problem found = mistake(text);                                        \
        EXPECT_EQ(found.line, its_line) << found.message();                              \
        for (const char* word : {__VA_ARGS__}) {                                         \
            EXPECT_NE(found.message().find(word), std::string::npos) << found.message(); \
        }                                                                                \
    }

TEST(ScenarioChecks, DriftIsLocatedAtTheOptionOfItsEntry) {
    const std::string two = "drift:\n  - {kind: noise, magnitude: 0.1}\n  - kind: label_swap\n    magnitude: 0.5\n";
    EXPECT_MISTAKE(two + "    classes: [1, 12]\n", 5, "drift.1: classes names 12, there are 10");
    EXPECT_MISTAKE(two + "    target: services\n    ids: [3, 20]\n", 6, "drift.1: ids names 20", "20 services");
    EXPECT_MISTAKE(two + "    start: 5\n    end: 4\n", 6, "end is 4");
}

TEST(ScenarioChecks, AvailabilityIsLocatedAtItsOption) {
    EXPECT_MISTAKE("availability:\n  outage_rounds: 3\n  highest: 0.5\n  lowest: 0.7\n", 4, "lowest <= highest");
}

TEST(ScenarioChecks, QosIsLocatedAtItsProfiles) {
    EXPECT_MISTAKE("qos:\n  jitter: 0\n  networks: []\n", 3, "qos.networks has 0 profiles");
}

TEST(ScenarioChecks, PartitionsNameTheirHolders) {
    const std::string data = "data: {source: synthetic_digits, synthetic_train: 400, synthetic_test: 100}\n";
    EXPECT_MISTAKE(data + "services:\n  count: 30\n  partition:\n    min_samples: 20\n", 5, "400 samples",
                   "30 services", "min_samples at most 13");
    EXPECT_MISTAKE(data + "clients:\n  partition: {samples: 26}\n", 3, "4 clients", "samples at most 25");
    EXPECT_MISTAKE(data + "clients:\n  count: 101\n", 2, "at most 100 clients");
    EXPECT_MISTAKE("services:\n  partition:\n    samples: 10\n    min_samples: 11\n", 4,
                   "min_samples 11 of the services is above their samples 10");
}

TEST(ScenarioChecks, ClassesInRunsNeedSamplesToChooseFrom) {
    EXPECT_MISTAKE("clients:\n  stream: 0\n  order: {kind: class_runs}\n", 3, "clients.stream is 0",
                   "set clients.stream to a tenth", "clients.order.kind: shuffled");
    EXPECT_MISTAKE("clients:\n  order: {kind: class_runs, alpha: 0}\n", 2, "clients.order.alpha is 0",
                   "in (0, 1000000]");
    EXPECT_MISTAKE("clients:\n  order: {kind: class_runs, every: 0}\n", 2, "clients.order.every");
    EXPECT_MISTAKE("clients:\n  order: {alpha: 0.1}\n", 2, "clients.order.alpha belongs to kind: class_runs");
    EXPECT_MISTAKE("clients:\n  order: {kind: runs}\n", 2, "shuffled", "class_runs");
}

TEST(ScenarioChecks, ModelHasToFitTheSamples) {
    EXPECT_MISTAKE("model:\n  kind: cnn\n  channels: [2, 2, 2, 2, 2]\n", 3, "5 blocks", "1x28x28");
}

TEST(ScenarioChecks, ArchitectureNeedsItsKindOfSamples) {
    EXPECT_MISTAKE("data: {source: synthetic_sensors}\nmodel:\n  kind: cnn\n", 3,
                   "model.kind cnn needs images, and data.source synthetic_sensors gives series of sensor values",
                   "use model.kind: mlp, cnn1d or logistic, or data.source: automatic, synthetic_digits, mnist or "
                   "fashion_mnist");
    EXPECT_MISTAKE("model:\n  kind: cnn1d\n", 2,
                   "model.kind cnn1d needs series of sensor values, and data.source automatic gives images",
                   "use model.kind: mlp, cnn or logistic, or data.source: synthetic_sensors");
}

TEST(ScenarioChecks, TechniqueNeedsAModelWithBatchNorm) {
    const std::string strategy = "adaptation:\n  strategy:\n    kind: tta\n";
    EXPECT_MISTAKE(
        strategy, 3,
        "adaptation.strategy.kind tta needs models that can be adapted at test time, and test_time.technique "
        "batch_norm needs a model with batch norm, but model.kind mlp has none",
        "use adaptation.strategy.kind: heal, substitute, tta_then_substitute, paper, rules, qos, recompose or none, or "
        "test_time.technique: memo, or model.kind: cnn");
    EXPECT_MISTAKE(strategy + "data: {source: synthetic_sensors}\n", 3, ", or model.kind: cnn1d");
    // Without blocks of convolution a cnn has no batch norm, either.
    EXPECT_MISTAKE(strategy + "model: {kind: cnn, channels: []}\n", 3, "but model.kind cnn has none");
    EXPECT_NO_THROW(static_cast<void>(read_scenario({strategy + "model: {kind: cnn}\n", "right.yaml"})));
    EXPECT_NO_THROW(static_cast<void>(read_scenario({strategy, "replaces.yaml", {"adaptation.every=0"}})));
    EXPECT_NO_THROW(static_cast<void>(
        read_scenario({strategy, "replaces.yaml", {"adaptation.strategy.kind=tta_then_substitute"}})));
}

TEST(ScenarioChecks, NoTechniqueIsTriedTwice) {
    const std::string votes = "composition: {aggregation: soft_vote}\ntest_time:\n  technique: lame\n  also:\n";
    EXPECT_MISTAKE(votes + "    - technique: batch_norm\n    - technique: lame\n      neighbours: 20\n", 6,
                   "test_time.also.1.technique is lame, which is tried already", "leave it out");
    EXPECT_MISTAKE(votes + "    - technique: memo\n    - technique: memo\n", 6, "test_time.also.1.technique is memo");
}

TEST(ScenarioChecks, TechniquesThatWereChosenHaveToFit) {
    const std::string test_time =
        "model: {kind: cnn}\nadaptation: {strategy: {kind: tta_then_substitute}}\ntest_time:\n";
    EXPECT_MISTAKE(test_time + "  technique: lame\n", 4,
                   "test_time.technique lame needs members that vote, and composition.aggregation fedavg averages "
                   "parameters",
                   "use test_time.technique: batch_norm, tent, memo, rdumb or rotta, or composition.aggregation: "
                   "soft_vote");
    EXPECT_MISTAKE(test_time + "  also:\n    - technique: lame\n", 5,
                   "test_time.also.0.technique lame needs members that vote");
    EXPECT_MISTAKE(
        "model: {kind: mlp}\nadaptation: {strategy: {kind: tta_then_substitute}}\ntest_time:\n  technique: tent\n", 4,
        "test_time.technique tent needs a model with batch norm", "use test_time.technique: memo, or ");
    EXPECT_MISTAKE(
        test_time + "  integration: {kind: sam}\ncomposition: {aggregation: soft_vote}\n", 4,
        "test_time.integration.kind sam needs an average of the members' parameters, and "
        "composition.aggregation soft_vote takes votes",
        "use test_time.integration.kind: replace, halfway or steps, or composition.aggregation: fedavg or uniform");
    EXPECT_NO_THROW(static_cast<void>(
        read_scenario({test_time + "  technique: lame\ncomposition: {aggregation: soft_vote}\n", "votes.yaml"})));
}

/// A response, or an assessment that something responds to, needs evidence of its tier.
TEST(ScenarioChecks, WhatIsUsedIsGranted) {
    const std::string none = "adaptation:\n  evidence: {labels: 0}\n  strategy:\n    kind: substitute\n";
    EXPECT_MISTAKE(none + "assessment:\n  kind: leave_one_out\n", 6,
                   "assessment.kind leave_one_out needs labelled samples that are never scored, and "
                   "adaptation.evidence.labels is 0",
                   "adaptation.evidence.labels: 400");
    EXPECT_MISTAKE(none, 1, "assessment.kind contribution needs labelled samples");
    const std::string by_members = none + "assessment: {qos: {effectiveness: members}}\n";
    EXPECT_NO_THROW(static_cast<void>(read_scenario({by_members, "metadata.yaml"})));
    EXPECT_MISTAKE(
        "adaptation:\n  evidence: {labels: 0}\n  substitution:\n    reward:\n      kind: realised\n"
        "  strategy: {kind: substitute}\nassessment: {qos: {effectiveness: members}}\n",
        5, "adaptation.substitution.reward.kind realised needs labelled samples");
    EXPECT_NO_THROW(static_cast<void>(read_scenario({none, "nothing.yaml", {"adaptation.strategy.kind=none"}})));
    EXPECT_NO_THROW(static_cast<void>(read_scenario({none, "nothing.yaml", {"adaptation.every=0"}})));

    EXPECT_MISTAKE("adaptation:\n  evidence: {trials: 0}\n  strategy:\n    kind: substitute\n", 4,
                   "adaptation.strategy.kind substitute needs candidates trained on trial, and "
                   "adaptation.evidence.trials is 0",
                   "use adaptation.strategy.kind: heal, qos or none, or adaptation.evidence.trials: 20");
    EXPECT_MISTAKE("model: {kind: cnn}\nadaptation:\n  evidence: {unlabelled: false}\n  strategy:\n    kind: tta\n", 5,
                   "adaptation.strategy.kind tta needs samples of the streams without labels, and "
                   "adaptation.evidence.unlabelled is false",
                   "adaptation.evidence.unlabelled: true");
}

TEST(ScenarioChecks, AnOptionOfBeforeNamesTheOneOfNow) {
    EXPECT_MISTAKE("evaluation:\n  assessment_samples: 100\n", 2, "evaluation.assessment_samples is no option any more",
                   "use adaptation.evidence.labels: labelled samples a round over all clients together");
}

TEST(ScenarioChecks, AModelThatDoesNotFitIsOneMistake) {
    EXPECT_MISTAKE("data: {source: synthetic_sensors}\nmodel: {kind: cnn}\nadaptation: {strategy: {kind: tta}}\n", 2,
                   "model.kind cnn needs images");
    EXPECT_MISTAKE("model: {kind: cnn, channels: [2, 2, 2, 2, 2]}\nadaptation: {strategy: {kind: tta}}\n", 1,
                   "5 blocks");
}

TEST(ScenarioChecks, DriftNeedsItsKindOfSamples) {
    EXPECT_MISTAKE(
        "data: {source: synthetic_sensors}\nmodel: {kind: cnn1d}\ndrift:\n  - kind: noise\n  - kind: rotation\n", 5,
        "drift.1.kind rotation needs images, and data.source synthetic_sensors gives series of sensor values",
        "or data.source: automatic, synthetic_digits, mnist or fashion_mnist");
}

TEST(ScenarioChecks, OptionsOfAnotherKindAreMistakes) {
    EXPECT_MISTAKE("model:\n  kind: mlp\n  channels: [8]\n", 3, "model.channels belongs to kind: cnn",
                   "and the kind here is mlp");
    EXPECT_MISTAKE("data:\n  source: mnist\n  synthetic_train: 100\n", 3,
                   "data.synthetic_train belongs to source: automatic");
    EXPECT_MISTAKE("training:\n  optimizer: adam\n  momentum: 0.9\n", 3,
                   "training.momentum belongs to optimizer: sgd, and the optimizer here is adam");
}

TEST(ScenarioChecks, UpdatesHaveToFitIntoMemory) {
    const std::string large = "model: {hidden: [4000]}\nevaluation:\n  update_memory_mib: 100\n";
    EXPECT_MISTAKE(large, 3, "assessing 20 members", "adaptation.every: 0");
    EXPECT_MISTAKE(large + "services: {count: 40}\ncomposition: {members: 20}\nadaptation: {strategy: {kind: heal}}\n",
                   3, "assessing 30 members");
    EXPECT_MISTAKE(large + "composition: {aggregation: soft_vote}\nadaptation: {every: 0}\n", 3, "on every rank");
    EXPECT_NO_THROW(static_cast<void>(read_scenario({large + "adaptation: {every: 0}\n", "right.yaml"})));
}

TEST(ScenarioChecks, OneOfTheWeightsIsPositive) {
    EXPECT_MISTAKE(
        "assessment:\n  qos:\n    effectiveness_weight: 0\n    quality_weight: 0\n    time_weight: 0\n"
        "    reliability_weight: 0\nadaptation: {strategy: {kind: substitute}}\n",
        3, "effectiveness_weight, quality_weight, time_weight and reliability_weight are all 0");
    EXPECT_MISTAKE(
        "adaptation:\n  substitution:\n    confidence: {dum_weight: 0, mum_weight: 0, sm_weight: 0, hqu_weight: 0, "
        "sru_weight: 0}\n",
        3, "dum_weight, mum_weight, sm_weight, hqu_weight and sru_weight are all 0");
    EXPECT_NO_THROW(
        static_cast<void>(read_scenario({"assessment: {qos: {quality_weight: 0, time_weight: 0}}\n", "right.yaml"})));
}

TEST(ScenarioChecks, OptionsBelongToTheFormThatUsesThem) {
    EXPECT_MISTAKE("assessment:\n  qos: {form: literal, noise_floor: 0}\n", 2,
                   "assessment.qos.noise_floor belongs to form: composition, and the form here is literal");
    EXPECT_MISTAKE("assessment:\n  literal_threshold: 5\n", 2, "belongs to threshold: literal");
    EXPECT_MISTAKE("assessment:\n  functional: {form: literal, epsilon: 1}\n", 2, "belongs to form: inverse_distance");
    EXPECT_MISTAKE("adaptation:\n  substitution:\n    filter: {form: literal, better_in: 1}\n", 3,
                   "belongs to form: k_of_3");
    EXPECT_MISTAKE("adaptation:\n  substitution:\n    confidence: {form: binary, dum_weight: 2}\n", 3,
                   "belongs to form: weighted or valued");
    EXPECT_MISTAKE("adaptation:\n  substitution:\n    reward: {full_scale: 0.1}\n", 3, "belongs to kind: realised");
    EXPECT_MISTAKE("adaptation:\n  substitution:\n    bandit: {policy: random, draw: subsets}\n", 3,
                   "belongs to policy: linucb or disjoint_linucb");
    EXPECT_NO_THROW(static_cast<void>(read_scenario({"assessment: {threshold: literal, literal_threshold: 5}\n",
                                                     "right.yaml",
                                                     {"assessment.threshold=relative"}})));
}

TEST(ScenarioChecks, TestTimeAdaptationNeedsTwoSamples) {
    const std::string one =
        "model: {kind: cnn}\nclients:\n  count: 1\n  stream: 1\nadaptation: {strategy: {kind: tta_then_substitute}}\n";
    EXPECT_MISTAKE(one, 4, "sees 1 sample ", "at least 2", "clients.stream");
    EXPECT_NO_THROW(static_cast<void>(read_scenario({one + "evaluation: {batch_size: 1}\n"
                                                           "assessment: {}\n",
                                                     "right.yaml",
                                                     {"clients.count=2"}})));
}

TEST(ScenarioChecks, SubstitutionNeedsMeasuredServices) {
    const std::string unmeasured = "services:\n  holdout: 0\n";
    const std::string members = unmeasured + "composition: {members: 5}\n";
    EXPECT_NO_THROW(static_cast<void>(read_scenario({members, "heals.yaml"})));
    const std::string some = members + "adaptation: {strategy: {kind: substitute}}\n";
    EXPECT_MISTAKE(some, 2, "better in 2 attributes", "{form: k_of_3, better_in: 1}");
    EXPECT_NO_THROW(static_cast<void>(read_scenario({unmeasured, "all-are-members.yaml"})));
    EXPECT_NO_THROW(static_cast<void>(read_scenario({some, "never-assesses.yaml", {"adaptation.every=0"}})));
    EXPECT_NO_THROW(
        static_cast<void>(read_scenario({some, "by-volume.yaml", {"adaptation.substitution.filter.better_in=1"}})));
}

}  // namespace
}  // namespace mlaasim::run
