#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/partition/partition.hpp"
#include "support/chosen.hpp"

namespace mlaasim::sim {
namespace {

struct Task {
    std::vector<std::uint8_t> labels;
    std::uint32_t classes;
    std::uint32_t holders;
    Chosen<Partitioner> options{partition_kinds()};
    std::uint64_t seed;

    [[nodiscard]] Partition solve() const {
        return options->partition(labels, classes, holders, {Seed{seed}, Purpose::partition, 0, 0});
    }
};

Task any_task() {
    Task task;
    task.classes = *rc::gen::inRange<std::uint32_t>(1, 12);
    task.holders = *rc::gen::inRange<std::uint32_t>(1, 60);
    task.labels = *rc::gen::container<std::vector<std::uint8_t>>(
        *rc::gen::inRange<std::size_t>(0, 1500),
        rc::gen::inRange<std::uint8_t>(0, static_cast<std::uint8_t>(task.classes)));
    const std::string alpha = *rc::gen::element<std::string>("1e-6", "0.01", "0.1", "0.5", "1", "100", "1e6");
    const std::string kind = *rc::gen::element<std::string>("iid", "dirichlet", "quantity_skew");
    task.options = testing::chosen(partition_kinds(), "kind: " + kind + (kind == "iid" ? "" : ", alpha: " + alpha));
    const auto most = static_cast<std::int64_t>(task.labels.size() / task.holders);
    task.options->samples = *rc::gen::inRange<std::int64_t>(0, most + 1);
    const std::int64_t available = task.options->samples > 0 ? task.options->samples : most;
    task.options->min_samples = *rc::gen::inRange<std::int64_t>(0, available + 1);
    task.seed = *rc::gen::arbitrary<std::uint64_t>();
    return task;
}

TEST(PartitionProperty, IsAnExactCoverWithoutDuplicates) {
    EXPECT_TRUE(rc::check([] {
        const Task task = any_task();
        const Partition partition = task.solve();
        RC_ASSERT(partition.holders() == task.holders);
        std::vector<int> holders_of(task.labels.size(), 0);
        std::size_t total = 0;
        for (std::uint32_t holder = 0; holder < partition.holders(); ++holder) {
            for (const std::uint32_t index : partition.samples(holder)) {
                RC_ASSERT(index < task.labels.size());
                ++holders_of[index];
                ++total;
            }
        }
        RC_ASSERT(std::ranges::all_of(holders_of, [](int n) { return n <= 1; }));
        const auto samples = static_cast<std::size_t>(task.options->samples);
        RC_ASSERT(total == (samples > 0 ? samples * task.holders : task.labels.size()));
        RC_ASSERT(partition.total() == total);
    }));
}

TEST(PartitionProperty, EveryHolderHasItsMinimum) {
    EXPECT_TRUE(rc::check([] {
        const Task task = any_task();
        const Partition partition = task.solve();
        for (std::uint32_t holder = 0; holder < partition.holders(); ++holder) {
            RC_ASSERT(static_cast<std::int64_t>(partition.samples(holder).size()) >= task.options->min_samples);
        }
    }));
}

TEST(PartitionProperty, IidHoldersDifferByOneAtMost) {
    EXPECT_TRUE(rc::check([] {
        Task task = any_task();
        task.options = [&] {
            Chosen<Partitioner> iid{partition_kinds()};
            iid->samples = task.options->samples;
            iid->min_samples = task.options->min_samples;
            return iid;
        }();
        const Partition partition = task.solve();
        std::size_t fewest = partition.total();
        std::size_t most = 0;
        for (std::uint32_t holder = 0; holder < partition.holders(); ++holder) {
            fewest = std::min(fewest, partition.samples(holder).size());
            most = std::max(most, partition.samples(holder).size());
        }
        RC_ASSERT(most - fewest <= (task.options->samples > 0 ? 0U : 1U));
    }));
}

TEST(PartitionProperty, TheSameStreamGivesTheSamePartition) {
    EXPECT_TRUE(rc::check([] {
        const Task task = any_task();
        const Partition one = task.solve();
        const Partition two = task.solve();
        for (std::uint32_t holder = 0; holder < task.holders; ++holder) {
            RC_ASSERT(std::ranges::equal(one.samples(holder), two.samples(holder)));
        }
    }));
}

TEST(PartitionProperty, AskingForTooMuchIsAnInputError) {
    EXPECT_TRUE(rc::check([] {
        Task task = any_task();
        const auto most = static_cast<std::int64_t>(task.labels.size() / task.holders);
        (*rc::gen::arbitrary<bool>() ? task.options->samples : task.options->min_samples) =
            most + *rc::gen::inRange<std::int64_t>(1, INT64_MAX - most);
        RC_ASSERT_THROWS_AS(static_cast<void>(task.solve()), InputError);
    }));
}

}  // namespace
}  // namespace mlaasim::sim
