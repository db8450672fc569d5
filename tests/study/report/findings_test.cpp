// What a run found out and did, of runs made by hand.
#include "study/report/findings.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "study/report/decision.hpp"
#include "study/report/made_run.hpp"
#include "study/report/story.hpp"

namespace mlaasim::study {
namespace {

using sim::testing::TraceFolder;

/// Findings by their title.
std::map<std::string, std::string> found(const std::filesystem::path& file) {
    const RunTrace trace = read_what_was_found(file);
    std::map<std::string, std::string> by_title;
    for (const Finding& finding : findings_of(trace, round_events(trace))) {
        by_title[finding.title] = finding.text;
    }
    return by_title;
}

/// Three of six services are members. In round 2 two of them begin to mislabel, and a service outside; 0 is flagged and
/// replaced by 4, 1 is flagged in round 3 and stays.
class FindingsTest : public ::testing::Test {
protected:
    FindingsTest() {
        header_.scenario_yaml =
            "name: healing\nrounds: 3\nservices: {count: 6}\ncomposition: {members: 3}\n"
            "assessment: {kind: harm, false_alarm_rounds: 150}\nadaptation: {evidence: {labels: 80}}\n"
            "drift:\n  - {kind: label_swap, target: services, ids: [0, 1, 5]}\n";
        for (std::uint32_t round = 1; round <= 3; ++round) {
            rows_.append(sim::RoundRecord{.round = round,
                                          .members = 3,
                                          .samples = 100,
                                          .accuracy = 0.5 + 0.1 * round,
                                          .plain_accuracy = 0.5 + 0.05 * round});
            for (const std::uint32_t service : {0U, 1U, 2U}) {
                assess(round, service, (round == 2 && service == 0) || (round == 3 && service == 1));
            }
        }
        rows_.append(sim::EventRecord{.round = 2, .kind = "drift_start", .subject = "drift", .id = 0});
        for (const std::uint32_t service : {0U, 1U, 5U}) {
            rows_.append(sim::DriftRecord{.round = 2, .target = "service", .id = service, .entry = 0});
        }
        rows_.append(sim::DriftRecord{.round = 3, .target = "service", .id = 1, .entry = 0});
        rows_.append(sim::EventRecord{.round = 2, .kind = "substitution", .subject = "service", .id = 0, .other = 4});
    }

    void assess(std::uint32_t round, std::uint32_t service, bool flagged) {
        rows_.append(sim::AssessmentRecord{.round = round, .service = service, .underperforming = flagged ? 1U : 0U});
    }
    void serve(std::uint32_t round, std::uint32_t client, const char* branch, const char* reason, double angle,
               double flagged) {
        rows_.append(sim::ServingRecord{.round = round,
                                        .client = client,
                                        .branch = branch,
                                        .reason = reason,
                                        .samples = 50,
                                        .angle = angle,
                                        .flagged = flagged});
    }
    std::map<std::string, std::string> findings() {
        sim::TraceFile trace = sim::TraceFile::create(folder_.path(), header_);
        trace.commit(rows_, {.round = sim::Round{3}});
        return found(folder_.path() / "trace.h5");
    }

