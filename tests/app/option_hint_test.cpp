#include "app/option_hint.hpp"

#include <gtest/gtest.h>

#include "support/simulation.hpp"

namespace mlaasim::app {
namespace {

using Words = std::vector<std::string>;

std::string hint(const Words& arguments) {
    const std::string option = arguments.front().substr(0, arguments.front().find('='));
    return unknown_option_hint(option, arguments, {"--set", "--output", "--resume"});
}

TEST(OptionHint, AnOptionOfScenariosIsGivenWithSet) {
    EXPECT_EQ(hint({"--seed", "3"}), "write --set seed=3");
    EXPECT_EQ(hint({"--seed=3"}), "write --set seed=3");
    EXPECT_EQ(hint({"--seed"}), "write --set seed=VALUE");
    EXPECT_EQ(hint({"--seed", "--resume"}), "write --set seed=VALUE");
    EXPECT_EQ(hint({"--rounds", "5"}), "write --set rounds=5");
    EXPECT_EQ(hint({"--learning-rate", "0.1"}), "write --set training.learning_rate=0.1");
    EXPECT_EQ(hint({"--training.learning_rate", "0.1"}), "write --set training.learning_rate=0.1");
    EXPECT_EQ(hint({"--magnitude", "-30"}), "write --set drift.0.magnitude=-30");
}

TEST(OptionHint, OfSeveralTheLeastNestedComeFirst) {
    EXPECT_EQ(hint({"--count", "9"}), "write --set services.count=9 or --set clients.count=9");
}

TEST(OptionHint, AMistypedOptionIsNamed) {
    EXPECT_EQ(hint({"--ouput", "x"}), "did you mean --output?");
    EXPECT_EQ(hint({"--lerning-rate", "0.1"}), "write --set training.learning_rate=0.1");
    EXPECT_EQ(hint({"--frobnicate"}), "see mlaasim --help");
}

}  // namespace
}  // namespace mlaasim::app

namespace mlaasim::testing {
namespace {

TEST(OptionHint, IsInTheMessage) {
    for (const char* command : {"run", "check", "describe", "plan"}) {
        const Outcome outcome = run(mlaasim({command, "a.yaml", "--seed", "3"}));
        EXPECT_EQ(outcome.exit_code, 2) << outcome;
        EXPECT_NE(outcome.errors.find("'--seed'"), std::string::npos) << outcome;
        EXPECT_NE(outcome.errors.find("Hint: write --set seed=3"), std::string::npos) << outcome;
    }
    const Outcome outcome = run(mlaasim({"check", "a.yaml", "seed=3"}));
    EXPECT_NE(outcome.errors.find("--set key.path=value"), std::string::npos) << outcome;
}

}  // namespace
}  // namespace mlaasim::testing
