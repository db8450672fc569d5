#include "sim/core/counted.hpp"

#include <gtest/gtest.h>

namespace mlaasim::sim {
namespace {

TEST(Counted, OnlyOneIsSingular) {
    EXPECT_EQ(counted(0, "round"), "0 rounds");
    EXPECT_EQ(counted(1, "round"), "1 round");
    EXPECT_EQ(counted(2, "round"), "2 rounds");
}

}  // namespace
}  // namespace mlaasim::sim
