#include "composition/nearest_measured.hpp"

#include <gtest/gtest.h>

#include "composition/test_market.hpp"

namespace mlaasim::composition {
namespace {

using testing::id;
using testing::make_market;

/// Services 0 and 1 were measured: much data of both classes; little of the second class alone.
class NearestMeasuredTest : public ::testing::Test {
protected:
    /// What service 2 advertises with this data.
    [[nodiscard]] static double advertised(std::vector<double> histogram, double volume) {
        const Marketplace market = make_market(3, [&](Service& s) {
            const std::uint32_t i = s.id.value();
            s.class_histogram = i == 0 ? std::vector<double>{50, 50} : i == 1 ? std::vector<double>{0, 10} : histogram;
            s.volume = i == 0 ? 100 : i == 1 ? 10 : volume;
        });
        return NearestMeasured{market, {{id(0), 0.8}, {id(1), 0.3}}}.effectiveness(id(2));
    }
};

TEST_F(NearestMeasuredTest, IsTheOneWithTheMostSimilarShares) {
    EXPECT_EQ(advertised({45, 55}, 100), 0.8);
    EXPECT_EQ(advertised({1, 99}, 50), 0.3);
}

TEST_F(NearestMeasuredTest, IsTheOneWithTheMostSimilarVolume) {
    EXPECT_EQ(advertised({25, 75}, 90), 0.8);
    EXPECT_EQ(advertised({25, 75}, 11), 0.3);
}

/// Shares 0.25 and 0.25 away, volumes 0.5 and 0.5.
TEST_F(NearestMeasuredTest, IsTheFirstOfEquals) {
    const Marketplace market = make_market(3, [&](Service& s) {
        const std::uint32_t i = s.id.value();
        s.class_histogram = i == 0   ? std::vector<double>{1, 1}
                            : i == 1 ? std::vector<double>{0, 1}
                                     : std::vector<double>{1, 3};
        s.volume = i == 0 ? 5 : i == 1 ? 20 : 10;
    });
    EXPECT_EQ((NearestMeasured{market, {{id(0), 0.8}, {id(1), 0.3}}}.effectiveness(id(2))), 0.8);
    EXPECT_EQ((NearestMeasured{market, {{id(1), 0.3}, {id(0), 0.8}}}.effectiveness(id(2))), 0.3);
}

TEST_F(NearestMeasuredTest, AServiceWithoutDataIsEquallyFarFromAll) { EXPECT_EQ(advertised({0, 0}, 0), 0.8); }

}  // namespace
}  // namespace mlaasim::composition
