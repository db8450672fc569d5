#include "run/scenario_warnings.hpp"

#include <gtest/gtest.h>

#include "support/simulation.hpp"

namespace mlaasim::run {
namespace {

std::vector<sim::Problem> warnings(const std::string& text, const std::vector<std::string>& overrides = {}) {
    const sim::OptionsDocument document{text, "odd.yaml", overrides};
    return scenario_warnings(read_scenario(document), document);
}

constexpr const char* sound =
    "rounds: 5\nservices: {count: 6}\ncomposition: {members: 4}\ndrift:\n  - kind: noise\n    magnitude: 0.1\n"
    "    start: 5\nadaptation:\n  start: 5\n";

TEST(ScenarioWarnings, ASoundScenarioHasNone) { EXPECT_TRUE(warnings(sound).empty()); }

TEST(ScenarioWarnings, ADriftThatStartsAfterTheLastRound) {
    const auto found = warnings(sound, {"drift.0.start=6"});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].message(),
              "--set drift.0.start=6: drift.0 starts in round 6, after the last one, so it changes nothing (expected a "
              "start of at most rounds = 5). Hint: lower its start, or raise rounds");
    const auto both = warnings(sound, {"rounds=4"});
    ASSERT_EQ(both.size(), 2U);
    EXPECT_EQ(both[0].file, "odd.yaml");
    EXPECT_EQ(both[0].line, 7);
}

TEST(ScenarioWarnings, AdaptationThatStartsAfterTheLastRound) {
    const auto found = warnings(sound, {"adaptation.start=6"});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_NE(found[0].message().find("adaptation.start is 6, after the last round"), std::string::npos)
        << found[0].message();
    EXPECT_TRUE(warnings(sound, {"adaptation.start=6", "adaptation.every=0"}).empty());
}

TEST(ScenarioWarnings, EvidenceThatIsNotGranted) {
    const auto unassessed = warnings(sound, {"adaptation.strategy.kind=none", "adaptation.evidence.labels=0"});
    ASSERT_EQ(unassessed.size(), 1U);
    EXPECT_NE(unassessed[0].message().find("so nothing is assessed"), std::string::npos) << unassessed[0].message();
    EXPECT_TRUE(warnings(sound, {"adaptation.every=0", "adaptation.evidence.labels=0"}).empty());
    const auto unadapted =
        warnings(sound, {"adaptation.strategy.kind=tta_then_substitute", "adaptation.evidence.unlabelled=false"});
    ASSERT_EQ(unadapted.size(), 1U);
    EXPECT_NE(unadapted[0].message().find("so none is adapted"), std::string::npos) << unadapted[0].message();
    EXPECT_TRUE(warnings(sound, {"adaptation.evidence.unlabelled=false"}).empty());
}

TEST(ScenarioWarnings, MoreLabelsThanThereAreSamplesForThem) {
    const std::vector<std::string> few{"clients.count=3", "clients.partition.samples=100"};
    const auto with = [&](const std::string& labels) {
        std::vector<std::string> overrides = few;
        overrides.push_back("adaptation.evidence.labels=" + labels);
        return warnings(sound, overrides);
    };
    EXPECT_TRUE(with("150").empty());
    const auto found = with("151");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].message(),
              "--set adaptation.evidence.labels=151: adaptation.evidence.labels is 151, and half of the samples of all "
              "clients together, which are never scored, are at most 150, so no round has more labels (expected at "
              "most half of the clients' samples). Hint: lower it, or give the clients more samples");
    const std::vector<std::string> generated{"data={source: synthetic_digits, synthetic_test: 500}"};
    EXPECT_TRUE(warnings(sound, generated).empty()) << "nobody asked for the default's 400";
    EXPECT_EQ(warnings(sound, {generated[0], "adaptation.evidence.labels=400"}).size(), 1U);
}

TEST(ScenarioWarnings, WindowsLongerThanAClassOfAClientIs) {
    const std::vector<std::string> in_runs{"data={source: synthetic_digits, synthetic_test: 2000}",
                                           "clients.count=2",
                                           "clients.order.kind=class_runs",
                                           "adaptation.evidence.labels=0",
                                           "adaptation.strategy.kind=none",
                                           "adaptation.every=0"};
    const auto with = [&](const std::vector<std::string>& more) {
        std::vector<std::string> overrides = in_runs;
        overrides.insert(overrides.end(), more.begin(), more.end());
        return warnings(sound, overrides);
    };
    EXPECT_TRUE(with({"clients.stream=100"}).empty());
    const auto found = with({"clients.stream=101"});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(
        found[0].message(),
        "--set clients.stream=101: clients.stream is 101, and a client has about 100 samples of a class to stream, "
        "so rounds in which one class prevails have more of the others than clients.order asks for (expected at "
        "most 100). Hint: lower it, or give the clients more samples");
    EXPECT_EQ(with({"clients.stream=100", "clients.partition.samples=990"}).size(), 1U);
    EXPECT_EQ(with({"clients.stream=51", "adaptation.evidence.set_aside=true"}).size(), 1U) << "half is set aside";
    EXPECT_TRUE(with({"clients.stream=101", "clients.order.kind=shuffled"}).empty());
}

