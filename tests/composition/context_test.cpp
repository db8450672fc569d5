#include "composition/bandit/context.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <string_view>

#include "composition/test_market.hpp"

namespace mlaasim::composition {
namespace {

using testing::id;
using testing::make_market;

std::size_t column(std::string_view name) {
    constexpr std::array<std::string_view, context_width> names{"constant",           "effectiveness", "quality",
                                                                "reliability",        "speed",         "log_volume",
                                                                "histogram_distance", "label_entropy"};
    return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

TEST(MinMaxScale, ByColumnAndConstantColumnsAreZero) {
    std::vector<double> values{1, 7, 3, 7, 2, 7};
    min_max_scale(values, 2);
    EXPECT_EQ(values, (std::vector<double>{0, 0, 1, 0, 0.5, 0}));
}

TEST(Contexts, ByHand) {
    const Marketplace market = make_market(3, [](Service& s) {
        s.response_ms = 10.0 + 10 * s.id.value();
        s.volume = std::pow(10.0, s.id.value()) - 1;  // log1p: 0, ln 10, 2 ln 10
        s.effectiveness = s.id.value() == 1 ? 0.9 : 0.4;
        s.class_histogram = s.id.value() == 2 ? std::vector<double>{100, 0} : std::vector<double>{50, 50};
    });
    const std::vector candidates{id(0), id(1), id(2)};
    const auto contexts = contexts_of(market, candidates, std::vector<double>{500, 500});
    ASSERT_EQ(contexts.rows(), 3U);
    const auto values = [&](std::string_view name) {
        std::vector<double> result;
        for (std::size_t i = 0; i < 3; ++i) {
            result.push_back(contexts.row(i)[column(name)]);
        }
        return result;
    };
    EXPECT_EQ(values("constant"), (std::vector<double>{1, 1, 1}));
    EXPECT_EQ(values("effectiveness"), (std::vector<double>{0, 1, 0}));
    EXPECT_EQ(values("quality"), (std::vector<double>{0, 0, 0}));
    EXPECT_EQ(values("speed"), (std::vector<double>{1, 0.5, 0}));
    EXPECT_NEAR(values("log_volume")[1], 0.5, 1e-15);
    EXPECT_EQ(values("histogram_distance"), (std::vector<double>{0, 0, 1}));
    EXPECT_EQ(values("label_entropy"), (std::vector<double>{1, 1, 0}));
}

TEST(Contexts, OneCandidateHasNothingToBeComparedWith) {
    const Marketplace market = make_market(1, [](Service&) {});
    const auto contexts = contexts_of(market, std::vector{id(0)}, std::vector<double>{1, 1});
    std::vector<double> expected(context_width, 0.0);
    expected[0] = 1;
    EXPECT_TRUE(std::equal(expected.begin(), expected.end(), contexts.values.begin()));
}

TEST(Contexts, NearnessIsOneMoreFeature) {
    const Marketplace market = make_market(4, [](Service&) {});
    const std::vector candidates{id(0), id(1), id(2), id(3)};
    const Contexts contexts = contexts_of(market, candidates, std::vector<double>{1, 1});
    const double infinite = std::numeric_limits<double>::infinity();
    const Contexts wider = with_nearness(contexts, std::vector<double>{1.0, -0.25, infinite, 3.0});
    EXPECT_EQ(wider.width, context_width_with_nearness);
    const std::vector<double> expected{0.5, 1.0, 0.0, 0.25};
    for (std::size_t i = 0; i < 4; ++i) {
        const auto row = wider.row(i);
        EXPECT_TRUE(std::ranges::equal(row.first(context_width), contexts.row(i)));
        EXPECT_EQ(row.back(), expected[i]) << i;
    }
}

}  // namespace
}  // namespace mlaasim::composition
