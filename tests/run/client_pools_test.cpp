// Which of the clients' samples rounds score, and which they may have labelled.
#include "run/client_pools.hpp"

#include <gtest/gtest.h>

#include <set>

#include "run/scenario.hpp"
#include "sim/core/error.hpp"
#include "support/chosen.hpp"

namespace mlaasim::run {
namespace {

using Samples = std::set<std::uint32_t>;

class ClientPoolsTest : public ::testing::Test {
protected:
    static sim::Partition partition_of(std::size_t samples, std::uint32_t clients) {
        const std::vector<std::uint8_t> labels(samples, 0);
        return testing::chosen(sim::partition_kinds(), "kind: iid")
            ->partition(labels, 1, clients, {sim::Seed{1}, sim::Purpose::test, 0, 0});
    }
    [[nodiscard]] static ClientPools pools(const sim::Partition& partition, std::uint32_t clients, std::int64_t labels,
                                           bool set_aside = false) {
        return {partition, clients, {.labels = labels, .set_aside = set_aside}, sim::Seed{9}};
    }
    static Samples scored(const ClientPools& pools, std::uint32_t client) {
        const auto samples = pools.scored(sim::ClientId{client});
        return {samples.begin(), samples.end()};
    }
    static std::vector<std::uint32_t> labelled(const ClientPools& pools, std::uint32_t client, std::uint32_t round) {
        return pools.labelled(sim::ClientId{client}, sim::Round{round});
    }
};

TEST_F(ClientPoolsTest, WithoutLabelsEverySampleIsScored) {
    const sim::Partition partition = partition_of(30, 3);
    const ClientPools all = pools(partition, 3, 0);
    for (std::uint32_t client = 0; client < 3; ++client) {
        EXPECT_EQ(scored(all, client).size(), 10U);
        EXPECT_TRUE(labelled(all, client, 4).empty());
    }
}

TEST_F(ClientPoolsTest, NoSampleIsBothScoredAndLabelled) {
    const sim::Partition partition = partition_of(63, 3);
    const ClientPools split = pools(partition, 3, 1000);
    for (std::uint32_t client = 0; client < 3; ++client) {
        const Samples in_rounds = scored(split, client);
        EXPECT_EQ(in_rounds.size(), 11U);
        Samples seen = in_rounds;
        for (const std::uint32_t round : {1U, 2U}) {
            const auto drawn = labelled(split, client, round);
            EXPECT_EQ(drawn.size(), 10U) << "more is granted than its half has";
            for (const std::uint32_t sample : drawn) {
                EXPECT_FALSE(in_rounds.contains(sample));
            }
            seen.insert(drawn.begin(), drawn.end());
        }
        const auto held = partition.samples(client);
        EXPECT_EQ(seen, Samples(held.begin(), held.end()));
    }
}

TEST_F(ClientPoolsTest, TheSameSamplesAreScoredWhereTheOthersAreSetAsideWithoutLabels) {
    const sim::Partition partition = partition_of(63, 3);
    const ClientPools granted = pools(partition, 3, 6);
    const ClientPools aside = pools(partition, 3, 0, true);
    for (std::uint32_t client = 0; client < 3; ++client) {
        EXPECT_EQ(scored(aside, client), scored(granted, client));
        EXPECT_TRUE(labelled(aside, client, 1).empty());
    }
}

TEST_F(ClientPoolsTest, EveryRoundDrawsTheWholeGrantAnew) {
    const sim::Partition partition = partition_of(300, 4);
    const ClientPools split = pools(partition, 4, 10);
    std::set<std::size_t> parts_of_client_0;
    for (std::uint32_t round = 1; round <= 8; ++round) {
        std::size_t spent = 0;
        for (std::uint32_t client = 0; client < 4; ++client) {
            const auto drawn = labelled(split, client, round);
            EXPECT_EQ(Samples(drawn.begin(), drawn.end()).size(), drawn.size()) << "each sample once";
            EXPECT_EQ(labelled(split, client, round), drawn);
            spent += drawn.size();
        }
        EXPECT_EQ(spent, 10U);
        parts_of_client_0.insert(labelled(split, 0, round).size());
    }
    EXPECT_EQ(parts_of_client_0, (std::set<std::size_t>{2, 3})) << "the rest goes round";
    EXPECT_NE(labelled(split, 0, 1), labelled(split, 0, 5));
}

/// A client with one sample has none to be labelled; the others share what is granted.
TEST_F(ClientPoolsTest, OnlyClientsWithSamplesToSpareGetAPartOfTheGrant) {
    const sim::Partition partition = partition_of(7, 4);
    const ClientPools split = pools(partition, 4, 1);
    std::set<std::uint32_t> asked;
    for (std::uint32_t round = 1; round <= 6; ++round) {
        std::size_t spent = 0;
        for (std::uint32_t client = 0; client < 4; ++client) {
            const std::size_t drawn = labelled(split, client, round).size();
            spent += drawn;
            if (drawn > 0) {
                EXPECT_EQ(partition.samples(client).size(), 2U);
                asked.insert(client);
            }
        }
        EXPECT_EQ(spent, 1U) << "round " << round;
    }
    EXPECT_EQ(asked.size(), 3U);
}

TEST_F(ClientPoolsTest, LabelsThatNobodyHasAreAMistake) {
    const sim::Partition partition = partition_of(2, 2);
    try {
        static_cast<void>(pools(partition, 2, 5));
        FAIL() << "accepted";
    } catch (const sim::InputError& error) {
        EXPECT_EQ(error.problems().front().path, "adaptation.evidence.labels");
    }
}

}  // namespace
}  // namespace mlaasim::run
