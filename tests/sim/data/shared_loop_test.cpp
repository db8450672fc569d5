#include "sim/data/shared_loop.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <vector>

namespace mlaasim::sim {
namespace {

TEST(SharedLoop, EveryNumberIsTakenOnceAndPartsBeginAtAStep) {
    for (const std::uint32_t count : {0U, 1U, 9U, 10U, 37U}) {
        for (const unsigned threads : {1U, 2U, 5U, 40U}) {
            std::vector<std::atomic<int>> taken(count);
            std::atomic<bool> aligned = true;
            shared_loop(count, 10, threads, [&](std::uint32_t first, std::uint32_t last) {
                aligned = aligned && (first % 10 == 0 || first == last);
                for (std::uint32_t i = first; i < last; ++i) {
                    ++taken[i];
                }
            });
            EXPECT_TRUE(aligned) << count << " on " << threads;
            for (const std::atomic<int>& times : taken) {
                EXPECT_EQ(times, 1) << count << " on " << threads;
            }
        }
    }
}

TEST(SharedLoop, WhatAThreadThrowsArrives) {
    const auto fails_at_the_end = [](std::uint32_t, std::uint32_t last) {
        if (last == 20) {
            throw std::runtime_error{"the last part"};
        }
    };
    EXPECT_THROW(shared_loop(20, 1, 4, fails_at_the_end), std::runtime_error);
}

}  // namespace
}  // namespace mlaasim::sim
