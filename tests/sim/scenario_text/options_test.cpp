#include "sim/options/options.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "property/sample_options.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

TEST(Range, ContainsItsClosedEndsOnly) {
    EXPECT_TRUE(between(0, 1).contains(0));
    EXPECT_TRUE(between(0, 1).contains(1));
    EXPECT_FALSE(between(0, 1).contains(1.0000001));
    EXPECT_FALSE(between(0, 1).contains(-0.0000001));
    EXPECT_FALSE(positive().contains(0));
    EXPECT_TRUE(positive().contains(std::numeric_limits<double>::denorm_min()));
    EXPECT_TRUE(at_least(1).contains(1));
    EXPECT_FALSE(at_least(1).contains(0.999));
    const Range open_above{.low = 0, .high = 1, .high_open = true};
    EXPECT_TRUE(open_above.contains(0));
    EXPECT_FALSE(open_above.contains(1));
}

TEST(Range, NeverContainsNan) {
    EXPECT_FALSE(Range{}.contains(std::numeric_limits<double>::quiet_NaN()));
    EXPECT_FALSE(at_least(0).contains(std::numeric_limits<double>::quiet_NaN()));
}

TEST(Range, SaysWhatItAllows) {
    EXPECT_EQ(Range{}.text(), "any number");
    EXPECT_EQ(positive().text(), "> 0");
    EXPECT_EQ(at_least(1).text(), ">= 1");
    EXPECT_EQ(between(0, 1).text(), "in [0, 1]");
    EXPECT_EQ((Range{.low = 0, .high = 1, .low_open = true}.text()), "in (0, 1]");
    EXPECT_EQ((Range{.low = 0, .high = 0.5, .high_open = true}.text()), "in [0, 0.5)");
    EXPECT_EQ((Range{.high = 3}.text()), "<= 3");
    EXPECT_EQ((Range{.high = 3, .high_open = true}.text()), "< 3");
}

TEST(ChoiceName, IsTheWordOfTheValue) {
    EXPECT_EQ(choice_name(SampleKind::noise), "noise");
    EXPECT_EQ(choice_name(choices_of(SampleKind{}), 2), "off");
}

TEST(ChoiceName, OfAnUndeclaredValueIsABug) {
    EXPECT_THROW(static_cast<void>(choice_name(choices_of(SampleKind{}), 7)), ContractViolation);
}

}  // namespace
}  // namespace mlaasim::sim
