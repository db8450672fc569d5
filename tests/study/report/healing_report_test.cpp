// What the report shows of proof, serving, requirements and watching.
#include <gtest/gtest.h>

#include <cmath>

#include "study/report/made_run.hpp"
#include "study/report/run_report.hpp"
#include "study/report/served.hpp"

namespace mlaasim::study {
namespace {

using sim::testing::TraceFolder;

class HealingReport : public ::testing::Test {
protected:
    HealingReport() {
        for (std::uint32_t round = 1; round <= 3; ++round) {
            testing::append_round(rows_, round, 0.8);
        }
    }
    std::string html() {
        sim::TraceFile trace = sim::TraceFile::create(folder_.path(), testing::made_header("healing", 3));
        trace.commit(rows_, {.round = sim::Round{3}});
        return report_of(read_run_trace(folder_.path() / "trace.h5"));
    }
    static void expect_words(const std::string& html, std::initializer_list<const char*> words) {
        for (const char* word : words) {
            EXPECT_NE(html.find(word), std::string::npos) << word;
        }
    }

    TraceFolder folder_;
    sim::RowBuffer rows_;
};

TEST_F(HealingReport, WithoutTheirRowsThereAreNoSuchSections) {
    const std::string page = html();
    for (const char* id : {"id=\"actions\"", "id=\"serving\"", "id=\"requirements\"", "id=\"monitoring\""}) {
        EXPECT_EQ(page.find(id), std::string::npos) << id;
    }
}

TEST_F(HealingReport, ChangesStandBesideTheirProof) {
    rows_.append(sim::EvidenceRecord{.round = 2, .tier = "labels", .spent = 123});
    rows_.append(sim::EvidenceRecord{.round = 2, .tier = "trials", .spent = 45});
    rows_.append(sim::ActionRecord{.round = 2,
                                   .step = 1,
                                   .action = "substitution",
                                   .outgoing = 1,
                                   .incoming = 4,
                                   .samples = 123,
                                   .mean = 0.25,
                                   .lower_bound = 0.125,
                                   .actions = 2,
                                   .committed = 1,
                                   .outcome = "done: <proven>"});
    rows_.append(sim::ActionRecord{.round = 2,
                                   .step = 1,
                                   .action = "integration",
                                   .incoming = 5,
                                   .samples = 123,
                                   .mean = -0.5,
                                   .lower_bound = -0.75,
                                   .actions = 2,
                                   .outcome = "not proven"});
    rows_.append(sim::ActionRecord{.round = 3,
                                   .action = "removal",
                                   .outgoing = 0,
                                   .mean = 0.5,
                                   .lower_bound = std::nan(""),
                                   .committed = 1,
                                   .outcome = "convicted"});
    rows_.append(sim::ActionRecord{.round = 3, .action = "collapse", .lower_bound = std::nan(""), .outcome = "stuck"});
    const std::string page = html();
    expect_words(page, {"id=\"actions\"", "<strong>123</strong>", "<strong>45</strong>", "replace 1 by 4", "let 0 go",
                        "take in 5", "done: &lt;proven&gt;", "Round 2: 2 changes compared, 1 made", "stuck",
                        // A gain of 0.25, beside the largest one of 0.5.
                        "x=\"50\" width=\"25\"", "x=\"0\" width=\"50\""});
    const std::size_t made = page.find("replace 1 by 4");
    EXPECT_LT(made, page.find("take in 5")) << "what was made comes first";
}

TEST_F(HealingReport, ClientsAndWhatTheyWereServed) {
    const auto serve = [&](std::uint32_t round, std::uint32_t client, const char* branch, const char* reason,
                           double angle, double flagged) {
        rows_.append(sim::ServingRecord{.round = round,
                                        .client = client,
                                        .branch = branch,
                                        .reason = reason,
                                        .samples = 50,
                                        .angle = angle,
                                        .flagged_aligned = 0.015625,
                                        .flagged = flagged});
    };
    serve(1, 0, "aligned", "turned", 21.5, std::nan(""));
    serve(1, 1, "plain", "not proved", 0.5, 0.25);
    serve(2, 0, "adapted", "gate open", 0.5, 0.5);
    serve(2, 1, "plain", "gate closed", 0.5, 0.02);
    serve(3, 0, "aligned", "turned", 28.25, std::nan(""));
    serve(3, 1, "plain", "gate closed", 0.5, 0.02);
    const std::string page = html();
    expect_words(page, {"id=\"serving\"", "id=\"serving-branches\"", "id=\"served-accuracy\"",
                        "turned, by 21.5 degrees", "not proved, 25.0 % flagged", "gate open, 50.0 % flagged", "28.2°",
                        "1.6 %", "nothing was looked at before", "From then on the clients had"});
}

TEST_F(HealingReport, ARoundsServingInWords) {
    rows_.append(sim::ServingRecord{.round = 2,
                                    .client = 0,
                                    .branch = "aligned",
                                    .reason = "turned",
                                    .angle = 21.5,
                                    .gain = 0.125,
                                    .clean_gain = 0.25,
                                    .flagged_aligned = 0.5,
                                    .labels = 50,
                                    .benefit = 0.0625,
                                    .benefit_bound = 0.03125});
    rows_.append(sim::ServingRecord{.round = 2,
                                    .client = 1,
                                    .branch = "adapted",
                                    .reason = "gate open",
                                    .flagged = 0.5,
                                    .flagged_to_open = 0.125,
                                    .adapted_to = 25});
    rows_.append(sim::ServingRecord{.round = 2, .client = 2, .branch = "plain", .reason = "diverged"});
    rows_.append(sim::ServingRecord{.round = 2, .client = 3, .branch = "plain", .reason = "gate closed"});
    rows_.append(sim::ServingRecord{.round = 2, .client = 4, .branch = "plain", .reason = "gate closed"});
    static_cast<void>(html());
    const std::vector<std::string> expected{
        "client 0: turned back by 21.5 degrees; entropy falls by 0.125 nat, in clean windows by 0.25; 50.0 % flagged "
        "then; on 50 labelled samples the Brier loss, halved, falls by 0.0625, by 0.03125 at least",
        "client 1: flagged samples (50.0 %, from 12.5 % on the gate is open) go to a model adapted to 25 samples",
        "client 2: plainly, diverged", "clients 3 and 4: plainly, no reason for anything else"};
    EXPECT_EQ(served_lines(read_run_trace(folder_.path() / "trace.h5"), 2), expected);
    EXPECT_TRUE(served_lines(read_run_trace(folder_.path() / "trace.h5"), 1).empty());
}

TEST_F(HealingReport, RequirementsOfClients) {
    for (std::uint32_t round = 1; round <= 3; ++round) {
        rows_.append(sim::SatisfactionRecord{.round = round,
                                             .client = 0,
                                             .requirement = "accuracy",
                                             .required = 0.75,
                                             .observed = 0.7 + 0.05 * round,
                                             .met = round == 1 ? 0U : 1U});
    }
    expect_words(html(), {"id=\"requirements\"", "id=\"satisfaction\"", "2 of 3", "0.85", "last unmet in round"});
}

TEST_F(HealingReport, WhatTheTriggerWatched) {
    for (std::uint32_t round = 2; round <= 3; ++round) {
        rows_.append(sim::MonitoringRecord{.round = round,
                                           .trigger = "adwin",
                                           .samples = 100,
                                           .mean = 0.1 * round,
                                           .window = 90,
                                           .window_mean = 0.2,
                                           .change = round == 3 ? "rose" : "none",
                                           .open = round == 3 ? 1U : 0U});
    }
    expect_words(html(), {"id=\"monitoring\"", "id=\"watched\"", "adwin: an alarm in round 3.",
                          "In 1 of 2 rounds the strategy might respond."});
}

/// Without a detector nothing is watched, and there is no curve.
TEST_F(HealingReport, RequirementsAloneHaveNoCurve) {
    rows_.append(sim::MonitoringRecord{
        .round = 2, .trigger = "requirements", .mean = std::nan(""), .window_mean = std::nan(""), .change = "none"});
    const std::string page = html();
    expect_words(page, {"id=\"monitoring\"", "requirements: no alarm."});
    EXPECT_EQ(page.find("id=\"watched\""), std::string::npos);
}

}  // namespace
}  // namespace mlaasim::study
