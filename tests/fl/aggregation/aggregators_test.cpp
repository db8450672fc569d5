#include <gtest/gtest.h>

#include <string>

#include "fl/aggregation/aggregator.hpp"
#include "support/chosen.hpp"

namespace mlaasim::fl {
namespace {

sim::Chosen<Aggregator> aggregator(const std::string& word) {
    return mlaasim::testing::chosen(aggregator_kinds(), "aggregation: " + word, "aggregation");
}

TEST(Aggregators, FedAvgWeighsBySamplesAndTheOthersDoNot) {
    EXPECT_EQ(aggregator("fedavg")->weight(250), 250);
    EXPECT_EQ(aggregator("uniform")->weight(250), 1);
    EXPECT_EQ(aggregator("soft_vote")->weight(250), 1);
}

TEST(Aggregators, OnlySoftVoteVotes) {
    for (const sim::Kind<Aggregator>& kind : aggregator_kinds()) {
        EXPECT_EQ(
            sim::Chosen<Aggregator> { kind } -> votes(), kind.word == "soft_vote")
            << kind.word;
    }
}

}  // namespace
}  // namespace mlaasim::fl