TEST(ScenarioWarnings, SubstitutionWithoutCandidates) {
    for (const char* everybody : {"composition.members=0", "composition.members=6"}) {
        const auto found = warnings(sound, {everybody});
        ASSERT_EQ(found.size(), 1U);
        EXPECT_NE(found[0].message().find("every service is a member, so members that harm can only leave"),
                  std::string::npos)
            << found[0].message();
        const auto substituting = warnings(sound, {everybody, "adaptation.strategy.kind=substitute"});
        ASSERT_EQ(substituting.size(), 1U);
        EXPECT_NE(substituting[0].message().find("every service is a member, so there is no candidate"),
                  std::string::npos)
            << substituting[0].message();
        EXPECT_TRUE(warnings(sound, {everybody, "adaptation.strategy.kind=none"}).empty());
        EXPECT_TRUE(warnings(sound, {everybody, "adaptation.every=0"}).empty());
    }
}

TEST(ScenarioWarnings, HealingWithoutLabelsChangesNothingAndSaysSo) {
    const std::string by_members = sound + std::string{"assessment: {qos: {effectiveness: members}}\n"};
    const auto found = warnings(by_members, {"adaptation.strategy.kind=heal", "adaptation.evidence.labels=0"});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].message(),
              "--set adaptation.strategy.kind=heal: adaptation.strategy heal changes nothing but what is proven on "
              "labelled samples, and none are granted (expected labelled samples that are never scored). Hint: set "
              "adaptation.evidence.labels: 200, or adaptation.strategy.kind: none");
    EXPECT_TRUE(warnings(sound, {"adaptation.strategy.kind=heal", "adaptation.every=0"}).empty());
    EXPECT_TRUE(warnings(sound, {"adaptation.strategy.kind=heal", "adaptation.evidence.labels=100"}).empty());
}

TEST(ScenarioWarnings, RecompositionFromScratchNeedsATrialOfEveryService) {
    const std::vector<std::string> scratch{"adaptation.strategy={kind: recompose, start: scratch}",
                                           "adaptation.evidence.labels=100", "services.count=12",
                                           "composition.members=6"};
    const auto with = [&](const char* trials) {
        std::vector<std::string> all = scratch;
        all.emplace_back(trials);
        return warnings(sound, all);
    };
    const auto found = with("adaptation.evidence.trials=11");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_NE(found[0].message().find("adaptation.evidence.trials is 11, and adaptation.strategy recompose trains all "
                                      "services that are up in each of its rounds"),
              std::string::npos)
        << found[0].message();
    EXPECT_TRUE(with("adaptation.evidence.trials=12").empty());
}

TEST(ScenarioWarnings, WindowsTooShortForTheRoute) {
    const auto with = [&](const char* stream) { return warnings(sound, {"adaptation.serving.kind=route", stream}); };
    const auto found = with("clients.stream=15");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_NE(found[0].message().find("clients.stream is 15, and adaptation.serving.kind route does not look at so few "
                                      "samples, so every client is served plainly (expected at least 16)"),
              std::string::npos)
        << found[0].message();
    EXPECT_TRUE(with("clients.stream=16").empty());
    EXPECT_TRUE(with("clients.stream=0").empty()) << "all that a client has";
    const auto halves = warnings(sound, {"adaptation.serving.kind=route", "adaptation.evidence.set_aside=true",
                                         "clients.partition={kind: iid, samples: 20}", "clients.stream=20"});
    ASSERT_GE(halves.size(), 1U);
    EXPECT_NE(halves.back().message().find("a client has about 10 samples to stream, and adaptation.serving.kind route "
                                           "does not look at so few samples"),
              std::string::npos)
        << halves.back().message();
    EXPECT_TRUE(warnings(sound, {"adaptation.serving.kind=plain", "clients.stream=1"}).empty());
}

