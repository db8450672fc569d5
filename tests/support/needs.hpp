// Tests that need a program which a machine may lack: they skip there, and fail where MLAASIM_REQUIRE demands them.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <sstream>
#include <string>
#include <string_view>

namespace mlaasim::testing {

/// Whether the environment variable MLAASIM_REQUIRE, words between commas, has this one: "slurm", "browser", ...
inline bool is_required(std::string_view need) {
    const char* const required = std::getenv("MLAASIM_REQUIRE");
    std::istringstream words{required != nullptr ? required : ""};
    for (std::string word; std::getline(words, word, ',');) {
        if (word == need) {
            return true;
        }
    }
    return false;
}

}  // namespace mlaasim::testing

/// Ends a test that can't run here, because of `reason`: as skipped, or as failed where MLAASIM_REQUIRE has `need`.
#define SKIP_WITHOUT(need, reason)                                                              \
    if (mlaasim::testing::is_required(need)) {                                                  \
        FAIL() << (reason) << ", and MLAASIM_REQUIRE demands the tests of \"" << (need) << '"'; \
    } else                                                                                      \
        GTEST_SKIP() << "skipped: " << (reason)
