#include "sim/core/error.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mlaasim::sim {
namespace {

TEST(Error, MessageGrammar) {
    EXPECT_EQ((Problem{.what = "it broke"}).message(), "it broke");
    EXPECT_EQ((Problem{.file = "a.yaml", .what = "it broke"}).message(), "a.yaml: it broke");
    EXPECT_EQ((Problem{.file = "a.yaml", .line = 7, .what = "it broke"}).message(), "a.yaml:7: it broke");
    EXPECT_EQ((Problem{.line = 7, .what = "it broke"}).message(), "it broke");
    EXPECT_EQ((Problem{.what = "x is -1", .expected = "a number > 0"}).message(), "x is -1 (expected a number > 0)");
    EXPECT_EQ((Problem{.what = "no such file", .hint = "run setup"}).message(), "no such file. Hint: run setup");
    EXPECT_EQ(
        (Problem{.file = "--set x=-1", .line = 0, .what = "x is -1", .expected = "x > 0", .hint = "use 1"}).message(),
        "--set x=-1: x is -1 (expected x > 0). Hint: use 1");
}

TEST(Error, InputErrorKeepsEveryProblemOnALineOfItsOwn) {
    const InputError error{{Problem{.file = "a", .line = 1, .what = "one"}, Problem{.file = "a", .what = "two"}}};
    EXPECT_STREQ(error.what(), "a:1: one\na: two");
    ASSERT_EQ(error.problems().size(), 2U);
    EXPECT_EQ(error.problems()[0].line, 1);
    EXPECT_EQ(error.problems()[1].what, "two");
    EXPECT_STREQ(InputError(Problem{.what = "alone"}).what(), "alone");
}

TEST(Error, ContractViolationNamesPlaceAndReason) {
    EXPECT_NO_THROW(expects(true, "never seen"));
    try {
        expects(false, "the sky is up");
        FAIL() << "expects(false) returned";
    } catch (const ContractViolation& error) {
        const std::string message = error.what();
        EXPECT_NE(message.find("error_test.cpp:"), std::string::npos) << message;
        EXPECT_NE(message.find("broken precondition: the sky is up"), std::string::npos) << message;
    }
}

TEST(Error, TheTwoFamiliesAreApart) {
    EXPECT_THROW(throw InputError(Problem{.what = "x"}), std::runtime_error);
    EXPECT_THROW(expects(false, "x"), std::logic_error);
}

TEST(Error, NearestFindsTypos) {
    const std::vector<std::string> known{"rounds", "seed", "services", "clients", "learning_rate"};
    EXPECT_EQ(nearest("rouns", known), "rounds");
    EXPECT_EQ(nearest("sevrices", known), "services");
    EXPECT_EQ(nearest("learningrate", known), "learning_rate");
    EXPECT_EQ(nearest("seed", known), "seed");
    EXPECT_EQ(nearest("zzzzzzzz", known), "");
    EXPECT_EQ(nearest("rounds", {}), "");
}

TEST(Error, NearestPrefersTheFirstOfEquals) {
    EXPECT_EQ(nearest("cat", {"bat", "hat"}), "bat");
    EXPECT_EQ(nearest("cat", {"hats", "hat", "bat"}), "hat");
}

}  // namespace
}  // namespace mlaasim::sim
