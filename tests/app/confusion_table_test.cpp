// The confusion matrices of a run's trace: of which rounds there is one, and that it counts what the rounds' rows
// count.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "run/scenario.hpp"
#include "sim/storage/records_of.hpp"
#include "support/simulation.hpp"

namespace mlaasim::testing {
namespace {

constexpr const char* scenario = R"(name: confusing
rounds: 5
data: {source: synthetic_digits, synthetic_train: 200, synthetic_test: 100}
model: {kind: logistic}
services: {count: 3, partition: {samples: 40}}
clients: {count: 3, stream: 20}
training: {epochs: 1}
adaptation: {every: 0}
evaluation: {confusion_rounds: 3}
)";

/// What a round's matrix holds in all, and on its diagonal.
struct Counted {
    std::int64_t samples = 0;
    std::int64_t right = 0;
};

TEST(ConfusionTable, CountsWhatTheRoundsCount) {
    TemporaryFolder folder;
    write_text(folder / "scenario.yaml", scenario);
    const Outcome outcome = run(simulate(folder / "scenario.yaml", folder.path(), Ranks{2}));
    ASSERT_EQ(outcome.exit_code, 0) << outcome;
    std::map<std::uint32_t, Counted> by_round;
    for (const auto& cell : sim::records_of<sim::ConfusionRecord>(folder / "trace.h5")) {
        EXPECT_GT(cell.samples, 0);
        by_round[cell.round].samples += cell.samples;
        by_round[cell.round].right += cell.truth == cell.predicted ? cell.samples : 0;
    }
    const auto rounds = sim::records_of<sim::RoundRecord>(folder / "trace.h5");
    ASSERT_EQ(rounds.size(), 5U);
    for (const auto& round : rounds) {
        ASSERT_EQ(by_round.contains(round.round), round.round % 2 == 1) << round.round;
        if (round.round % 2 == 1) {
            EXPECT_EQ(by_round[round.round].samples, round.samples);
            EXPECT_DOUBLE_EQ(static_cast<double>(by_round[round.round].right) / static_cast<double>(round.samples),
                             round.accuracy);
        }
    }
}

TEST(ConfusionTable, IsOfAtMostSoManyRoundsTheLastAmongThem) {
    for (const std::int64_t rounds : {1, 2, 99, 100, 101, 200, 100'000}) {
        for (const std::int64_t most : {1, 3, 100}) {
            run::Scenario options;
            options.rounds = rounds;
            options.evaluation.confusion_rounds = most;
            std::int64_t kept = 0;
            for (std::int64_t round = 1; round <= rounds; ++round) {
                kept += options.keeps_confusion(sim::Round{static_cast<std::uint32_t>(round)}) ? 1 : 0;
            }
            EXPECT_LE(kept, most) << rounds;
            EXPECT_GE(2 * kept, std::min(rounds, most)) << rounds << ' ' << most;
            EXPECT_TRUE(options.keeps_confusion(sim::Round{static_cast<std::uint32_t>(rounds)})) << rounds;
        }
    }
    run::Scenario none;
    none.evaluation.confusion_rounds = 0;
    EXPECT_FALSE(none.keeps_confusion(sim::Round{10}));
}

}  // namespace
}  // namespace mlaasim::testing