    TraceFolder folder_;
    sim::TraceHeader header_ = testing::made_header("healing", 3);
    sim::RowBuffer rows_;
};

TEST_F(FindingsTest, WhoHarmedSinceWhenAndWhatBecameOfThem) {
    EXPECT_EQ(
        findings()["Harm"],
        "label_swap of services 0, 1 and 5 from round 2 on: 0 is flagged and replaced in round 2; 1 is flagged in "
        "round 3. A flag rests on 80 labelled samples a round; a false one is expected in 150 rounds at most "
        "once.");
}

TEST_F(FindingsTest, RoundsWhoseLabelsProveNothingAreTold) {
    for (const std::uint32_t round : {2U, 3U}) {
        rows_.append(sim::EventRecord{
            .round = round, .kind = "one_class", .subject = "class", .id = static_cast<std::int32_t>(round)});
    }
    const std::string harm = findings()["Harm"];
    EXPECT_TRUE(
        harm.ends_with("In 2 rounds all labelled samples were of one class, last in round 3 of class 3: they "
                       "prove nothing of other classes, so no member was judged by them."))
        << harm;
    const RunTrace trace = read_what_was_found(folder_.path() / "trace.h5");
    EXPECT_TRUE(story_of_round(trace, round_events(trace)[3])
                    .find("all labels are of class 3, so no member is judged by them") != std::string::npos);
}

TEST(Findings, OfARunInWhichNothingCouldBeProven) {
    const TraceFolder folder;
    sim::TraceFile trace = sim::TraceFile::create(folder.path(), testing::made_header("one class", 1));
    sim::RowBuffer rows;
    rows.append(sim::RoundRecord{.round = 1, .members = 3, .samples = 100});
    rows.append(sim::EventRecord{.round = 1, .kind = "one_class", .subject = "class", .id = 4});
    trace.commit(rows, {.round = sim::Round{1}});
    EXPECT_EQ(found(folder.path() / "trace.h5")["Harm"],
              "In 1 round all labelled samples were of one class, last in round 1 of class 4: they prove nothing of "
              "other classes, so no member was judged by them.");
}

TEST_F(FindingsTest, FlagsWithoutADriftAreTold) {
    assess(3, 2, true);
    const std::string harm = findings()["Harm"];
    EXPECT_NE(harm.find("Flagged without a drift of their own: 2."), std::string::npos) << harm;
}

TEST_F(FindingsTest, WhoseStreamMovedAndWhatThatChanged) {
    serve(1, 0, "aligned", "turned", 20, NAN);
    serve(1, 1, "plain", "gate closed", 0, 0.01);
    serve(2, 0, "aligned", "turned", 30, NAN);
    serve(2, 1, "aligned", "turned", 24, NAN);
    EXPECT_EQ(
        findings()["Clients"],
        "the samples of 0 and 1 turned; from rounds 2 to 3 on they are served turned back, in the end by 24 to 30 "
        "degrees. From then on the clients had 75.0 % right; with the composition as it is they would have had "
        "62.5 % of the same samples.");
}

TEST_F(FindingsTest, AdaptedClientsAndThosePlainAgain) {
    serve(1, 0, "adapted", "gate open", 0, 0.25);
    serve(1, 1, "adapted", "gate open", 0, 0.25);
    serve(2, 0, "adapted", "gate open", 0, 0.5);
    serve(2, 1, "plain", "gate closed", 0, 0.01);
    const std::string clients = findings()["Clients"];
    EXPECT_NE(clients.find("of the samples of 0 50.0 % are unlike the providers' in the end; from round 2 on"),
              std::string::npos)
        << clients;
    EXPECT_NE(clients.find("1: served by the stream from round 2 on, plainly again in the end"), std::string::npos)
        << clients;
}

TEST_F(FindingsTest, StreamsThatShowNothing) {
    serve(1, 0, "plain", "gate closed", 0, 0.01);
    EXPECT_EQ(findings()["Clients"],
              "all are served the composition as it is; the looks at their streams gave no reason for anything else.");
}

TEST_F(FindingsTest, StreamsThatNobodyCouldLookAt) {
    serve(1, 0, "plain", "few samples", NAN, NAN);
    EXPECT_EQ(findings()["Clients"],
              "all are served the composition as it is; nobody's stream was looked at: windows have too few samples.");
}

TEST_F(FindingsTest, WhatIsLookedAtFirstIsServedInItsOwnRound) {
    serve(3, 0, "aligned", "turned", 30, NAN);
    EXPECT_EQ(findings()["Clients"],
              "all are served the composition as it is; the looks at their streams gave no reason for anything else.")
        << "nothing comes after the last round";
    header_.scenario_yaml.replace(header_.scenario_yaml.find("evidence: {labels: 80}"), 22,
                                  "evidence: {labels: 80}, serving: {kind: route, look_first: true}");
    const std::string clients = findings()["Clients"];
    EXPECT_NE(clients.find("the samples of 0 turned; from round 3 on they are served turned back"), std::string::npos)
        << clients;
}

TEST_F(FindingsTest, AdaptationsThatWereTakenBackAreTold) {
    for (const char* const outcome : {"diverged", "integrated", "diverged", "constant samples"}) {
        rows_.append(sim::TtaRecord{.round = 2, .service = 1, .outcome = outcome});
    }
    const std::string changes = findings()["Changes"];
    EXPECT_NE(
        changes.find(". 1 adaptation at test time was taken back: constant samples. 2 adaptations at test time were "
                     "taken back: diverged. Evidence:"),
        std::string::npos)
        << changes;
}

TEST_F(FindingsTest, ACollapseIsTold) {
    rows_.append(sim::EventRecord{.round = 3, .kind = "collapse", .subject = "composition", .value = 1});
    rows_.append(sim::ActionRecord{.round = 3, .action = "collapse", .outcome = "nobody may be tried"});
    const std::string changes = findings()["Changes"];
    EXPECT_NE(changes.find("3 members at the end. In 1 round members harmed and nothing could be done, last in round 3 "
                           "(nobody may be tried). Evidence:"),
              std::string::npos)
        << changes;
}

TEST_F(FindingsTest, WhatLabelsRefuted) {
    serve(1, 0, "plain", "not proved", 10, 0.01);
    serve(2, 0, "plain", "not proved", 10, 0.01);
    const std::string clients = findings()["Clients"];
    EXPECT_NE(clients.find("2 times something else was tried"), std::string::npos) << clients;
}

TEST_F(FindingsTest, WhatWasDoneOnWhichEvidence) {
    rows_.append(sim::EvidenceRecord{.round = 2, .tier = "labels", .spent = 80});
    rows_.append(sim::EvidenceRecord{.round = 2, .tier = "trials", .spent = 1});
    rows_.append(sim::EvidenceRecord{.round = 3, .tier = "labels", .spent = 80});
    rows_.append(sim::ActionRecord{.round = 2, .action = "substitution", .outgoing = 0, .incoming = 4, .committed = 1});
    rows_.append(sim::ActionRecord{.round = 2, .action = "removal", .outgoing = 1});
    EXPECT_EQ(
        findings()["Changes"],
        "1 service replaced; 3 members at the end. Evidence: 160 labelled samples, never scored, and 1 training of "
        "candidates on trial; 2 changes were compared, 1 made.");
}

TEST(FindingText, OfTheTestOfHarm) {
    const sim::AssessmentRecord member{.round = 1, .qos_contribution = -0.125, .score = -9.5, .threshold = -8};
    EXPECT_EQ(finding_text(member, "harm"),
              "evidence of harm 9.5, more than the 8 that is proof; without it the Brier loss, halved, would have been "
              "0.125 lower in this round");
    EXPECT_EQ(finding_text(member, "contribution").rfind("score -9.5 below the threshold -8", 0), 0U);
}

TEST_F(FindingsTest, ARunThatAssessesNothingFindsNothing) {
    rows_.clear();
    rows_.append(sim::RoundRecord{.round = 1, .members = 3});
    EXPECT_TRUE(findings().empty());
}

}  // namespace
}  // namespace mlaasim::study
