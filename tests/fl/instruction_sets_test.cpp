// The kernels run on the instruction set that was chosen, and on no other.
#include "fl/instruction_sets.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/core/aligned.hpp"
#include "sim/core/random.hpp"

namespace mlaasim::fl::fused {
namespace {

using Floats = sim::AlignedVector<float>;

constexpr std::size_t length = 512;
constexpr std::size_t columns = 64;

/// A product whose sums every instruction set adds up in an order of its own.
std::vector<float> product() {
    Floats x(length);
    Floats weight(length * columns);
    const Floats bias(columns);
    Floats y(columns);
    sim::RandomStream random{sim::Seed{5}, sim::Purpose::test, 0, 0};
    for (Floats* const values : {&x, &weight}) {
        for (float& value : *values) {
            value = static_cast<float>(random.uniform(-1.0, 1.0));
        }
    }
    linear_forward({x.data(), length}, 1, weight.data(), length, columns, bias.data(), false, {y.data(), columns});
    return {y.begin(), y.end()};
}

TEST(InstructionSets, ChoosingOneChangesLastBits) {
    std::vector<std::vector<float>> products;
    testing::on_every_instruction_set([&] {
        products.push_back(product());
        for (std::size_t other = 0; other + 1 < products.size(); ++other) {
            EXPECT_NE(products.back(), products[other]);
        }
    });
}

/// The name goes into the trace, so it is asked for between the choice and the work.
TEST(InstructionSets, AskingForTheNameLeavesTheChoiceInForce) {
    testing::on_every_instruction_set([] {
        const std::string name = target_name();
        const std::vector<float> asked_before = product();
        choose_target(name);
        EXPECT_EQ(product(), asked_before);
        EXPECT_EQ(target_name(), name);
        EXPECT_EQ(product(), asked_before);
    });
}

TEST(InstructionSets, BestIsInForceAgainAfterALesserOne) {
    const std::vector<std::string> names = target_names();
    const std::vector<float> best = product();
    choose_target(names.back());
    choose_target(names.front());
    EXPECT_EQ(product(), best);
    EXPECT_EQ(target_names(), names);
}

}  // namespace
}  // namespace mlaasim::fl::fused
