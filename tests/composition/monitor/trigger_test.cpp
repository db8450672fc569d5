// In which rounds a trigger lets the strategy respond.
#include "composition/monitor/trigger.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "composition/adapting_composition.hpp"
#include "sim/core/error.hpp"
#include "support/chosen.hpp"

namespace mlaasim::composition {
namespace {

using Values = std::vector<double>;
using ByClient = std::vector<Values>;
using mlaasim::testing::chosen;

/// The same value of 64 samples of each of two clients.
ByClient all(double value) { return {Values(64, value), Values(64, value)}; }

class TriggerTest : public ::testing::Test {
protected:
    void choose(std::string_view options) { trigger.emplace(chosen(trigger_kinds(), options)); }

    bool opens(std::uint32_t round, const ByClient& values, std::size_t unmet = 0) {
        log = RoundLog{sim::Round{round}};
        return trigger->opens(sim::Round{round}, {.values = values, .unmet = unmet}, log);
    }

    std::optional<Trigger> trigger;
    RoundLog log{sim::Round{1}};
};

TEST(Interleaved, ClientsTakeTurns) {
    EXPECT_EQ(interleaved(ByClient{{1, 2, 3}, {}, {4}, {5, 6}}), (Values{1, 4, 5, 2, 6, 3}));
    EXPECT_TRUE(interleaved({}).empty());
}

TEST_F(TriggerTest, TheDefaultIsAlwaysOpenAndSaysNothing) {
    trigger.emplace(sim::Chosen<TriggerOptions>{trigger_kinds()});
    EXPECT_TRUE(opens(2, {}));
    EXPECT_TRUE(opens(3, {}, 1));
    EXPECT_TRUE(log.monitoring().empty());
    testing::MemoryArchive archive;
    trigger->archive(archive);
    EXPECT_TRUE(archive.doubles.empty());
    EXPECT_TRUE(archive.ints.empty());
}

TEST_F(TriggerTest, OpensWithARiseAndStaysOpenForAWhile) {
    choose("kind: adwin, open_rounds: 2");
    EXPECT_FALSE(opens(1, all(0.0)));
    EXPECT_FALSE(opens(2, all(0.0)));
    EXPECT_TRUE(opens(3, all(1.0)));
    ASSERT_EQ(log.monitoring().size(), 1U);
    const sim::MonitoringRecord& row = log.monitoring().front();
    EXPECT_EQ(row.round, 3U);
    EXPECT_EQ(row.trigger.view(), "adwin");
    EXPECT_EQ(row.samples, 128);
    EXPECT_EQ(row.mean, 1.0);
    EXPECT_GT(row.window_mean, 0.5);
    EXPECT_EQ(row.change.view(), "rose");
    EXPECT_EQ(row.unmet, 0U);
    EXPECT_EQ(row.open, 1U);
    ASSERT_EQ(log.events().size(), 1U);
    EXPECT_EQ(log.events().front().kind.view(), "alarm");
    EXPECT_EQ(log.events().front().value, 1.0);
    EXPECT_TRUE(opens(4, all(1.0)));
    EXPECT_TRUE(log.events().empty());
    EXPECT_FALSE(opens(5, all(1.0)));
    EXPECT_EQ(log.monitoring().front().open, 0U);
    EXPECT_EQ(log.monitoring().front().change.view(), "none");
}

TEST_F(TriggerTest, AFallIsNoAlarm) {
    for (const char* kind : {"kind: adwin", "kind: page_hinkley, threshold: 5"}) {
        choose(kind);
        EXPECT_FALSE(opens(1, all(1.0)));
        EXPECT_FALSE(opens(2, all(0.0)));
        EXPECT_EQ(log.monitoring().front().change.view(), "fell");
        EXPECT_TRUE(log.events().empty());
    }
}

TEST_F(TriggerTest, PageHinkleyOpensWithARise) {
    choose("kind: page_hinkley, threshold: 5, open_rounds: 1");
    EXPECT_FALSE(opens(1, all(0.0)));
    EXPECT_TRUE(opens(2, all(1.0)));
    EXPECT_FALSE(opens(3, all(1.0)));
}

TEST_F(TriggerTest, ClientsThatDifferAreNoChange) {
    choose("kind: adwin");
    const ByClient apart{Values(200, 0.0), Values(200, 1.0)};
    for (std::uint32_t round = 1; round <= 5; ++round) {
        EXPECT_FALSE(opens(round, apart));
        EXPECT_EQ(log.monitoring().front().change.view(), "none");
    }
}

TEST_F(TriggerTest, AnUnmetRequirementOpensEveryKind) {
    for (const char* kind : {"kind: requirements, open_rounds: 2", "kind: adwin, open_rounds: 2"}) {
        choose(kind);
        EXPECT_FALSE(opens(1, {}));
        EXPECT_TRUE(std::isnan(log.monitoring().front().mean));
        EXPECT_TRUE(std::isnan(log.monitoring().front().window_mean));
        EXPECT_TRUE(opens(2, {}, 3));
        EXPECT_EQ(log.monitoring().front().unmet, 3U);
        EXPECT_TRUE(log.events().empty());
        EXPECT_TRUE(opens(3, {}));
        EXPECT_FALSE(opens(4, {}));
    }
}

TEST_F(TriggerTest, EveryKindGoesOnWithTheSameBitsAfterAResume) {
    for (const auto& kind : trigger_kinds()) {
        const std::string options = "kind: " + std::string{kind.word};
        choose(options);
        const bool watches = kind.make()->watches();
        const auto play = [&](std::uint32_t first, std::uint32_t last) {
            std::vector<bool> open;
            for (std::uint32_t round = first; round <= last; ++round) {
                const ByClient values = watches ? all(round < 4 ? 0.01 * round : 0.9) : ByClient{};
                open.push_back(opens(round, values, round == 3 ? 1 : 0));
            }
            return open;
        };
        static_cast<void>(play(1, 3));
        testing::MemoryArchive archive;
        trigger->archive(archive);
        const std::vector<bool> undisturbed = play(4, 9);
        testing::MemoryArchive end;
        trigger->archive(end);

        choose(options);
        archive.load();
        trigger->archive(archive);
        EXPECT_EQ(play(4, 9), undisturbed) << options;
        testing::MemoryArchive resumed;
        trigger->archive(resumed);
        EXPECT_EQ(resumed.doubles, end.doubles) << options;
        EXPECT_EQ(resumed.ints, end.ints) << options;
    }
}

TEST_F(TriggerTest, StateOfAnotherFormIsDamage) {
    choose("kind: requirements");
    testing::MemoryArchive archive;
    archive.ints["monitor/last_alarm"] = {1, 2};
    archive.load();
    EXPECT_THROW(trigger->archive(archive), sim::InputError);
}

}  // namespace
}  // namespace mlaasim::composition
