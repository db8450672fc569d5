// Who has left comes back: one after another, where the composition is better with it.
#include "composition/healing/take_back.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "composition/fake_laboratory.hpp"
#include "composition/test_market.hpp"

namespace mlaasim::composition {
namespace {

using testing::id;
using Ids = std::vector<sim::ServiceId>;

class TakeBackTest : public ::testing::Test {
protected:
    TakeBackTest() {
        // Either of 5 and 6 is welcome, but not both; 7 always harms.
        laboratory.gains_of = [](const Ids& members, const Change& change) {
            const bool one_is_in = std::ranges::any_of(members, [](auto member) { return member.value() >= 5; });
            const double gain = change.joins == id(7) ? -0.01 : one_is_in ? -0.002 : 0.004;
            return std::vector<double>{gain - 0.002, gain + 0.002};
        };
    }
    Ids run() {
        Ids back;
        for (const CameBack& one : take_back(request, laboratory, log)) {
            back.push_back(one.service);
        }
        return back;
    }
    [[nodiscard]] std::vector<std::string> outcomes() const {
        std::vector<std::string> found;
        for (const sim::ActionRecord& row : log.actions()) {
            found.emplace_back(row.outcome.view());
        }
        return found;
    }

    testing::FakeLaboratory laboratory;
    TakeBackRequest request{.trained = {id(0), id(1)}, .places = 3, .candidates = {id(7), id(6), id(5)}};
    RoundLog log{sim::Round{4}};
};

TEST_F(TakeBackTest, EachIsJudgedBesideThoseBeforeIt) {
    EXPECT_EQ(run(), Ids{id(6)});
    EXPECT_EQ(outcomes(), (std::vector<std::string>{"not done: the composition is no better with it",
                                                    "done: it left, and does not harm any more",
                                                    "not done: the composition is no better with it"}));
    EXPECT_EQ(laboratory.calls, (std::vector<std::string>{"compose 0 1", "changed_losses of model 0: 0 1",
                                                          "changed_losses of model 0: 0 1", "compose 0 1 6",
                                                          "changed_losses of model 1: 0 1 6"}));
}

TEST_F(TakeBackTest, AGainThatMayAsWellBeAHarmIsNoProof) {
    // The standard error is .003, and z of two candidates 1.96, so the bound is -.0019.
    laboratory.gains_of = [](const Ids&, const Change& change) {
        return std::vector<double>(change.joins == id(6) ? std::vector{0.001, 0.007} : std::vector{-0.003, 0.001});
    };
    request.candidates = {id(6), id(5)};
    EXPECT_EQ(run(), Ids{id(6)});
    request.tolerance = 0.001;
    EXPECT_TRUE(run().empty());
    EXPECT_EQ(outcomes()[2], "not done: not proven that it does no harm");
    request.tolerance = 0.002;
    request.error = 0.01;
    EXPECT_TRUE(run().empty());
}

TEST_F(TakeBackTest, TheBoundIsOfAllThatAreTried) {
    laboratory.gains_of = [](const Ids&, const Change&) { return std::vector<double>{0.0008, 0.0072}; };
    request.candidates = {id(6)};  // z is 1.64, the standard error .0032
    EXPECT_EQ(run(), Ids{id(6)});
    request.candidates = {id(6), id(5)};  // z is 1.96
    EXPECT_TRUE(run().empty());
}

TEST_F(TakeBackTest, OnlyWhereThereIsAPlaceAndNothingIsBroken) {
    request.places = 0;
    EXPECT_TRUE(run().empty());
    EXPECT_EQ(outcomes()[1], "not done: the composition may not grow further");
    request.places = 3;
    request.refuses = [](std::span<const Change>, const Change& change) {
        return change.joins == id(6) ? std::string{"it breaks the clients' requirement of latency"} : std::string{};
    };
    EXPECT_EQ(run(), Ids{id(5)});
    EXPECT_EQ(outcomes()[4], "not done: it breaks the clients' requirement of latency");
}

TEST_F(TakeBackTest, WithoutCandidatesNothingIsAsked) {
    request.candidates = {};
    EXPECT_TRUE(run().empty());
    EXPECT_TRUE(laboratory.calls.empty());
}

}  // namespace
}  // namespace mlaasim::composition
