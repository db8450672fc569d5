// The story of runs whose story is known.
#include "study/report/story.hpp"

#include <gtest/gtest.h>

#include "sim/core/error.hpp"
#include "study/report/explanation.hpp"
#include "study/report/made_run.hpp"

namespace mlaasim::study {
namespace {

using sim::testing::TraceFolder;

std::vector<std::string> story(const std::filesystem::path& file) {
    const RunTrace trace = read_run_trace(file);
    return story_of(trace, round_events(trace));
}

TEST(Story, OfARunThatReplacesAndAdapts) {
    const TraceFolder folder;
    const std::vector<std::string> expected{
        "made: 5 rounds, 3 of 6 services, 2 clients. The clients had 50.0 % right in round 1, at best 85.0 % (round "
        "5), 85.0 % in the "
        "end.",
        "Round 3: label_swap of service 1 begins; accuracy falls from 80.0 % to 60.0 % and is back in 1 round; member "
        "1 "
        "underperforms; 1 is replaced by 4.",
        "Round 4: member 0 underperforms; 0 is adapted at test time.",
        "In all: 1 service replaced, 1 adaptation at test time and 1 outage. Trainings cost 15.5 MB of traffic and "
        "30.0 J by the cost model."};
    EXPECT_EQ(story(testing::make_run(folder.path())), expected);
}

TEST(Story, CostsAreThoseOfAllServicesThoughSomeHaveNoRows) {
    const TraceFolder folder;
    EXPECT_EQ(
        story(testing::make_run_with_omitted_rows(folder.path(), "none")).back(),
        "In all: no service replaced or adapted. Trainings cost 12.0 MB of traffic and 20.0 J by the cost model.");
}

/// Two techniques are composable, and the integration takes one.
TEST(Story, AServiceThatSeveralTechniquesFitIsAdaptedOnce) {
    const TraceFolder folder;
    sim::TraceFile trace = sim::TraceFile::create(folder.path(), testing::made_header("several", 2));
    sim::RowBuffer rows;
    for (std::uint32_t round = 1; round <= 2; ++round) {
        testing::append_round(rows, round, 0.8);
        testing::append_member(rows, round, 1);
    }
    for (const char* outcome : {"integrated", "another technique"}) {
        rows.append(sim::TtaRecord{.round = 2, .service = 1, .technique = "tent", .composable = 1, .outcome = outcome});
    }
    trace.commit(rows, {.round = sim::Round{2}});
    const RunTrace read = read_run_trace(folder.trace());
    EXPECT_EQ(round_events(read)[2].adapted, std::vector<std::uint32_t>{1});
}

/// Services come and go one by one, and one comes back; of each round the explanation has the proof.
TEST(Story, OfARunThatHeals) {
    const TraceFolder folder;
    sim::TraceFile trace = sim::TraceFile::create(folder.path(), testing::made_header("healing", 3));
    sim::RowBuffer rows;
    for (std::uint32_t round = 1; round <= 3; ++round) {
        testing::append_round(rows, round, 0.8);
        for (const std::uint32_t member : {0U, 1U, 2U}) {
            testing::append_member(rows, round, member);
        }
    }
    const auto event = [&](std::uint32_t round, const char* kind, std::int32_t id, std::int32_t other) {
        rows.append(sim::EventRecord{.round = round, .kind = kind, .subject = "service", .id = id, .other = other});
    };
    event(2, "removal", 1, -1);
    event(3, "integration", 5, -1);
    event(3, "rollback", 2, 3);
    event(3, "rollback", 0, -1);
    event(3, "collapse", -1, -1);
    rows.append(sim::ActionRecord{.round = 3,
                                  .step = 1,
                                  .action = "integration",
                                  .incoming = 5,
                                  .samples = 200,
                                  .mean = 0.25,
                                  .lower_bound = 0.125,
                                  .actions = 2,
                                  .committed = 1,
                                  .outcome = "done: its gain is proven"});
    rows.append(sim::ActionRecord{.round = 3,
                                  .step = 1,
                                  .action = "substitution",
                                  .outgoing = 1,
                                  .incoming = 4,
                                  .samples = 200,
                                  .mean = -0.25,
                                  .lower_bound = -0.5,
                                  .actions = 2,
                                  .outcome = "not done: no gain is proven"});
    rows.append(sim::ActionRecord{.round = 3, .action = "collapse", .outcome = "grant more labels"});
    trace.commit(rows, {.round = sim::Round{3}});
    const RunTrace read = read_run_trace(folder.trace());
    const std::vector<RoundEvents> events = round_events(read);
    const std::vector<std::string> lines = story_of(read, events);
    ASSERT_GE(lines.size(), 3U);
    EXPECT_EQ(lines[1], "Round 2: 1 leaves without a substitute.");
    EXPECT_EQ(
        lines[2],
        "Round 3: 2 is replaced by 3; 5 comes in; 0 leaves without a substitute; the composition collapses: members "
        "harm, and nothing can be done about it (grant more labels).");
    EXPECT_TRUE(events[2].responded() && events[3].responded());
    EXPECT_EQ(members_at_the_end(read), (std::vector<std::uint32_t>{1, 3, 5}));
    const auto judged = [&](std::optional<std::uint32_t> service) {
        for (const ExplainedPart& part : explain_round(read, 3, service)) {
            if (part.title == "Changes that were judged") {
                return part.lines;
            }
        }
        return std::vector<std::string>{};
    };
    EXPECT_EQ(judged({}), (std::vector<std::string>{
                              "step 1, take in 5: gain 0.25, at least 0.125, on 200 samples: done: its gain is proven",
                              "collapse: grant more labels", "1 other change not made"}));
    EXPECT_EQ(judged(4).front(),
              "step 1, replace 1 by 4: gain -0.25, at least -0.5, on 200 samples: not done: no gain is proven");
}

TEST(Story, OfARunThatIsUnderWay) {
    const TraceFolder folder;
    const std::vector<std::string> lines = story(testing::make_run(folder.path(), 3));
    EXPECT_TRUE(lines.front().ends_with("3 of 5 rounds are played.")) << lines.front();
    // Whether accuracy comes back is not known yet.
    EXPECT_NE(lines.at(1).find("falls from 80.0 % to 60.0 %; member 1"), std::string::npos) << lines.at(1);
}

TEST(Story, BeforeTheFirstCommit) {
    const TraceFolder folder;
    EXPECT_EQ(story(testing::make_run(folder.path(), 0)),
              std::vector<std::string>{"made: the run has not committed a round yet."});
}

/// A slow descent over many rounds, and more responses than there is room for.
TEST(Story, HasTenLinesHoweverLongTheRun) {
    const TraceFolder folder;
    sim::TraceFile trace = sim::TraceFile::create(folder.path(), testing::made_header("long", 100));
    sim::RowBuffer rows;
    for (std::uint32_t round = 1; round <= 100; ++round) {
        testing::append_round(rows, round, 0.9 - 0.005 * round, 1);
        rows.append(
            sim::EventRecord{.round = round, .kind = "substitution", .subject = "service", .id = 1, .other = 2});
    }
    trace.commit(rows, {.round = sim::Round{100}});
    const std::vector<std::string> lines = story(folder.trace());
    ASSERT_EQ(lines.size(), 10U);
    EXPECT_EQ(lines[7], "In 94 other rounds: 94 services replaced.");
    EXPECT_EQ(lines[8], "From round 1 to round 100 accuracy falls from 89.5 % to 40.0 %.");
}

TEST(Story, OfAnAlarmAndOfWhatClientsRequire) {
    const TraceFolder folder;
    sim::TraceFile trace = sim::TraceFile::create(folder.path(), testing::made_header("watched", 4));
    sim::RowBuffer rows;
    for (std::uint32_t round = 1; round <= 4; ++round) {
        testing::append_round(rows, round, 0.8);
        if (round == 2) {
            rows.append(sim::SatisfactionRecord{
                .round = round, .client = 1, .requirement = "accuracy", .required = 0.5, .met = 1});
        }
        for (std::uint32_t client = 0; client < 2; ++client) {
            rows.append(sim::SatisfactionRecord{
                .round = round, .client = client, .requirement = "latency", .required = 20, .met = client});
        }
    }
    rows.append(sim::EventRecord{.round = 3, .kind = "alarm", .subject = "composition", .value = 0.4});
    trace.commit(rows, {.round = sim::Round{4}});
    const std::vector<std::string> lines = story(folder.trace());
    ASSERT_EQ(lines.size(), 4U);
    EXPECT_EQ(lines[1], "Round 3: errors rise, an alarm.");
    EXPECT_EQ(lines[2],
              "What clients require was met, over rounds and clients: accuracy in 100.0 % and latency in 50.0 %.");
}

TEST(RoundEvents, DriftIsInForceUntilTheRoundBeforeItsEnd) {
    std::vector<RoundEvents> events(10);
    for (std::uint32_t round = 0; round < 10; ++round) {
        events[round].round = round;
    }
    events[2].drifts_begun = {0};
    events[4].drifts_begun = {1};
    events[6].drifts_ended = {0};
    events[8].drifts_begun = {0};
    const std::vector<DriftSpan> spans = drift_spans(events);
    ASSERT_EQ(spans.size(), 3U);
    const auto expect_span = [&](std::size_t i, std::uint32_t entry, std::uint32_t first, std::uint32_t last) {
        EXPECT_EQ(spans[i].entry, entry) << i;
        EXPECT_EQ(spans[i].first, first) << i;
        EXPECT_EQ(spans[i].last, last) << i;
    };
    expect_span(0, 0, 2, 5);
    expect_span(1, 1, 4, 9);
    expect_span(2, 0, 8, 9);
}

TEST(RoundEvents, MembersAtTheEndCountTheLastReplacement) {
    const TraceFolder folder;
    EXPECT_EQ(members_at_the_end(read_run_trace(testing::make_run(folder.path(), 3))),
              (std::vector<std::uint32_t>{0, 2, 4}));
}

TEST(RunTrace, RoundsOutOfOrderAreRefused) {
    const TraceFolder folder;
    sim::TraceFile trace = sim::TraceFile::create(folder.path(), testing::made_header("gap", 5));
    sim::RowBuffer rows;
    testing::append_round(rows, 2, 0.5);
    trace.commit(rows, {.round = sim::Round{2}});
    try {
        static_cast<void>(read_run_trace(folder.trace()));
        ADD_FAILURE() << "was read";
    } catch (const sim::InputError& error) {
        EXPECT_NE(std::string{error.what()}.find("row 0 of rounds is of round 2"), std::string::npos) << error.what();
    }
}

}  // namespace
}  // namespace mlaasim::study
