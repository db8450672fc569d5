// What a run of the program is expected to print.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "support/program.hpp"

namespace mlaasim::testing {

/// Success: exit code 0, nothing on stderr, each of `words` on stdout.
inline void expect_prints(const Outcome& outcome, const Arguments& words) {
    EXPECT_EQ(outcome.exit_code, 0) << outcome;
    EXPECT_EQ(outcome.errors, "") << outcome;
    for (const std::string& word : words) {
        EXPECT_NE(outcome.output.find(word), std::string::npos) << "expected: " << word << "\n" << outcome;
    }
}

/// Bad input: exit code 2, nothing on stdout, each of `words` on stderr in a line that begins as errors begin.
inline void expect_error(const Outcome& outcome, const Arguments& words) {
    EXPECT_EQ(outcome.exit_code, 2) << outcome;
    EXPECT_EQ(outcome.output, "");
    EXPECT_TRUE(outcome.errors.starts_with("mlaasim: error: ")) << outcome;
    EXPECT_EQ(outcome.errors.find("bug"), std::string::npos) << outcome;
    for (const std::string& word : words) {
        EXPECT_NE(outcome.errors.find(word), std::string::npos) << "expected: " << word << "\n" << outcome;
    }
}

}  // namespace mlaasim::testing
