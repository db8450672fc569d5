// The scenario that these tests interrupt, and what its undisturbed run gives.
#pragma once

#include "support/simulation.hpp"
#include "support/traces.hpp"

namespace mlaasim::testing {

/// The command line that runs the scenario into `folder`.
inline Arguments crash_run(const std::filesystem::path& folder, Ranks ranks, const Arguments& further = {}) {
    return simulate(test_scenario("crash/crash.yaml"), folder, ranks, further);
}

/// A run that is interrupted: its name, and what it is told beside its folder.
struct Interrupted {
    const char* name;
    const char* scenario;  ///< beside the tests
    Arguments further{};

    [[nodiscard]] Arguments command(const std::filesystem::path& folder, Ranks ranks,
                                    const Arguments& resume = {}) const {
        return simulate(test_scenario(scenario), folder, ranks, resume + further);
    }
};

inline void PrintTo(const Interrupted& interrupted, std::ostream* stream) { *stream << interrupted.name; }

/// Begins the row that a run prints of its third round; by then it has committed the first.
inline constexpr const char* third_round = "\n    3 ";
/// The same of the fourth; the second is committed by then.
inline constexpr const char* fourth_round = "\n    4 ";

/// The digests of an undisturbed run, made once a test program.
inline const std::map<std::string, std::string>& undisturbed() {
    static const auto expected = [] {
        const TemporaryFolder folder;
        const Outcome outcome = run(crash_run(folder.path(), Ranks::alone));
        EXPECT_EQ(outcome.exit_code, 0) << outcome;
        EXPECT_GE(count_rows(folder.path(), "events", {"substitution"}), 1);
        return digests(folder.path());
    }();
    return expected;
}

/// Runs what is left of the run in `folder`: it has to end as if nothing had happened. Returns what that printed.
inline std::string expect_same_end(const std::filesystem::path& folder, Ranks ranks) {
    const Outcome outcome = run(crash_run(folder, ranks, {"--resume"}));
    EXPECT_EQ(outcome.exit_code, 0) << outcome;
    EXPECT_EQ(digests(folder), undisturbed());
    return outcome.output;
}

/// The same of a run that has rounds left.
inline void expect_resumes_to_same_end(const std::filesystem::path& folder, Ranks ranks) {
    const std::string output = expect_same_end(folder, ranks);
    EXPECT_NE(output.find("resumed after round "), std::string::npos) << output;
}

}  // namespace mlaasim::testing
