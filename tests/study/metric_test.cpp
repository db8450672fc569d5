#include "study/metric.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "sim/core/error.hpp"
#include "sim/storage/trace_file.hpp"
#include "sim/trace/records.hpp"
#include "support/program.hpp"

namespace mlaasim::study {
namespace {

using testing::TemporaryFolder;

/// Rounds of accuracy 0.1, 0.2, ... 0.6, losses of which the first is no number, and four events.
class MetricOfATrace : public ::testing::Test {
protected:
    MetricOfATrace() {
        sim::RowBuffer rows;
        for (std::uint32_t round = 1; round <= 6; ++round) {
            rows.append(sim::RoundRecord{.round = round,
                                         .accuracy = 0.1 * round,
                                         .loss = round == 1 ? std::numeric_limits<double>::quiet_NaN() : 1.0 * round});
            rows.append(sim::EventRecord{.round = round, .kind = round % 3 == 0 ? "outage" : "substitution"});
        }
        sim::TraceFile trace = sim::TraceFile::create(folder_.path(), {.scenario_yaml = "name: made\n"});
        trace.commit(rows, {.round = sim::Round{6}});
    }

    [[nodiscard]] std::optional<double> value(const std::string& text) const {
        TraceTables tables{folder_ / "trace.h5"};
        return value_of(parse_metric(text), tables);
    }

