// The contract "nothing lost": whatever happens during a commit, trace.h5 is whole and the run can go on.
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <csignal>

#include "sim/core/error.hpp"
#include "sim/storage/hdf5_file.hpp"
#include "sim/storage/trace_file.hpp"
#include "sim/trace_samples.hpp"

namespace mlaasim::sim {
namespace {

using namespace testing;

constexpr std::uint32_t rounds = 5;

enum class Death { signal, exit };

/// A run in a child process that dies at `step` of the commit of `round`.
int run_and_die(const std::filesystem::path& folder, std::uint32_t round, CommitStep step, Death death) {
    return wait_for(start_child([&]() -> int {
        TraceFile trace = std::filesystem::exists(folder / "trace.h5") ? TraceFile::resume(folder)
                                                                       : TraceFile::create(folder, sample_header());
        std::uint32_t committing = last_round(folder / "trace.h5");
        trace.on_commit_step = [&](CommitStep reached) {
            committing += reached == CommitStep::rows_written ? 1 : 0;
            if (committing == round && reached == step) {
                death == Death::signal ? static_cast<void>(::kill(::getpid(), SIGKILL)) : ::_exit(7);
            }
        };
        play(trace, committing, rounds);
        return 0;
    }));
}

bool died(int status, Death death) {
    return death == Death::signal ? WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL : exited_with(status, 7);
}

constexpr std::array steps{CommitStep::rows_written, CommitStep::synced, CommitStep::linked, CommitStep::swapped,
                           CommitStep::done};

/// Rounds that trace.h5 holds after a death at `step` of the commit of `round`.
std::uint32_t survives(std::uint32_t round, CommitStep step) {
    return step == CommitStep::swapped || step == CommitStep::done ? round : round - 1;
}

class TraceDeath : public ::testing::TestWithParam<Death> {};

TEST_P(TraceDeath, AtEveryStepOfEveryCommitLosesAtMostThatCommit) {
    const Digests expected = undisturbed(rounds);
    for (std::uint32_t round = 1; round <= rounds; ++round) {
        for (const CommitStep step : steps) {
            SCOPED_TRACE("round " + std::to_string(round) + ", step " + std::to_string(static_cast<int>(step)));
            const TraceFolder folder;
            ASSERT_TRUE(died(run_and_die(folder.path(), round, step, GetParam()), GetParam()));
            ASSERT_NO_THROW(verify(folder.trace()));
            EXPECT_EQ(last_round(folder.trace()), survives(round, step));
            ASSERT_NO_THROW(resume_and_play(folder.path(), rounds));
            EXPECT_EQ(digests(folder.trace()), expected);
        }
    }
}

TEST_P(TraceDeath, InEveryCommitOneAfterTheOther) {
    const Digests expected = undisturbed(rounds);
    for (const CommitStep step : steps) {
        SCOPED_TRACE("step " + std::to_string(static_cast<int>(step)));
        const TraceFolder folder;
        for (std::uint32_t round = 1; round <= rounds; ++round) {
            ASSERT_TRUE(died(run_and_die(folder.path(), round, step, GetParam()), GetParam()));
            if (survives(round, step) < round) {
                ASSERT_NO_THROW(resume_and_play(folder.path(), round));
            }
        }
        EXPECT_EQ(digests(folder.trace()), expected);
    }
}

INSTANTIATE_TEST_SUITE_P(All, TraceDeath, ::testing::Values(Death::signal, Death::exit),
                         [](const auto& param) { return param.param == Death::signal ? "Killed" : "Exited"; });

TEST(TraceCommit, WhatAKilledProcessLeftBehindIsIgnored) {
    const Digests expected = undisturbed(rounds);
    const auto litter = [](const std::filesystem::path& folder) {
        for (const char* name : {"trace.h5.next", "trace.h5.old", "trace.h5.new"}) {
            std::filesystem::remove(folder / name);
            std::ofstream{folder / name} << "litter";
        }
    };
    const TraceFolder folder;
    litter(folder.path());
    {
        TraceFile trace = TraceFile::create(folder.path(), sample_header());
        play(trace, 0, 2);
        litter(folder.path());  // during the run
        play(trace, 2, 3);
    }
    litter(folder.path());
    resume_and_play(folder.path(), rounds);
    EXPECT_EQ(digests(folder.trace()), expected);
}

TEST(TraceCommit, ANextFileOfAnotherCommitIsNotAppendedTo) {
    const TraceFolder folder;
    const TraceFolder other;
    TraceFile elsewhere = TraceFile::create(other.path(), sample_header());
    play(elsewhere, 0, 1);
    TraceFile trace = TraceFile::create(folder.path(), sample_header());
    play(trace, 0, 3);
    std::filesystem::remove(folder.path() / "trace.h5.next");
    std::filesystem::copy_file(other.trace(), folder.path() / "trace.h5.next");
    play(trace, 3, rounds);
    EXPECT_EQ(digests(folder.trace()), undisturbed(rounds));
}

TEST(TraceCommit, AFileBesideTheTraceThatIsRemovedDuringACommitIsMadeAgain) {
    const Digests expected = undisturbed(rounds);
    for (const char* name : {"trace.h5.next", "trace.h5.old"}) {
        for (const CommitStep step : steps) {
            for (std::uint32_t round = 1; round <= rounds; ++round) {
                SCOPED_TRACE(name + (" removed in round " + std::to_string(round)) + " after step " +
                             std::to_string(static_cast<int>(step)));
                const TraceFolder folder;
                TraceFile trace = TraceFile::create(folder.path(), sample_header());
                play(trace, 0, round - 1);
                int removed = 0;
                trace.on_commit_step = [&](CommitStep reached) {
                    if (reached == step && removed == 0) {
                        std::filesystem::remove(folder.path() / name);
                        ++removed;
                    }
                };
                ASSERT_NO_THROW(play(trace, round - 1, rounds));
                EXPECT_EQ(removed, 1);
                EXPECT_EQ(digests(folder.trace()), expected);
                EXPECT_NO_THROW(verify(folder.trace()));
            }
        }
    }
}

/// Somebody who may write to the folder must not make the run overwrite files elsewhere.
TEST(TraceCommit, NothingIsWrittenThroughALink) {
    const TraceFolder elsewhere;
    const std::filesystem::path victim = elsewhere.path() / "mine";
    std::ofstream{victim} << "mine";
    const TraceFolder folder;
    const auto plant = [&] {
        for (const char* name : {"trace.h5.new", "trace.h5.next", "trace.h5.old"}) {
            std::filesystem::remove(folder.path() / name);
            std::filesystem::create_symlink(victim, folder.path() / name);
        }
    };
    plant();
    {
        TraceFile trace = TraceFile::create(folder.path(), sample_header());
        play(trace, 0, 1);
        plant();
        play(trace, 1, 2);
    }
    plant();
    resume_and_play(folder.path(), rounds);
    EXPECT_EQ(content(victim), "mine");
    EXPECT_EQ(digests(folder.trace()), undisturbed(rounds));
}

/// A child that opens `file` by HDF5, tells when it has, and when asked reports whether its bytes are still the same.
class Reader {
public:
    explicit Reader(const std::filesystem::path& file) {
        EXPECT_EQ(::pipe(ready_), 0);
        EXPECT_EQ(::pipe(ask_), 0);
        child_ = start_child([&] {
            ::close(ask_[1]);
            const Hdf5File open = Hdf5File::open_to_read(file);
            const std::string same_file = "/proc/self/fd/" + std::to_string(::open(file.c_str(), O_RDONLY));
            const std::string before = content(same_file);
            static_cast<void>(!::write(ready_[1], "x", 1));
            char byte = 0;
            static_cast<void>(!::read(ask_[0], &byte, 1));
            return !before.empty() && content(same_file) == before ? 0 : 1;
        });
        char byte = 0;
        EXPECT_EQ(::read(ready_[0], &byte, 1), 1);
    }
    bool saw_no_change() {
        ::close(ask_[1]);
        const bool same = exited_with(wait_for(child_), 0);
        for (const int descriptor : {ready_[0], ready_[1], ask_[0]}) {
            ::close(descriptor);
        }
        return same;
    }

private:
    int ready_[2]{};
    int ask_[2]{};
    pid_t child_ = -1;
};

TEST(TraceCommit, AReaderIsNeitherDisturbedNorInTheWay) {
    const Digests expected = undisturbed(rounds);
    for (const char* name : {"trace.h5", "trace.h5.next"}) {
        for (std::uint32_t round = 1; round < rounds; ++round) {
            SCOPED_TRACE(name + (" opened after round " + std::to_string(round)));
            const TraceFolder folder;
            TraceFile trace = TraceFile::create(folder.path(), sample_header());
            play(trace, 0, round);
            Reader reader{folder.path() / name};
            play(trace, round, rounds);
            EXPECT_TRUE(reader.saw_no_change());
            EXPECT_EQ(digests(folder.trace()), expected);
        }
    }
}

/// A small file system of its own, if this user may mount one.
class SmallDisk {
public:
    explicit SmallDisk(const std::filesystem::path& path) : path_{path} {
        mounted_ = ::mount("tmpfs", path_.c_str(), "tmpfs", 0, "size=4m") == 0;
    }
    ~SmallDisk() {
        if (mounted_) {
            ::umount2(path_.c_str(), MNT_DETACH);
        }
    }
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;
    [[nodiscard]] bool mounted() const { return mounted_; }

