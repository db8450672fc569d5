// Nothing is lost: whichever process of a run is killed whenever, the run resumes, on other ranks too, and ends with
// the same bits.
#include <gtest/gtest.h>

#include <cstdlib>
#include <iostream>
#include <random>
#include <string_view>

#include "crash/crash_scenario.hpp"

namespace mlaasim::testing {
namespace {

unsigned number_from_environment(const char* name, unsigned otherwise) {
    const char* text = std::getenv(name);
    return text == nullptr ? otherwise : static_cast<unsigned>(std::stoul(text));
}

/// Of all that a run prints only the rows of rounds hold it.
constexpr const char* any_round = " %";

class Killer {
public:
    explicit Killer(unsigned seed) : random_{seed} {}

    /// Kills a process of the program: the first time when something is committed, then at some moment of its start, or
    /// while it plays rounds. False when the program ended before.
    bool strike(Program& program, bool first) {
        if (first) {
            static_cast<void>(program.prints(fourth_round));
        } else if (below(3) == 0) {
            sleep_up_to(700ms);
        } else {
            static_cast<void>(program.prints(any_round));
            sleep_up_to(300ms);
        }
        std::vector<Process> processes = program.processes();
        std::erase_if(processes, [&](const Process& process) { return !process.rank && process.id != program.id(); });
        if (processes.empty() || !program.running()) {
            return false;
        }
        const Process& victim = processes[below(static_cast<unsigned>(processes.size()))];
        return ::kill(victim.id, SIGKILL) == 0;
    }

private:
    unsigned below(unsigned limit) { return std::uniform_int_distribution<unsigned>{0, limit - 1}(random_); }
    void sleep_up_to(std::chrono::milliseconds limit) {
        std::this_thread::sleep_for(std::chrono::microseconds{below(static_cast<unsigned>(limit / 1us))});
    }

    std::mt19937 random_;
};

/// MLAASIM_KILLS: how many of the first scenario, and a quarter of that of each other; MLAASIM_KILL_SEED: to repeat a
/// failure.
class KillLoop : public ::testing::TestWithParam<Interrupted> {
protected:
    [[nodiscard]] static bool is_first() { return GetParam().name == std::string_view{"ensemble"}; }
    /// The short scenarios are played on, so that they seldom end before they are killed.
    static Arguments command(const std::filesystem::path& folder, Ranks ranks, const Arguments& resume = {}) {
        return GetParam().command(folder, ranks, resume + (is_first() ? Arguments{} : Arguments{"--set", "rounds=20"}));
    }
    static std::map<std::string, std::string> undisturbed_digests() {
        if (is_first()) {
            return undisturbed();
        }
        const TemporaryFolder folder;
        const Outcome outcome = run(command(folder.path(), Ranks{2}));
        EXPECT_EQ(outcome.exit_code, 0) << outcome;
        return digests(folder.path());
    }
};

TEST_P(KillLoop, EndsWithTheBitsOfAnUndisturbedRun) {
    const unsigned kills = number_from_environment("MLAASIM_KILLS", 8) / (is_first() ? 1 : 4);
    const unsigned seed = number_from_environment("MLAASIM_KILL_SEED", std::random_device{}());
    SCOPED_TRACE("MLAASIM_KILL_SEED=" + std::to_string(seed));
    const auto expected = undisturbed_digests();
    const TemporaryFolder folder;
    Killer killer{seed};
    unsigned resumed = 0;
    unsigned runs = 0;
    // After the last kill, too, it gets to its end. Ranks whose launcher is killed play on for moments, so short runs
    // may get there without having been resumed: then another one is killed.
    bool ended = false;
    const unsigned most_runs = kills + 8;
    for (unsigned killed = 0; killed < kills || !ended || (resumed == 0 && runs < most_runs);) {
        const auto output = folder / ("run" + std::to_string(runs));
        // After every other kill it resumes on another number of ranks.
        Program program{command(output, killed % 2 == 0 ? Ranks{2} : Ranks{3}, {"--resume"})};
        const bool another = ended && killed >= kills;
        const bool struck = (killed < kills || another) && killer.strike(program, killed == 0 || another);
        const Outcome outcome = program.wait();
        resumed += outcome.output.find("resumed after round") != std::string::npos ? 1 : 0;
        EXPECT_TRUE(eventually([&] { return program.processes().empty(); }, 5s)) << "a rank outlives its run";
        ended = outcome.exit_code == 0;
        if (ended) {
            // It has got to its end; the next kills hit a run of another folder.
            EXPECT_EQ(digests(output), expected);
            EXPECT_FALSE(std::filesystem::exists(output / "trace.h5.old"));
            EXPECT_FALSE(std::filesystem::exists(output / "trace.h5.new"));
            ++runs;
        } else {
            ASSERT_TRUE(struck) << outcome;
            ++killed;
        }
        if (std::filesystem::exists(output / "trace.h5")) {
            ASSERT_FALSE(digests(output).empty()) << "after kill " << killed;
        }
        ASSERT_FALSE(HasFailure()) << "after kill " << killed << "\n" << outcome;
    }
    EXPECT_GT(resumed, 0U);
    std::cout << kills << " kills, " << resumed << " resumed, " << runs << " ended\n";
}

INSTANTIATE_TEST_SUITE_P(
    Scenarios, KillLoop,
    ::testing::Values(
        Interrupted{"ensemble", "crash/crash.yaml"}, Interrupted{"everything", "distributed/same_bits.yaml"},
        Interrupted{"healing", "distributed/heal.yaml"},
        Interrupted{"halves",
                    "distributed/heal.yaml",
                    {"--set", "assessment={kind: random_halves, pairs: 8, false_alarm_rounds: 1}", "--set",
                     "adaptation.strategy.nearness=feature"}},
        // A round takes 3 ms.
        Interrupted{"watched", "distributed/watched.yaml", {"--set", "rounds=100"}},
        Interrupted{"route", "distributed/route.yaml"},
        Interrupted{"kept_classes",
                    "distributed/route.yaml",
                    {"--set", "adaptation.serving={kind: route, keep_classes: true, restore: true}", "--set",
                     "clients.stream=140", "--set", "drift.1.sample_share=0.4"}},
        Interrupted{"restored",
                    "distributed/route.yaml",
                    {"--set", "adaptation.serving={kind: route, restore: true}", "--set", "clients.stream=140", "--set",
                     "drift.1={kind: impulse_noise, start: 3, ids: [1], "
                     "sample_share: 0.5}"}},
        Interrupted{"shared", "distributed/shared.yaml"},
        Interrupted{"looked_first",
                    "distributed/shared.yaml",
                    {"--set", "adaptation.serving={kind: route, share_statistics: true, look_first: true}"}},
        Interrupted{"everything_every_third_round", "distributed/same_bits.yaml", {"--set", "checkpoint_every=3"}}),
    [](const auto& test) { return std::string{test.param.name}; });

}  // namespace
}  // namespace mlaasim::testing
