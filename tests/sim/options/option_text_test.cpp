// Options written in one line for a test: set as a scenario sets them, and refused when they are wrong.
#include "support/option_text.hpp"

#include <gtest/gtest.h>

#include "sim/partition/partition.hpp"
#include "support/chosen.hpp"

namespace mlaasim::sim {
namespace {

enum class Colour { red, green };

std::vector<Choice> choices_of(Colour) {
    return {{"red", static_cast<int>(Colour::red), ""}, {"green", static_cast<int>(Colour::green), ""}};
}

struct Plain {
    double share = 0.5;
    std::int64_t count = 1;
    bool deep = false;
    std::string name = "none";
    std::vector<std::int64_t> hidden{};
    std::vector<double> weights{1.0};
    Colour colour = Colour::red;
    Chosen<Partitioner> partition{partition_kinds()};
};

void declare(OptionVisitor& visitor, Plain& options) {
    visitor.option("share", options.share, {.doc = "", .range = between(0, 1)});
    visitor.option("count", options.count, {.doc = ""});
    visitor.option("deep", options.deep, {.doc = ""});
    visitor.option("name", options.name, {.doc = ""});
    visitor.option("hidden", options.hidden, {.doc = "", .range = at_least(1)});
    visitor.option("weights", options.weights, {.doc = ""});
    visitor.choice("colour", options.colour, {.doc = ""});
    visitor.kind("partition", options.partition, partition_kinds(), {.doc = ""});
}

struct Seeded {
    std::int64_t seed = 0;
};

void declare(OptionVisitor& visitor, Seeded& options) {
    visitor.option("seed", options.seed, {.doc = "", .required = true});
}

TEST(OptionText, SetsWhatIsGivenAndKeepsTheRest) {
    const auto set = testing::options<Plain>(
        "share: 0.25, hidden: [3, 4], deep: yes, colour: green, name: a b, weights: [0.5], count: -2");
    EXPECT_EQ(set.share, 0.25);
    EXPECT_EQ(set.count, -2);
    EXPECT_TRUE(set.deep);
    EXPECT_EQ(set.name, "a b");
    EXPECT_EQ(set.hidden, (std::vector<std::int64_t>{3, 4}));
    EXPECT_EQ(set.weights, std::vector<double>{0.5});
    EXPECT_EQ(set.colour, Colour::green);
    const auto kept = testing::options<Plain>("");
    EXPECT_EQ(kept.share, 0.5);
    EXPECT_TRUE(kept.hidden.empty());
    EXPECT_EQ(kept.colour, Colour::red);
    EXPECT_EQ(kept.partition.word(), "iid");
    EXPECT_EQ(testing::options<Plain>("hidden: []").weights, std::vector<double>{1.0});
    EXPECT_EQ(testing::options<Seeded>("seed: 3").seed, 3);
}

TEST(OptionText, ChoosesAKindWithItsOptions) {
    const auto made = testing::chosen(partition_kinds(), "kind: quantity_skew, samples: 7, alpha: 2");
    EXPECT_EQ(made.word(), "quantity_skew");
    EXPECT_EQ(made->samples, 7);
    EXPECT_EQ(testing::chosen(partition_kinds(), "share: dirichlet", "share").word(), "dirichlet");
}

TEST(OptionText, RefusesWhatIsWrong) {
    for (const char* line :
         {"shares: 0.5", "share: 1.5", "share: half", "share: 0.1, share: 0.2", "share", "count: 0.5", "deep: maybe",
          "colour: blue", "hidden: 3", "hidden: [3, x]", "hidden: [0]", "hidden: [3, 4", "partition: iid"}) {
        EXPECT_THROW(static_cast<void>(testing::options<Plain>(line)), std::invalid_argument) << line;
    }
    EXPECT_THROW(static_cast<void>(testing::options<Seeded>("")), std::invalid_argument);
    for (const char* line : {"kind: zipf", "kind: iid, alpha: 0.5", "kind: dirichlet, alpha: 0"}) {
        EXPECT_THROW(static_cast<void>(testing::chosen(partition_kinds(), line)), std::invalid_argument) << line;
    }
}

}  // namespace
}  // namespace mlaasim::sim
