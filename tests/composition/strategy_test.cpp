#include "composition/strategy.hpp"

#include <gtest/gtest.h>

#include "composition/test_market.hpp"

namespace mlaasim::composition {
namespace {

using testing::id;
using Ids = std::vector<sim::ServiceId>;

const Ids flagged{id(5), id(2), id(9)};

TEST(Strategy, NoneDoesNothing) {
    const auto decision = decide(flagged, {}, Adaptable::yes, {.kind = StrategyKind::none});
    EXPECT_TRUE(decision.adapt.empty() && decision.substitute.empty());
}

TEST(Strategy, SubstituteKeepsTheOrder) {
    const auto decision = decide(flagged, {}, Adaptable::yes, {.kind = StrategyKind::substitute});
    EXPECT_EQ(decision.substitute, flagged);
    EXPECT_TRUE(decision.adapt.empty());
}

TEST(Strategy, TtaAdaptsOnlyWhatCanBeAdapted) {
    EXPECT_EQ(decide(flagged, {}, Adaptable::yes, {.kind = StrategyKind::tta}).adapt, flagged);
    const auto none = decide(flagged, {}, Adaptable::no, {.kind = StrategyKind::tta});
    EXPECT_TRUE(none.adapt.empty() && none.substitute.empty());
}

TEST(Strategy, TtaThenSubstituteReplacesWhatWasAdaptedBefore) {
    const StrategyOptions both{.kind = StrategyKind::tta_then_substitute};
    const auto decision = decide(flagged, Ids{id(2)}, Adaptable::yes, both);
    EXPECT_EQ(decision.adapt, (Ids{id(5), id(9)}));
    EXPECT_EQ(decision.substitute, Ids{id(2)});
    EXPECT_EQ(decide(flagged, {}, Adaptable::no, both).substitute, flagged);
}

TEST(Strategy, WhatIsNotComposableAfterAdaptingIsReplaced) {
    const StrategyOptions both{.kind = StrategyKind::tta_then_substitute};
    const auto escalated = escalate({.adapt = {id(5), id(9)}, .substitute = {id(2)}}, Ids{id(9)}, both);
    EXPECT_EQ(escalated.adapt, Ids{id(5)});
    EXPECT_EQ(escalated.substitute, (Ids{id(2), id(9)}));
    const auto only_tta =
        escalate({.adapt = {id(5), id(9)}, .substitute = {}}, Ids{id(9)}, {.kind = StrategyKind::tta});
    EXPECT_EQ(only_tta.adapt, Ids{id(5)});
    EXPECT_TRUE(only_tta.substitute.empty());
}

}  // namespace
}  // namespace mlaasim::composition
