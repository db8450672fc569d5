// State that outlives the process: what was saved goes on with the same bits.
#include "composition/archive.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <utility>

#include "composition/adapting_composition.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::composition {
namespace {

using testing::id;
using testing::Ids;
using testing::MemoryArchive;

class ArchiveTest : public testing::AdaptingComposition {
protected:
    /// Rounds whose outcomes depend on all that a strategy remembers.
    void play(std::uint32_t first, std::uint32_t last) {
        for (std::uint32_t r = first; r <= last; ++r) {
            round = sim::Round{r};
            laboratory.not_composable = {id(r % 4)};
            laboratory.trial_effectiveness = 0.5 + 0.01 * r;
            laboratory.accuracy_after = 0.6 + 0.001 * r;
            const Ids& members = membership.members;
            membership = adapt_to({members[1], members[r % 2 == 0 ? 0 : 2]}).membership;
            std::vector<double> numbers;
            for (const auto& arm : log.bandit()) {
                numbers.insert(numbers.end(), {double(arm.service), arm.expected, arm.bonus, arm.reward});
            }
            bandit_rows.push_back(numbers);
        }
    }

    std::vector<std::vector<double>> bandit_rows;
};

bool equal_bits(const std::map<std::string, std::vector<double>>& a,
                const std::map<std::string, std::vector<double>>& b) {
    if (a.size() != b.size()) {
        return false;
    }
    for (const auto& [name, values] : a) {
        const auto other = b.find(name);
        if (other == b.end() || other->second.size() != values.size() ||
            (!values.empty() &&
             std::memcmp(values.data(), other->second.data(), values.size() * sizeof(double)) != 0)) {
            return false;
        }
    }
    return true;
}

TEST_F(ArchiveTest, EveryStrategyGoesOnWithTheSameBits) {
    options.reward = mlaasim::testing::chosen(reward_kinds(), "kind: realised");
    const Marketplace advertised = market;
    const Membership at_first = membership;
    for (const auto& kind : strategy_kinds()) {
        for (const auto& policy : policy_kinds()) {
            options.bandit.policy = mlaasim::testing::chosen(policy_kinds(), "kind: " + std::string{policy.word});
            market = advertised;
            membership = at_first;
            choose(kind.word);
            play(1, 3);
            MemoryArchive archive = saved();
            const Membership then = membership;
            bandit_rows.clear();
            play(4, 6);
            const MemoryArchive undisturbed = saved();
            const auto rows = std::exchange(bandit_rows, {});

            market = advertised;
            membership = then;
            choose(kind.word);
            archive.load();
            strategy->archive(archive);
            market.archive(archive);
            play(4, 6);
            const MemoryArchive resumed = saved();
            EXPECT_TRUE(equal_bits(resumed.doubles, undisturbed.doubles));
            EXPECT_EQ(resumed.ints, undisturbed.ints);
            EXPECT_EQ(bandit_rows, rows);
        }
    }
}

/// Checkpoints of older runs have these arrays.
TEST_F(ArchiveTest, EveryStrategySavesTheSameArrays) {
    for (const auto& kind : strategy_kinds()) {
        choose(kind.word);
        MemoryArchive archive;
        strategy->archive(archive);
        // What a strategy alone remembers bears its name.
        std::erase_if(archive.ints,
                      [&](const auto& array) { return array.first.starts_with(std::string{kind.word} + "/"); });
        ASSERT_EQ(archive.ints.size(), 1U);
        EXPECT_TRUE(archive.ints.at("adapted_before").empty());
        ASSERT_EQ(archive.doubles.size(), 1U);
        EXPECT_EQ(archive.doubles.at("bandit"), options.bandit.policy->make(context_width)->export_state());
    }
}

TEST_F(ArchiveTest, AdaptedServicesAreSavedInTheOrderOfTheAssessment) {
    for (const char* kind : {"tta", "tta_then_substitute"}) {
        choose(kind);
        static_cast<void>(respond({id(3), id(0), id(2)}));
        EXPECT_EQ(saved().ints.at("adapted_before"), (std::vector<std::int64_t>{3, 1, 0, 1, 2, 1}));
        static_cast<void>(respond({}));
        EXPECT_TRUE(saved().ints.at("adapted_before").empty());
    }
}

TEST_F(ArchiveTest, EscalationSurvives) {
    choose("tta_then_substitute");
    EXPECT_EQ(respond({id(2)}).adapted, Ids{id(2)});
    MemoryArchive archive = saved();
    archive.load();
    choose("tta_then_substitute");
    strategy->archive(archive);
    const Response response = respond({id(2)});
    EXPECT_TRUE(response.adapted.empty());
    ASSERT_EQ(response.substitutions.size(), 1U);
    EXPECT_EQ(response.substitutions[0].outgoing, id(2));
}

TEST_F(ArchiveTest, OnlyServicesThatChangedAreSaved) {
    market.observe_task(id(5), true);
    market.observe_quality(id(8), 0.4);
    choose("none");
    const MemoryArchive archive = saved();
    EXPECT_EQ(archive.ints.at("market/services"), (std::vector<std::int64_t>{5, 1, 8, 1}));
    EXPECT_EQ(archive.doubles.at("market/quality"), (std::vector{market.quality(id(5)), market.quality(id(8))}));
}

TEST_F(ArchiveTest, ServicesOutsideTheMarketplaceAreDamage) {
    using Runs = std::vector<std::int64_t>;
    const Runs whole{7, 3, 0, 2};
    for (const Runs& runs : {Runs{-1, 1}, Runs{10, 1}, Runs{std::int64_t{1} << 32, 1}, Runs{8, 3}, Runs{8, 0},
                             Runs{8, -1}, Runs{0, std::int64_t{1} << 62}, Runs{0, 1, 2}, whole}) {
        MemoryArchive archive;
        archive.ints["members"] = runs;
        archive.load();
        Ids members;
        if (runs == whole) {
            archive.services("members", members);
            EXPECT_EQ(members, (Ids{id(7), id(8), id(9), id(0), id(1)}));
        } else {
            EXPECT_THROW(archive.services("members", members), sim::InputError) << ::testing::PrintToString(runs);
        }
    }
}

TEST_F(ArchiveTest, StateOfAnotherFormIsDamage) {
    choose("substitute");
    MemoryArchive archive = saved();
    archive.ints["market/services"] = {4, 3};
    archive.doubles["market/quality"] = {0.5, 0.25};
    archive.doubles["bandit"].push_back(1);
    archive.load();
    EXPECT_THROW(market.archive(archive), sim::InputError);
    EXPECT_THROW(strategy->archive(archive), sim::InputError);
}

}  // namespace
}  // namespace mlaasim::composition