TEST(ScenarioWarnings, NothingToShare) {
    const char* const sharing = "adaptation.serving={kind: route, share_statistics: true}";
    const auto found = warnings(sound, {sharing});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_NE(found[0].message().find("share_statistics is true, and the samples are images, so nothing is shared"),
              std::string::npos)
        << found[0].message();
    const std::vector<std::string> sensors{"data={source: synthetic_sensors}", "model={kind: cnn1d}", sharing};
    EXPECT_TRUE(warnings(sound, sensors).empty());
    const auto without_batch_norm = warnings(sound, {sensors[0], "model={kind: mlp}", sharing});
    ASSERT_EQ(without_batch_norm.size(), 1U);
    EXPECT_NE(without_batch_norm[0].message().find("and the model has no batch norm"), std::string::npos);
    const auto voting = warnings(sound, {sensors[0], sensors[1], sharing, "composition.aggregation=soft_vote"});
    ASSERT_EQ(voting.size(), 1U);
    EXPECT_NE(voting[0].message().find("and the members vote"), std::string::npos);
    const auto alone = warnings(sound, {sensors[0], sensors[1], sharing, "clients.count=1"});
    ASSERT_EQ(alone.size(), 1U);
    EXPECT_NE(alone[0].message().find("and there is one client, so nothing"), std::string::npos) << alone[0].message();
}

TEST(ScenarioWarnings, HealingAssessesHarmWhateverWasWritten) {
    const std::vector<std::string> healing{"adaptation.strategy.kind=heal", "adaptation.evidence.labels=100"};
    const auto assessed = [&](const std::string& further) {
        return std::string{read_scenario({sound + further, "odd.yaml", healing}).assessment.word()};
    };
    EXPECT_EQ(assessed(""), "harm");
    EXPECT_EQ(assessed("assessment: {kind: harm, tolerance: 0.01}\n"), "harm");
    EXPECT_TRUE(warnings(sound + std::string{"assessment: {kind: harm, tolerance: 0.01}\n"}, healing).empty());
    EXPECT_EQ(assessed("assessment: {max_flagged: 2}\n"), "harm");
    const auto found = warnings(sound + std::string{"assessment: {max_flagged: 2}\n"}, healing);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_NE(found[0].message().find("the members are assessed by kind: harm, not contribution"), std::string::npos)
        << found[0].message();
    // Without labels nothing gives way.
    const std::string by_members = sound + std::string{"assessment: {qos: {effectiveness: members}}\n"};
    EXPECT_EQ(read_scenario({by_members, "odd.yaml", {"adaptation.strategy.kind=heal", "adaptation.evidence.labels=0"}})
                  .assessment.word(),
              "contribution");
}

}  // namespace
}  // namespace mlaasim::run

namespace mlaasim::testing {
namespace {

TEST(ScenarioWarnings, AreShownByCheckAndRunAndStopNeither) {
    const TemporaryFolder folder;
    const std::string file = (folder / "odd.yaml").string();
    write_text(file,
               "name: odd\nrounds: 1\ndata: {source: synthetic_digits, synthetic_train: 400, synthetic_test: 100}\n"
               "model: {hidden: [4]}\nservices: {count: 4, partition: {samples: 40}}\nclients: {count: 2}\n"
               "composition: {members: 3}\nadaptation: {start: 1}\n"
               "drift:\n  - {kind: noise, magnitude: 0.1, start: 2}\n");
    const std::string warning = "mlaasim: warning: " + file + ":10: drift.0 starts in round 2, after the last one";
    const auto count = [](const std::string& text, const std::string& word) {
        int found = 0;
        for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) {
            ++found;
        }
        return found;
    };

    const Outcome one = run(mlaasim({"check", file}));
    EXPECT_EQ(one.exit_code, 0) << one;
    EXPECT_EQ(one.output, file + ": ok, 1 warning\n");
    EXPECT_EQ(count(one.errors, warning), 1) << one;
    const Outcome two = run(mlaasim({"check", file, "--set", "adaptation.start=3"}));
    EXPECT_EQ(two.output, file + ": ok, 2 warnings\n");
    EXPECT_EQ(count(two.errors, "mlaasim: warning: "), 2) << two;
    const Outcome none = run(mlaasim({"check", file, "--set", "rounds=2"}));
    EXPECT_EQ(none.all(), file + ": ok\n");

    for (const Ranks ranks : {Ranks::alone, Ranks{2}}) {
        const Outcome outcome = run(simulate(file, folder / "out", ranks));
        EXPECT_EQ(outcome.exit_code, 0) << outcome;
        EXPECT_EQ(count(outcome.errors, "mlaasim: warning: "), 1) << outcome;
        EXPECT_EQ(count(outcome.errors, warning), 1) << outcome;
        EXPECT_EQ(count(outcome.output, "warning"), 0) << outcome;
    }
}

}  // namespace
}  // namespace mlaasim::testing
