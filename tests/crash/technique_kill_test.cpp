// What techniques of adaptation remember outlives a kill, also on another number of ranks.
#include <gtest/gtest.h>

#include <algorithm>

#include "crash/crash_scenario.hpp"
#include "distributed/technique_runs.hpp"

namespace mlaasim::testing {
namespace {

class TechniqueKill : public ::testing::TestWithParam<TechniqueRun> {};

TEST_P(TechniqueKill, GoesOnOnAnotherNumberOfRanks) {
    const TemporaryFolder folder;
    const auto command = [&](const char* name, Ranks ranks, const Arguments& more = {}) {
        return simulate(test_scenario("distributed/same_bits.yaml"), folder / name, ranks,
                        GetParam().arguments() + more);
    };
    const Outcome undisturbed = run(command("undisturbed", Ranks::alone));
    ASSERT_EQ(undisturbed.exit_code, 0) << undisturbed;
    // What is remembered of round 2 has to outlive the kill.
    const auto adaptations = table_of(folder / "undisturbed", "tta");
    EXPECT_TRUE(std::ranges::any_of(adaptations, [&](const auto& row) {
        return row.at("round") == "2" && row.at("outcome") == "integrated" &&
               row.at("technique").find(GetParam().integrated) != std::string::npos;
    }));
    {
        Program program{command("killed", Ranks{2})};
        // Then the commit of round 2 is in place: the next one, which waits for it, has begun.
        ASSERT_TRUE(program.prints(fourth_round)) << program.wait();
        for (const Process& process : program.processes()) {
            ::kill(process.id, SIGKILL);
        }
        static_cast<void>(program.wait());
    }
    ASSERT_GE(count_rows(folder / "killed", "rounds", {}), 1 + 2) << "the header and rounds 1 and 2";
    const Outcome resumed = run(command("killed", Ranks{3}, {"--resume"}));
    ASSERT_EQ(resumed.exit_code, 0) << resumed;
    EXPECT_EQ(digests(folder / "killed"), digests(folder / "undisturbed"));
}

INSTANTIATE_TEST_SUITE_P(Techniques, TechniqueKill, ::testing::ValuesIn(technique_runs()),
                         [](const auto& test) { return std::string{test.param.name}; });

}  // namespace
}  // namespace mlaasim::testing
