#include "study/child_process.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

#include "sim/core/error.hpp"
#include "support/program.hpp"

namespace mlaasim::study {
namespace {

using testing::eventually;
using testing::TemporaryFolder;

TEST(ChildProcess, TellsHowItEnded) {
    EXPECT_EQ(ChildProcess{{.words = {"true"}}}.wait(), 0);
    EXPECT_EQ((ChildProcess{{.words = {"sh", "-c", "exit 7"}}}.wait()), 7);
    EXPECT_EQ((ChildProcess{{.words = {"sh", "-c", "kill -9 $$"}}}.wait()), 128 + SIGKILL);
    EXPECT_EQ(ChildProcess{{.words = {"/no/such/program"}}}.wait(), 127);
}

TEST(ChildProcess, AddsWhatItPrintsToItsLog) {
    const TemporaryFolder folder;
    const ChildCommand command{.words = {"sh", "-c", "echo out; echo err >&2"}, .log = folder / "log.txt"};
    ChildProcess{command}.wait();
    ChildProcess{command}.wait();
    EXPECT_EQ(testing::text_of(folder / "log.txt"), "out\nerr\nout\nerr\n");
    EXPECT_THROW(ChildProcess({.words = {"true"}, .log = folder / "no" / "log.txt"}), sim::InputError);
}

TEST(ChildProcess, DoesNotSeeTheLauncher) {
    ::setenv("OMPI_COMM_WORLD_RANK", "1", 1);
    ::setenv("PMIX_RANK", "1", 1);
    const std::string seen = output_of({.words = {"env"}, .environment = {"MLAASIM_EXTRA=yes", "HOME=/other"}}).text;
    ::unsetenv("OMPI_COMM_WORLD_RANK");
    ::unsetenv("PMIX_RANK");
    EXPECT_EQ(seen.find("OMPI_COMM_WORLD_RANK"), std::string::npos);
    EXPECT_EQ(seen.find("PMIX_RANK"), std::string::npos);
    EXPECT_NE(seen.find("MLAASIM_EXTRA=yes\n"), std::string::npos);
    EXPECT_NE(seen.find("PATH="), std::string::npos);
    EXPECT_EQ(seen.find("\nHOME="), seen.rfind("\nHOME="));
    EXPECT_NE(seen.find("HOME=/other\n"), std::string::npos);
}

TEST(ChildProcess, IsKilledWithItsObject) {
    pid_t id = 0;
    {
        ChildProcess child{{.words = {"sleep", "100"}}};
        id = child.id();
        EXPECT_FALSE(child.ended());
        ChildProcess moved{std::move(child)};
        EXPECT_FALSE(moved.ended());
    }
    EXPECT_EQ(::kill(id, 0), -1);
}

TEST(ChildProcess, DiesWithItsParent) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t parent = ::fork();
    if (parent == 0) {
        ChildProcess child{{.words = {"sleep", "100"}}};
        const pid_t id = child.id();
        static_cast<void>(::write(ends[1], &id, sizeof id) == sizeof id);
        ::raise(SIGKILL);
    }
    pid_t child = 0;
    ASSERT_EQ(::read(ends[0], &child, sizeof child), static_cast<ssize_t>(sizeof child));
    ::waitpid(parent, nullptr, 0);
    EXPECT_TRUE(eventually([&] {
        const std::string status = testing::text_of("/proc/" + std::to_string(child) + "/status");
        return status.empty() || status.find("State:\tZ") != std::string::npos;
    }));
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST(ChildProcess, IsReadToItsEnd) {
    const ChildOutput output = output_of({.words = {"sh", "-c", "head -c 300000 /dev/zero; exit 3"}});
    EXPECT_EQ(output.exit_code, 3);
    EXPECT_EQ(output.text.size(), 300000U);
}

TEST(ChildProcess, IsNotWaitedForLongerThanTold) {
    using namespace std::chrono_literals;
    for (const char* slow : {"echo begun; sleep 1000", "exec >&- 2>&-; sleep 1000"}) {
        EXPECT_FALSE(output_within({.words = {"sh", "-c", slow}}, 100ms)) << slow;
    }
    const std::optional<ChildOutput> output = output_within({.words = {"sh", "-c", "echo done; exit 4"}}, 100s);
    ASSERT_TRUE(output);
    EXPECT_EQ(output->exit_code, 4);
    EXPECT_EQ(output->text, "done\n");
}

}  // namespace
}  // namespace mlaasim::study