    TemporaryFolder folder_;
};

/// Two services of which one has rows; the other is in the sums.
TEST(MetricOfServices, AddsWhatIsLeftOutOrSaysThatItCant) {
    const TemporaryFolder folder;
    sim::RowBuffer rows;
    for (std::uint32_t round = 0; round <= 2; ++round) {
        const char* const role = round == 0 ? "candidate" : "member";
        rows.append(sim::ServiceRecord{.round = round, .role = role, .quality = 0.5, .energy_j = 1.5, .bytes = 10});
        rows.append(sim::OmittedRecord{
            .round = round, .role = role, .rows = 1, .trainings = 1, .bytes = 100, .energy_j = 0.25});
        rows.append(sim::ServiceRecord{.round = round, .service = 7, .role = "trial", .quality = 0.75});
        if (round > 0) {
            rows.append(sim::RoundRecord{.round = round});
        }
    }
    sim::TraceFile::create(folder.path(), {.scenario_yaml = "name: made\n"}).commit(rows, {.round = sim::Round{2}});
    const auto value = [&](const char* text) {
        TraceTables tables{folder / "trace.h5"};
        return *value_of(parse_metric(text), tables);
    };
    EXPECT_EQ(value("services.bytes.sum"), 330);
    EXPECT_EQ(value("services.bytes(round=0).sum"), 110);
    EXPECT_EQ(value("services.energy_j(role=member).sum"), 3.5);
    EXPECT_EQ(value("services.count(round>0)"), 6);
    EXPECT_EQ(value("services.bytes(round=last).sum"), 110);
    EXPECT_EQ(value("rounds.count"), 2);
    EXPECT_EQ(value("services.quality(role=trial).mean"), 0.75) << "nothing of it is left out";
    for (const char* const text : {"services.quality.mean", "services.bytes.mean", "services.bytes(service=0).sum",
                                   "services.quality(round=last).mean", "services.bytes[0:1].sum", "drift.count"}) {
        try {
            static_cast<void>(value(text));
            ADD_FAILURE() << text;
        } catch (const sim::InputError& error) {
            EXPECT_NE(std::string{error.what()}.find("trace.service_rows"), std::string::npos) << error.what();
        }
    }
}

TEST_F(MetricOfATrace, IsReduced) {
    EXPECT_DOUBLE_EQ(*value("rounds.accuracy.last"), 0.6);
    EXPECT_DOUBLE_EQ(*value("rounds.accuracy.first"), 0.1);
    EXPECT_DOUBLE_EQ(*value("rounds.accuracy.max"), 0.6);
    EXPECT_DOUBLE_EQ(*value("rounds.accuracy.min"), 0.1);
    EXPECT_DOUBLE_EQ(*value("rounds.round.sum"), 21.0);
    EXPECT_DOUBLE_EQ(*value("rounds.round.mean"), 3.5);
    EXPECT_DOUBLE_EQ(*value("rounds.round.median"), 3.5);
    EXPECT_DOUBLE_EQ(*value("rounds.round.std"), std::sqrt(3.5));
}

TEST_F(MetricOfATrace, TakesRowsAsPythonDoes) {
    EXPECT_DOUBLE_EQ(*value("rounds.round[-2:].mean"), 5.5);
    EXPECT_DOUBLE_EQ(*value("rounds.round[1:3].sum"), 5.0);
    EXPECT_DOUBLE_EQ(*value("rounds.round[:-4].max"), 2.0);
    EXPECT_DOUBLE_EQ(*value("rounds.round[0]"), 1.0);
    EXPECT_DOUBLE_EQ(*value("rounds.round[-1]"), 6.0);
    EXPECT_DOUBLE_EQ(*value("rounds.round[-100:100].max"), 6.0);
    EXPECT_EQ(value("rounds.round[4:-4].max"), std::nullopt);
    EXPECT_EQ(value("rounds.round[17]"), std::nullopt);
}

TEST_F(MetricOfATrace, FiltersRows) {
    EXPECT_DOUBLE_EQ(*value("events.count"), 6.0);
    EXPECT_DOUBLE_EQ(*value("events.count(kind=substitution)"), 4.0);
    EXPECT_DOUBLE_EQ(*value("events.count( kind != substitution , round > 3 )"), 1.0);
    EXPECT_DOUBLE_EQ(*value("rounds.accuracy(round=last).min"), 0.6);
    EXPECT_DOUBLE_EQ(*value("rounds.round(round>first)[0]"), 2.0);
    EXPECT_DOUBLE_EQ(*value("rounds.round(round>=3,round<5).sum"), 7.0);
    EXPECT_EQ(value("rounds.round(round=99).sum"), std::nullopt);
    EXPECT_DOUBLE_EQ(*value("events.count(round=99)"), 0.0);
}

/// What proof cost and what it led to.
TEST(Metric, OfEvidenceActionsAndServing) {
    const TemporaryFolder folder;
    sim::RowBuffer rows;
    rows.append(sim::RoundRecord{.round = 1, .accuracy = 0.75, .plain_accuracy = 0.5});
    rows.append(sim::EvidenceRecord{.round = 1, .tier = "labels", .spent = 200});
    rows.append(sim::EvidenceRecord{.round = 1, .tier = "trials", .spent = 4});
    rows.append(sim::ActionRecord{.round = 1, .action = "removal", .committed = 1});
    rows.append(sim::ActionRecord{.round = 1, .action = "removal"});
    rows.append(sim::AssessmentRecord{.round = 1, .underperforming = 1});
    rows.append(sim::ServingRecord{.round = 1, .client = 0, .branch = "plain", .reason = "not proved", .angle = 2});
    rows.append(sim::ServingRecord{.round = 1, .client = 1, .branch = "aligned", .reason = "turned", .angle = 30});
    rows.append(sim::SatisfactionRecord{.round = 1, .requirement = "accuracy", .met = 1});
    rows.append(sim::MonitoringRecord{.round = 1, .trigger = "adwin", .change = "rose"});
    sim::TraceFile trace = sim::TraceFile::create(folder.path(), {.scenario_yaml = "name: made\n"});
    trace.commit(rows, {.round = sim::Round{1}});
    TraceTables tables{folder / "trace.h5"};
    for (const auto& [text, value] :
         std::initializer_list<std::pair<const char*, double>>{{"rounds.plain_accuracy.last", 0.5},
                                                               {"evidence.spent(tier=labels).sum", 200},
                                                               {"evidence.spent(tier=trials).sum", 4},
                                                               {"actions.count(committed=1)", 1},
                                                               {"assessment.count(underperforming=1)", 1},
                                                               {"serving.angle(branch=aligned).last", 30},
                                                               {"serving.count(reason='not proved')", 1},
                                                               {"serving.count(reason != 'not proved' )", 1},
                                                               {"satisfaction.met.mean", 1},
                                                               {"monitoring.count(change=rose)", 1}}) {
        EXPECT_EQ(value_of(parse_metric(text), tables), std::optional{value}) << text;
    }
}

TEST_F(MetricOfATrace, LeavesOutWhatIsNoNumber) { EXPECT_DOUBLE_EQ(*value("rounds.loss.first"), 2.0); }

struct MetricMistake {
    const char* text;
    int character;
    const char* message;
};

class MetricMistakes : public ::testing::TestWithParam<MetricMistake> {};

TEST_P(MetricMistakes, AreLocated) {
    try {
        static_cast<void>(parse_metric(GetParam().text));
        ADD_FAILURE() << "accepted: " << GetParam().text;
    } catch (const sim::InputError& error) {
        const std::string message = error.what();
        EXPECT_NE(message.find("at character " + std::to_string(GetParam().character) + ": "), std::string::npos)
            << message;
        EXPECT_NE(message.find(GetParam().message), std::string::npos) << message;
    }
}

INSTANTIATE_TEST_SUITE_P(
    All, MetricMistakes,
    ::testing::Values(MetricMistake{"", 1, "the metric ends here"},
                      MetricMistake{"round.accuracy.last", 1, "mean rounds?"},
                      MetricMistake{"rounds", 7, "the metric ends here"},
                      MetricMistake{"rounds.acc.last", 8, "the table rounds has no column acc"},
                      MetricMistake{"rounds.accuracy", 16, "add .last or .mean"},
                      MetricMistake{"rounds.accuracy.lst", 17, "did you mean last?"},
                      MetricMistake{"rounds.accuracy.last.max", 21, "stands behind the metric"},
                      MetricMistake{"rounds.accuracy[].last", 17, "the rows are missing"},
                      MetricMistake{"rounds.accuracy[5:2].mean", 17, "the range never has a row"},
                      MetricMistake{"rounds.accuracy[:0].mean", 17, "the range never has a row"},
                      MetricMistake{"rounds.accuracy[-2:-2].mean", 17, "the range never has a row"},
                      MetricMistake{"timing.seconds.sum", 1, "the table timing is measured"},
                      MetricMistake{"rounds.accuracy[-5:.mean", 20, "there is \".\""},
                      MetricMistake{"rounds.accuracy[99999999999999999999].mean", 17, "is no row's number"},
                      MetricMistake{"rounds.accuracy(round=x).max", 23, "round is compared with x"},
                      MetricMistake{"rounds.accuracy(round).max", 22, "a comparison is missing"},
                      MetricMistake{"rounds.accuracy(rond=1).max", 17, "did you mean round?"},
                      MetricMistake{"rounds.accuracy(round=1", 24, "the end of the conditions"},
                      MetricMistake{"events.kind.last", 8, "count rows: events.count(kind=...)"},
                      MetricMistake{"events.count(kind<outage)", 18, "= or !="},
                      MetricMistake{"serving.count(reason='not proved)", 22, "a quoted text does not end"},
                      MetricMistake{"events.count.max", 13, "stands behind the metric"}));

}  // namespace
}  // namespace mlaasim::study
