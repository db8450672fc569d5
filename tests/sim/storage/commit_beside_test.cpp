// Commits that another thread writes while their caller goes on.
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <thread>

#include "sim/core/error.hpp"
#include "sim/storage/trace_file.hpp"
#include "sim/trace_samples.hpp"

namespace mlaasim::sim {
namespace {

using namespace testing;

TEST(CommitBeside, SettlingAnyNumberOfTimesChangesNothing) {
    const TraceFolder folder;
    TraceFile trace = TraceFile::create(folder.path(), sample_header());
    trace.settle();
    for (std::uint32_t round = 0; round < 3; ++round) {
        play(trace, round, round + 1);
        trace.settle();
        trace.settle();
    }
    EXPECT_EQ(digests(folder.trace()), undisturbed(3));
}

TEST(CommitBeside, ACommitIsWrittenBesideTheCaller) {
    const TraceFolder folder;
    TraceFile trace = TraceFile::create(folder.path(), sample_header());
    play(trace, 0, 2);
    EXPECT_FALSE(trace.commit_under_way());
    const std::string before = content(folder.trace());
    std::promise<void> caller_goes_on;
    trace.on_commit_step = [gone_on = caller_goes_on.get_future().share()](CommitStep reached) {
        if (reached == CommitStep::rows_written) {
            gone_on.wait_for(std::chrono::seconds{10});
        }
    };
    trace.begin_commit(rows_of_round(3), checkpoint_of_round(3));
    EXPECT_TRUE(trace.commit_under_way());
    EXPECT_EQ(content(folder.trace()), before);
    caller_goes_on.set_value();
    trace.settle();
    EXPECT_FALSE(trace.commit_under_way());
    EXPECT_EQ(last_round(folder.trace()), 3U);
}

TEST(CommitBeside, ACommitUnderWayIsFinishedWhenItsTraceGoes) {
    const auto slow = [](CommitStep /*reached*/) { std::this_thread::sleep_for(std::chrono::milliseconds{5}); };
    const TraceFolder folder;
    const TraceFolder other;
    TraceFile trace = TraceFile::create(folder.path(), sample_header());
    trace.on_commit_step = slow;
    trace.begin_commit(rows_of_round(1), checkpoint_of_round(1));
    {
        TraceFile moved = std::move(trace);
        EXPECT_TRUE(moved.commit_under_way());
        moved.begin_commit(rows_of_round(2), checkpoint_of_round(2));
    }
    EXPECT_EQ(last_round(folder.trace()), 2U) << "destroyed";
    trace = TraceFile::resume(folder.path());
    TraceFile replacement = TraceFile::create(other.path(), sample_header());
    trace.on_commit_step = slow;
    trace.begin_commit(rows_of_round(3), checkpoint_of_round(3));
    trace = std::move(replacement);
    EXPECT_EQ(last_round(folder.trace()), 3U) << "replaced";
    EXPECT_EQ(digests(folder.trace()), undisturbed(3));
}

TEST(CommitBeside, WhatFailsBesideTheCallerIsThrownByTheNextCall) {
    for (const bool settles : {true, false}) {
        const TraceFolder folder;
        TraceFile trace = TraceFile::create(folder.path(), sample_header());
        play(trace, 0, 2);
        trace.on_commit_step = [&](CommitStep reached) {
            if (reached == CommitStep::synced) {
                std::filesystem::rename(folder.trace(), folder.path() / "elsewhere");
            }
        };
        EXPECT_NO_THROW(trace.begin_commit(rows_of_round(3), checkpoint_of_round(3)));
        const auto next = [&] {
            settles ? trace.settle() : trace.begin_commit(rows_of_round(4), checkpoint_of_round(4));
        };
        EXPECT_THROW(next(), InputError);
        EXPECT_FALSE(trace.commit_under_way());
        EXPECT_THROW(trace.begin_commit(rows_of_round(4), checkpoint_of_round(4)), ContractViolation);
        EXPECT_THROW(trace.settle(), ContractViolation);
        EXPECT_EQ(last_round(folder.path() / "elsewhere"), 2U) << "what was there stays whole";
    }
}

}  // namespace
}  // namespace mlaasim::sim