    void leave_free(std::uintmax_t bytes) const {
        const auto available = std::filesystem::space(path_).available;
        std::ofstream{path_ / "ballast"} << std::string(available > bytes ? available - bytes : 0, 'b');
    }

private:
    std::filesystem::path path_;
    bool mounted_ = false;
};

/// Resumes in a child and commits up to `last`, with so much space left after `fill`. 28 (ENOSPC) when the disk was
/// full and the message said so.
template <class BeforeResume, class AfterResume>
int resume_on_full_disk(const std::filesystem::path& folder, std::uint32_t last, BeforeResume before,
                        AfterResume after) {
    return wait_for(start_child([&] {
        try {
            before();
            TraceFile trace = TraceFile::resume(folder);
            after();
            play(trace, last_round(folder / "trace.h5"), last);
        } catch (const InputError& error) {
            const bool named = std::string{error.what()}.find("No space left on device") != std::string::npos;
            return named ? 28 : 1;
        }
        return 0;
    }));
}

TEST(TraceCommit, ADiskThatFillsUpDuringCommitsIsNamedAndLosesNothing) {
    constexpr std::uint32_t last = 12;
    const Digests expected = undisturbed(last);
    const auto nothing = [] {};
    int failures = 0;
    for (std::uintmax_t kibibytes = 0; kibibytes <= 160; kibibytes += 8) {
        SCOPED_TRACE(std::to_string(kibibytes) + " KiB free");
        const TraceFolder folder;
        const SmallDisk disk{folder.path()};
        if (!disk.mounted()) {
            GTEST_SKIP() << "skipped: mounting a file system needs root";
        }
        {
            TraceFile trace = TraceFile::create(folder.path(), sample_header());
            play(trace, 0, 2);
        }
        const int status =
            resume_on_full_disk(folder.path(), last, nothing, [&] { disk.leave_free(kibibytes * 1024); });
        ASSERT_TRUE(exited_with(status, 28) || exited_with(status, 0)) << status;
        failures += exited_with(status, 28) ? 1 : 0;
        ASSERT_NO_THROW(verify(folder.trace()));
        EXPECT_EQ(last_round(folder.trace()) < last, exited_with(status, 28));
        EXPECT_EQ(digests(folder.trace()), undisturbed(last_round(folder.trace())));
        std::filesystem::remove(folder.path() / "ballast");
        resume_and_play(folder.path(), last);
        EXPECT_EQ(digests(folder.trace()), expected);
    }
    EXPECT_GE(failures, 5) << "the disk was hardly ever full";
}

TEST(TraceCommit, AFullDiskIsNamedOnResume) {
    const TraceFolder folder;
    const SmallDisk disk{folder.path()};
    if (!disk.mounted()) {
        GTEST_SKIP() << "skipped: mounting a file system needs root";
    }
    static_cast<void>(TraceFile::create(folder.path(), sample_header()));
    const auto fill = [&] { disk.leave_free(8192); };
    EXPECT_TRUE(exited_with(resume_on_full_disk(folder.path(), 1, fill, [] {}), 28));
    EXPECT_NO_THROW(verify(folder.trace()));
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "trace.h5.new"));
}

