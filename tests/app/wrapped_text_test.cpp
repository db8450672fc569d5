#include "app/wrapped_text.hpp"

#include <gtest/gtest.h>

namespace mlaasim::app {
namespace {

TEST(WrappedText, KeepsWordsTogether) {
    const std::string words =
        "At the end the clients had 85.8 % right; without adaptation it would have been 57.3 % of";
    EXPECT_EQ(wrapped(words),
              "At the end the clients had 85.8 % right; without adaptation it would have been\n57.3 % of\n");
    EXPECT_EQ(wrapped(std::string(78, 'x') + " 5 %"), std::string(78, 'x') + "\n5 %\n");
    EXPECT_EQ(wrapped(std::string(66, 'x') + " without adaptation"), std::string(66, 'x') + "\nwithout adaptation\n");
}

}  // namespace
}  // namespace mlaasim::app
