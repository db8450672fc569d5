// What clients require, what members offer, and which changes of the members a requirement forbids.
#include "composition/requirements.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "composition/adapting_composition.hpp"
#include "composition/test_market.hpp"

namespace mlaasim::composition {
namespace {

using testing::id;
using testing::make_market;
using Ids = std::vector<sim::ServiceId>;

/// Service i answers in 10 (i + 1) ms, costs i + 1 and has a reliability of .9, .8, .7, ...
Marketplace market() {
    return make_market(6, [](Service& s) {
        const std::uint32_t i = s.id.value();
        s.response_ms = 10.0 * (i + 1);
        s.price = i + 1;
        s.reliability = 0.9 - 0.1 * i;
    });
}

TEST(Requirements, AGroupChangesWhatItStates) {
    const RequirementOptions options{.all = {.accuracy = 0.8, .latency_ms = 100},
                                     .groups = {{.ids = {1, 2}, .own = {.accuracy = 0.9, .cost = 8}},
                                                {.ids = {2}, .own = {.cost = 7}},
                                                {.start = 5, .own = {.latency_ms = 50}}}};
    const auto required = [&](std::uint32_t client, std::uint32_t round) {
        return requirements_of(options, sim::ClientId{client}, sim::Round{round});
    };
    EXPECT_EQ(required(0, 4), options.all);
    EXPECT_EQ(required(1, 4), (Requirements{.accuracy = 0.9, .latency_ms = 100, .cost = 8}));
    EXPECT_EQ(required(2, 4), (Requirements{.accuracy = 0.9, .latency_ms = 100, .cost = 7}));
    EXPECT_EQ(required(0, 5), (Requirements{.accuracy = 0.8, .latency_ms = 50})) << "all clients, from round 5 on";
    EXPECT_EQ(required(2, 6), (Requirements{.accuracy = 0.9, .latency_ms = 50, .cost = 7}));
}

TEST(Requirements, StrictestOfAllClients) {
    const std::vector<Requirements> clients{{.accuracy = 0.8, .latency_ms = 100, .availability = 0.5},
                                            {.accuracy = 0.7, .latency_ms = 50, .cost = 9},
                                            {.cost = 12, .availability = 0.6}};
    EXPECT_EQ(strictest(clients), (Requirements{.accuracy = 0.8, .latency_ms = 50, .cost = 9, .availability = 0.6}));
    EXPECT_EQ(strictest({}), Requirements{});
}

TEST(Offer, IsThatOfRequestsToAllMembersAtOnce) {
    const Offer offer = offer_of(market(), Ids{id(2), id(0), id(1)});
    EXPECT_EQ(offer.latency_ms, 30.0);
    EXPECT_EQ(offer.cost, 6.0);
    EXPECT_DOUBLE_EQ(offer.availability, 0.9 * 0.8 * 0.7);
    EXPECT_EQ(offer_of(market(), {}).cost, 0.0);
}

TEST(Satisfaction, IsOfWhatIsStated) {
    EXPECT_TRUE(satisfaction({}, 0.0, {.latency_ms = 1e9}).empty());
    const auto found = satisfaction({.accuracy = 0.8, .latency_ms = 20, .cost = 5, .availability = 0.9}, 0.8,
                                    {.latency_ms = 20.5, .cost = 5, .availability = 0.85});
    ASSERT_EQ(found.size(), 4U);
    EXPECT_EQ(name_of(found[0].requirement), "accuracy");
    EXPECT_TRUE(found[0].met);
    EXPECT_EQ(name_of(found[1].requirement), "latency");
    EXPECT_EQ(found[1].required, 20.0);
    EXPECT_EQ(found[1].observed, 20.5);
    EXPECT_FALSE(found[1].met);
    EXPECT_EQ(name_of(found[2].requirement), "cost");
    EXPECT_TRUE(found[2].met);
    EXPECT_EQ(name_of(found[3].requirement), "availability");
    EXPECT_FALSE(found[3].met);
}

TEST(BrokenBy, NamesWhatAChangeBreaks) {
    const Marketplace services = market();
    const Ids before{id(0), id(1)};  // 20 ms, 3 credits, .72
    const auto broken = [&](const Requirements& required, const Ids& after) {
        return broken_by(required, services, before, after);
    };
    EXPECT_EQ(broken({}, {id(0), id(5)}), std::nullopt);
    EXPECT_EQ(broken({.latency_ms = 30}, {id(0), id(2)}), std::nullopt);
    EXPECT_EQ(broken({.latency_ms = 25}, {id(0), id(2)}), Requirement::latency);
    EXPECT_EQ(broken({.cost = 3}, {id(0), id(2)}), Requirement::cost);
    EXPECT_EQ(broken({.availability = 0.7}, {id(0), id(2)}), Requirement::availability);
    EXPECT_EQ(broken({.accuracy = 1.0}, {id(0), id(2)}), std::nullopt) << "members do not tell the accuracy";
    EXPECT_EQ(broken({.availability = 0.7}, {id(0)}), std::nullopt) << "fewer members are more available";
}

TEST(BrokenBy, WhatWasUnmetBeforeIsBrokenByGettingWorse) {
    const Marketplace services = market();
    const Requirements required{.latency_ms = 15, .cost = 4};
    const Ids before{id(1), id(3)};
    EXPECT_EQ(broken_by(required, services, before, Ids{id(1), id(2)}), std::nullopt) << "still unmet, but better";
    EXPECT_EQ(broken_by(required, services, before, Ids{id(0), id(3)}), std::nullopt) << "latency as it was";
    EXPECT_EQ(broken_by(required, services, before, Ids{id(1), id(4)}), Requirement::latency);
}

TEST(SwapCheck, OnePlaceThatFitsIsEnough) {
    const Marketplace services = market();
    const Ids members{id(0), id(1), id(2)};  // 6 credits
    const Ids outgoing{id(0), id(2)};
    const SwapCheck check{{.cost = 7}, services, members, outgoing};
    EXPECT_EQ(check.broken_by(id(3)), std::nullopt) << "7 credits in the place of 2, 9 in the place of 0";
    EXPECT_EQ(check.broken_by(id(4)), Requirement::cost);
    EXPECT_EQ((SwapCheck{{.accuracy = 1}, services, members, outgoing}.broken_by(id(5))), std::nullopt);
    EXPECT_EQ((SwapCheck{{.latency_ms = 45}, services, members, outgoing}.broken_by(id(4))), Requirement::latency);
}

TEST(SwapCheck, AgreesWithTheMembersOfTheSwap) {
    const Marketplace services = market();
    const Ids members{id(3), id(1), id(0)};
    for (const Requirements& required :
         {Requirements{.latency_ms = 40}, Requirements{.cost = 7.5}, Requirements{.availability = 0.3}}) {
        for (std::uint32_t out : {3U, 1U, 0U}) {
            const Ids outgoing{id(out)};
            const SwapCheck check{required, services, members, outgoing};
            for (const std::uint32_t in : {2U, 4U, 5U}) {
                Ids after = members;
                std::replace(after.begin(), after.end(), id(out), id(in));
                EXPECT_EQ(check.broken_by(id(in)), broken_by(required, services, members, after)) << out << ' ' << in;
            }
        }
    }
}

class ConstrainedStrategy : public testing::AdaptingComposition {
protected:
    [[nodiscard]] Response respond_to(const Ids& underperforming, const Requirements& required) {
        assessment.underperforming = underperforming;
        log = RoundLog{round};
        Situation now = situation();
        now.requirements = required;
        return strategy->respond(now, laboratory, log);
    }
    [[nodiscard]] std::string reason_against(std::uint32_t service) const {
        for (const sim::CandidateRecord& row : log.candidates()) {
            if (row.service == service) {
                return std::string{row.reason.view()};
            }
        }
        return "none";
    }
};

TEST_F(ConstrainedStrategy, CandidatesThatBreakARequirementAreFiltered) {
    market = make_market(10, [](Service& s) {
        if (const std::uint32_t i = s.id.value(); i >= 4) {
            s.effectiveness = s.quality = 0.9;
            s.response_ms = i == 9 ? 30 : 5;
            s.price = i == 8 ? 6 : 1;
            s.reliability = i == 7 ? 0.81 : 0.95;
        } else {
            s.price = 1;
        }
    });
    for (const char* kind : {"substitute", "tta_then_substitute"}) {
        choose(kind);
        laboratory.can_adapt = Adaptable::no;
        const Response response = respond_to({id(0)}, {.latency_ms = 20, .cost = 5, .availability = 0.6});
        EXPECT_EQ(reason_against(9), "latency") << kind;
        EXPECT_EQ(reason_against(8), "cost") << kind;
        EXPECT_EQ(reason_against(7), "availability") << kind;
        EXPECT_EQ(reason_against(6), "accepted") << kind;
        ASSERT_EQ(response.substitutions.size(), 1U);
        EXPECT_LE(response.substitutions[0].incoming, id(6));
    }
}

TEST_F(ConstrainedStrategy, SubstitutesTogetherBreakNothing) {
    // Either of the two could come for one member at 6 credits, both together would cost 8.
    market = make_market(6, [](Service& s) {
        s.price = s.id.value() < 4 ? 1 : 3;
        if (s.id.value() >= 4) {
            s.effectiveness = s.quality = 0.9;
            s.response_ms = 5;
            s.reliability = 0.95;
        }
    });
    choose("substitute");
    EXPECT_EQ(respond_to({id(0), id(1)}, {.cost = 8}).substitutions.size(), 2U);
    const Response response = respond_to({id(0), id(1)}, {.cost = 6});
    ASSERT_EQ(response.substitutions.size(), 1U);
    EXPECT_EQ(response.substitutions[0].outgoing, id(0));
    EXPECT_EQ(reason_against(4), "accepted");
    EXPECT_EQ(reason_against(5), "accepted");
    ASSERT_FALSE(log.events().empty());
    EXPECT_EQ(log.events().front().kind.view(), "refusal");
    EXPECT_EQ(log.events().front().id, 1);
    EXPECT_GE(log.events().front().other, 4);
}

}  // namespace
}  // namespace mlaasim::composition