TEST(TraceCommit, AFullDiskIsNamedOnCreation) {
    const TraceFolder folder;
    const SmallDisk disk{folder.path()};
    if (!disk.mounted()) {
        GTEST_SKIP() << "skipped: mounting a file system needs root";
    }
    disk.leave_free(8192);
    EXPECT_TRUE(exited_with(wait_for(start_child([&] {
                                try {
                                    static_cast<void>(TraceFile::create(folder.path(), sample_header()));
                                } catch (const InputError&) {
                                    return 28;
                                }
                                return 0;
                            })),
                            28));
    EXPECT_FALSE(std::filesystem::exists(folder.trace()));
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "trace.h5.new"));
}

TEST(TraceCommit, AFolderThatDisappearsIsNamedAndTheTraceIsNotUsedAgain) {
    const TraceFolder folder;
    TraceFile trace = TraceFile::create(folder.path(), sample_header());
    play(trace, 0, 1);
    std::filesystem::remove_all(folder.path());
    EXPECT_THROW(play(trace, 1, 2), InputError);
    EXPECT_THROW(play(trace, 1, 2), ContractViolation);
}

TEST(TraceCommit, AFolderThatCannotBeWrittenToIsNamed) {
    const TraceFolder folder;
    std::ofstream{folder.path() / "out"} << "a file";
    EXPECT_THROW(static_cast<void>(TraceFile::create(folder.path() / "out", sample_header())), InputError);
}

}  // namespace
}  // namespace mlaasim::sim
