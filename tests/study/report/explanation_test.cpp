// Why a round did what it did, of a run whose answers are known.
#include "study/report/explanation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include "study/report/decision.hpp"

#include "sim/core/error.hpp"
#include "study/report/made_run.hpp"

namespace mlaasim::study {
namespace {

class Explanation : public ::testing::Test {
protected:
    /// The lines below a title; empty when the part is left out.
    std::vector<std::string> lines(const std::string& title, std::uint32_t round,
                                   std::optional<std::uint32_t> service = {}) {
        for (const ExplainedPart& part : explain_round(trace_, round, service)) {
            if (part.title == title) {
                return part.lines;
            }
        }
        return {};
    }
    std::string refusal(std::uint32_t round, std::optional<std::uint32_t> service) {
        try {
            static_cast<void>(explain_round(trace_, round, service));
        } catch (const sim::InputError& error) {
            return error.what();
        }
        return "was explained";
    }

    sim::testing::TraceFolder folder_;
    RunTrace trace_ = read_run_trace(testing::make_run(folder_.path()));
};

using Lines = std::vector<std::string>;

TEST_F(Explanation, OfAServiceWithoutARowSaysThatRowsAreLeftOut) {
    trace_ = read_run_trace(testing::make_run_with_omitted_rows(folder_.path(), "sample"));
    EXPECT_EQ(lines("The service", 2, 0),
              (Lines{"no row in the trace, which leaves out 2 services of this round (trace.service_rows); it was not "
                     "tried"}));
    EXPECT_EQ(lines("The service", 2, 1).size(), 1U);
    EXPECT_EQ(members_at_the_end(trace_).size(), 6U);
}

TEST_F(Explanation, OfARoundThatReplaces) {
    EXPECT_EQ(lines("Assessment", 3), (Lines{"3 members assessed, 1 below the threshold, 1 reported as weak",
                                             "1: weak, score -0.08 below the threshold 0.01: QoS contribution -0.2, "
                                             "functional contribution 0.05; its data "
                                             "drifts: label_swap of service 1, strength 0.9"}));
    EXPECT_EQ(lines("The candidate filter", 3),
              (Lines{"accepted: 4 and 5", "refused, a member already: 0",
                     "refused, quality not better than the mean of the weak members: 3"}));
    EXPECT_EQ(lines("The bandit", 3), (Lines{"selection 1: 4 expects 0.25 + bonus 0.5: chosen, reward 0.8, replaces 1",
                                             "selection 1: 5 expects 0.125 + bonus 0.5: not chosen"}));
    EXPECT_EQ(
        lines("The composition rules", 3),
        (Lines{
            "4: data utility 0.4 holds, model utility 0.1 holds, scalability 0.9 holds, quality history 0.95 fails and "
            "reliability does not apply; confidence 0.8, composable"}));
    EXPECT_EQ(
        lines("What came of it", 3),
        (Lines{"1 is replaced by 4", "the clients had 60.0 % right; 65.0 % on the same samples after the response",
               "in the next round 82.0 % right: +22.0 points"}));
}

TEST_F(Explanation, OfARoundThatAdapts) {
    EXPECT_EQ(lines("Adapted at test time", 4), (Lines{"0 by batch_norm on 64 samples: composability score 0.75 "
                                                       "(weight drift 0.9, update consistency -, BN updates 0.8, BN "
                                                       "data 0.7, predictions 0.6): integrated"}));
    EXPECT_EQ(lines("What happened", 4).back(), "not reachable: 2");
}

TEST_F(Explanation, OfARoundInWhichNothingHappened) {
    EXPECT_EQ(lines("What happened", 1), Lines{"nothing out of the ordinary"});
    EXPECT_EQ(lines("Assessment", 1), Lines{"no member was assessed in this round"});
    EXPECT_TRUE(lines("The bandit", 1).empty());
    EXPECT_FALSE(lines("What happened", 0).empty()) << "round 0 is the set-up";
}

TEST_F(Explanation, OfOneService) {
    EXPECT_EQ(lines("The service", 3, 4).size(), 1U);
    EXPECT_TRUE(lines("The service", 3, 4).front().starts_with("candidate, trained: 120 samples"));
    EXPECT_EQ(lines("The candidate filter", 3, 4),
              Lines{"accepted: effectiveness 90.0 %, quality 80.0 %, 120 samples"});
    EXPECT_EQ(lines("The bandit", 3, 5), Lines{"selection 1: 5 expects 0.125 + bonus 0.5: not chosen"});
    EXPECT_EQ(lines("What came of it", 3, 1), Lines{"1 is replaced by 4"});
    EXPECT_EQ(lines("The service", 1, 5), Lines{"neither a member nor tried in this round"});
}

TEST_F(Explanation, OfARefusedService) {
    EXPECT_EQ(lines("The candidate filter", 3, 3),
              Lines{"refused, quality not better than the mean of the weak members: effectiveness 20.0 %, quality "
                    "20.0 %, 90 samples"});
    EXPECT_EQ(refusal_text("quality+volume"), "quality and volume not better than the mean of the weak members");
    EXPECT_EQ(refusal_text("all three"),
              "effectiveness, quality and volume not better than the mean of the weak members");
}

TEST_F(Explanation, WhatTheTraceDoesNotHaveIsRefused) {
    EXPECT_NE(refusal(6, {}).find("trace.h5: the trace has no round 6 (expected a round from 0 to 5)"),
              std::string::npos)
        << refusal(6, {});
    EXPECT_NE(refusal(3, 6).find("the scenario has no service 6 (expected a service from 0 to 5)"), std::string::npos)
        << refusal(3, 6);
}

TEST(ExplanationOfATrigger, SaysWhatItSawAndWhatClientsDidNotGet) {
    const sim::testing::TraceFolder folder;
    sim::TraceFile trace = sim::TraceFile::create(folder.path(), testing::made_header("watched", 2));
    sim::RowBuffer rows;
    testing::append_round(rows, 1, 0.8);
    testing::append_round(rows, 2, 0.6);
    rows.append(sim::SatisfactionRecord{
        .round = 2, .client = 1, .requirement = "latency", .required = 20, .observed = 31.5, .met = 0});
    rows.append(sim::SatisfactionRecord{.round = 2, .client = 0, .requirement = "cost", .required = 9, .met = 1});
    rows.append(sim::MonitoringRecord{.round = 1, .trigger = "requirements"});
    rows.append(sim::MonitoringRecord{.round = 2,
                                      .trigger = "adwin",
                                      .samples = 200,
                                      .mean = 0.5,
                                      .window = 64,
                                      .window_mean = 0.75,
                                      .change = "rose",
                                      .unmet = 1,
                                      .open = 1});
    rows.append(sim::EvidenceRecord{.round = 2, .tier = "complaints", .spent = 1});
    trace.commit(rows, {.round = sim::Round{2}});
    const RunTrace read = read_run_trace(folder.trace());
    const auto lines_of = [&](const std::string& title, std::uint32_t round) {
        for (const ExplainedPart& part : explain_round(read, round, {})) {
            if (part.title == title) {
                return part.lines;
            }
        }
        return Lines{};
    };
    EXPECT_EQ(lines_of("The trigger and the clients", 1),
              (Lines{"requirements", "the trigger is closed: the strategy does not respond"}));
    EXPECT_EQ(lines_of("The trigger and the clients", 2),
              (Lines{"adwin: the mean of 200 labelled samples is 0.5, that of the 64 in the window 0.75; change: rose",
                     "the trigger is open: the strategy may respond", "client 1 requires latency 20, and got 31.5"}));
    EXPECT_EQ(lines_of("Evidence used", 2), Lines{"complaints: 1 client"});
}

}  // namespace
}  // namespace mlaasim::study
