// A rank takes over what a slow one has not begun, and either is killed: the run resumes and ends with the same bits.
#include <gtest/gtest.h>

#include <algorithm>
#include <stop_token>
#include <thread>

#include "crash/crash_scenario.hpp"

namespace mlaasim::testing {
namespace {

/// Stops a process for nine tenths of the time, 45 ms at once, as long as this object lives: it is slow beside the
/// others on a busy machine, too.
class HeldUp {
public:
    explicit HeldUp(pid_t process)
        : thread_{[process](const std::stop_token& end) {
              while (!end.stop_requested()) {
                  ::kill(process, SIGSTOP);
                  std::this_thread::sleep_for(45ms);
                  ::kill(process, SIGCONT);
                  std::this_thread::sleep_for(5ms);
              }
          }} {}

private:
    std::jthread thread_;
};

class TakeOverKill : public ::testing::TestWithParam<int> {
protected:
    /// A service trains for as long as many stops of a slow rank last.
    static Arguments command(const std::filesystem::path& folder, Ranks ranks, const Arguments& further = {}) {
        return crash_run(folder, ranks, Arguments{"--set", "training.epochs=400", "--set", "rounds=24"} + further);
    }
    static pid_t process_of(const Program& program, int rank) {
        const std::vector<Process> processes = program.processes();
        const auto found = std::ranges::find(processes, rank, &Process::rank);
        return found == processes.end() ? 0 : found->id;
    }
    /// Rounds in which rank 0 trained more of the five members than it would beside an equally fast rank.
    static std::ptrdiff_t rounds_taken_over(const std::filesystem::path& folder) {
        return std::ranges::count_if(table_of(folder, "timing"), [](const auto& row) {
            return row.at("phase") == "train" && row.at("rank") == "0" && std::stoi(row.at("items")) > 3;
        });
    }
};

TEST_P(TakeOverKill, EndsWithTheBitsOfAnUndisturbedRun) {
    const TemporaryFolder folder;
    const Outcome undisturbed_run = run(command(folder / "undisturbed", Ranks::alone));
    ASSERT_EQ(undisturbed_run.exit_code, 0) << undisturbed_run;
    {
        Program program{command(folder / "killed", Ranks{2})};
        ASSERT_TRUE(program.prints(third_round));
        const pid_t slow = process_of(program, 1);
        const pid_t victim = process_of(program, GetParam());
        ASSERT_TRUE(slow > 0 && victim > 0);
        {
            const HeldUp held{slow};
            ASSERT_TRUE(program.prints("\n   12 "));
        }
        ::kill(victim, SIGKILL);
        static_cast<void>(program.wait());
    }
    EXPECT_GT(rounds_taken_over(folder / "killed"), 0);
    const Outcome resumed = run(command(folder / "killed", Ranks{3}, {"--resume"}));
    ASSERT_EQ(resumed.exit_code, 0) << resumed;
    EXPECT_EQ(digests(folder / "killed"), digests(folder / "undisturbed"));
}

INSTANTIATE_TEST_SUITE_P(Victims, TakeOverKill, ::testing::Values(0, 1), [](const auto& test) {
    return test.param == 0 ? std::string{"who_takes_over"} : std::string{"who_is_slow"};
});

}  // namespace
}  // namespace mlaasim::testing
