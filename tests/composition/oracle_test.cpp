// The references that know the truth.
#include <gtest/gtest.h>

#include "composition/adapting_composition.hpp"

namespace mlaasim::composition {
namespace {

using testing::id;
using testing::Ids;

class OracleTest : public testing::AdaptingComposition {
protected:
    Adaptation play(const std::string& kind) {
        choose(kind);
        laboratory.calls.clear();
        log = RoundLog{round};
        Situation now = situation();
        now.initial_members = 4;
        now.evidence.trials = trials;
        now.truth = truth;
        return carry_out_response(*strategy, now, market, laboratory, log);
    }

    std::vector<ServiceTruth> truth = std::vector<ServiceTruth>(10);
    std::int64_t trials = 100;
};

TEST_F(OracleTest, RemovalTakesOutWhoHarmsAndNobodyElse) {
    truth[1].harmful = truth[3].harmful = truth[7].harmful = true;
    truth[5].fits = true;
    const Adaptation adaptation = play("oracle_removal");
    EXPECT_EQ(adaptation.membership.members, (Ids{id(0), id(2)}));
    EXPECT_TRUE(adaptation.response.trials.empty());
    ASSERT_EQ(log.events().size(), 3U);
    EXPECT_EQ(log.events()[0].kind.view(), "truth") << "it says that it knows";
    EXPECT_EQ(log.events()[1].kind.view(), "removal");
    EXPECT_EQ(log.events()[1].id, 1);
}

TEST_F(OracleTest, MembersTakesInWhoFitsAndOutWhoHarmsOrFitsNoLonger) {
    membership.members = membership.available = membership.trained = {id(0), id(1), id(2), id(3), id(6), id(7)};
    truth[1].harmful = true;
    truth[5].fits = truth[7].fits = true;
    const Adaptation adaptation = play("oracle_members");
    EXPECT_EQ(adaptation.membership.members, (Ids{id(0), id(2), id(3), id(7), id(5)}));
    EXPECT_EQ(adaptation.membership.trained, adaptation.membership.members);
    EXPECT_EQ(laboratory.trials, std::vector<Ids>{Ids{id(5)}});
}

TEST_F(OracleTest, WhoDoesNotTrainDoesNotJoinAndTheLastTrainedStays) {
    truth = std::vector<ServiceTruth>(10, {.harmful = true});
    truth[5] = {.fits = true};
    laboratory.outages = {id(5)};
    membership.trained = {id(0), id(2)};
    const Adaptation adaptation = play("oracle_members");
    EXPECT_EQ(adaptation.membership.trained, Ids{id(2)});
    EXPECT_EQ(adaptation.membership.members, Ids{id(2)});
}

TEST_F(OracleTest, TriesNoMoreThanIsGranted) {
    truth[5].fits = truth[7].fits = truth[8].fits = true;
    trials = 2;
    EXPECT_EQ(play("oracle_members").response.integrations, (Ids{id(5), id(7)}));
    trials = 0;
    EXPECT_FALSE(play("oracle_members").response.changes_composition());
}

TEST_F(OracleTest, WithoutTruthItDoesNothing) {
    truth.clear();
    EXPECT_FALSE(play("oracle_members").response.changes_composition());
    EXPECT_TRUE(logged_nothing());
}

}  // namespace
}  // namespace mlaasim::composition
