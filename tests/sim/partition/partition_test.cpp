#include "sim/partition/partition.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "sim/error.hpp"

namespace mlaasim::sim {
namespace {

RandomStream stream(std::uint64_t seed = 1) { return {Seed{seed}, Purpose::partition, 0, 0}; }

std::vector<std::uint8_t> balanced_labels(std::size_t count, std::uint32_t classes) {
    std::vector<std::uint8_t> labels(count);
    for (std::size_t i = 0; i < count; ++i) {
        labels[i] = static_cast<std::uint8_t>(i % classes);
    }
    return labels;
}

std::vector<std::uint32_t> all_samples(const Partition& partition) {
    std::vector<std::uint32_t> all;
    for (std::uint32_t holder = 0; holder < partition.holders(); ++holder) {
        all.insert(all.end(), partition.samples(holder).begin(), partition.samples(holder).end());
    }
    std::ranges::sort(all);
    return all;
}

std::size_t fewest(const Partition& partition) {
    std::size_t least = partition.total();
    for (std::uint32_t holder = 0; holder < partition.holders(); ++holder) {
        least = std::min(least, partition.samples(holder).size());
    }
    return least;
}

/// Mean over the holders of the share of the commonest class.
double concentration(const Partition& partition, const std::vector<std::uint8_t>& labels) {
    double sum = 0.0;
    for (std::uint32_t holder = 0; holder < partition.holders(); ++holder) {
        std::vector<double> counts(256, 0.0);
        for (const std::uint32_t index : partition.samples(holder)) {
            counts[labels[index]] += 1.0;
        }
        sum += *std::ranges::max_element(counts) / static_cast<double>(partition.samples(holder).size());
    }
    return sum / partition.holders();
}

TEST(PartitionIid, SharesOutTheWholePoolEvenly) {
    const Partition partition = partition_iid(103, 10, {}, stream());
    EXPECT_EQ(partition.holders(), 10U);
    std::vector<std::uint32_t> expected(103);
    for (std::uint32_t i = 0; i < 103; ++i) {
        expected[i] = i;
    }
    EXPECT_EQ(all_samples(partition), expected);
    for (std::uint32_t holder = 0; holder < 10; ++holder) {
        EXPECT_GE(partition.samples(holder).size(), 10U);
        EXPECT_LE(partition.samples(holder).size(), 11U);
    }
}

TEST(PartitionIid, EveryHolderGetsExactlyTheSamplesAskedFor) {
    const Partition partition = partition_iid(1000, 30, {.samples = 7}, stream());
    for (std::uint32_t holder = 0; holder < 30; ++holder) {
        EXPECT_EQ(partition.samples(holder).size(), 7U);
    }
    const auto all = all_samples(partition);
    EXPECT_EQ(std::set(all.begin(), all.end()).size(), 210U);
    EXPECT_GT(all.back(), 500U) << "drawn from the whole pool, not from its beginning";
}

TEST(PartitionIid, DrawsFollowTheStream) {
    const auto samples = [](std::uint64_t seed) {
        const Partition partition = partition_iid(100, 4, {}, stream(seed));
        return std::vector<std::uint32_t>(partition.samples(2).begin(), partition.samples(2).end());
    };
    EXPECT_EQ(samples(1), samples(1));
    EXPECT_NE(samples(1), samples(2));
}

TEST(PartitionDirichlet, SmallAlphaConcentratesClassesAndLargeAlphaMixesThem) {
    const auto labels = balanced_labels(20000, 10);
    const auto at = [&](double alpha) {
        const PartitionOptions options{.kind = PartitionKind::dirichlet, .alpha = alpha, .min_samples = 10};
        return concentration(partition_dirichlet(labels, 10, 20, options, stream()), labels);
    };
    EXPECT_GT(at(0.05), 0.7);
    EXPECT_GT(at(0.05), at(0.5));
    EXPECT_GT(at(0.5), at(10.0));
    EXPECT_LT(at(1000.0), 0.13);
}

TEST(PartitionDirichlet, SharesOfAClassHaveTheMomentsOfTheDistribution) {
    // Of Dirichlet(alpha, alpha): mean 1/2, variance 1 / (4 (2 alpha + 1)).
    const std::vector<std::uint8_t> labels(10000, 0);
    const PartitionOptions options{.kind = PartitionKind::dirichlet, .alpha = 0.5, .min_samples = 0};
    double sum = 0.0;
    double squares = 0.0;
    constexpr int draws = 400;
    for (std::uint64_t seed = 0; seed < draws; ++seed) {
        const Partition partition = partition_dirichlet(labels, 1, 2, options, stream(seed));
        const double share = static_cast<double>(partition.samples(0).size()) / 10000.0;
        sum += share;
        squares += share * share;
    }
    const double mean = sum / draws;
    EXPECT_NEAR(mean, 0.5, 0.07);
    EXPECT_NEAR(squares / draws - mean * mean, 0.125, 0.025);
}

TEST(PartitionDirichlet, TinyAlphaThatUnderflowsStillSharesEverythingOut) {
    const auto labels = balanced_labels(1000, 10);
    const PartitionOptions options{.kind = PartitionKind::dirichlet, .alpha = 1e-9, .min_samples = 0};
    const Partition partition = partition_dirichlet(labels, 10, 50, options, stream());
    EXPECT_EQ(partition.total(), 1000U);
    std::set<std::uint32_t> owners;
    for (std::uint32_t holder = 0; holder < 50; ++holder) {
        EXPECT_EQ(partition.samples(holder).size() % 100, 0U) << "a class was divided";
        if (!partition.samples(holder).empty()) {
            owners.insert(holder);
        }
    }
    EXPECT_GT(owners.size(), 3U) << "always the same holder";
}

TEST(PartitionDirichlet, RedistributesUntilEveryHolderHasEnough) {
    const auto labels = balanced_labels(1000, 10);
    PartitionOptions options{.kind = PartitionKind::dirichlet, .alpha = 0.05, .min_samples = 0};
    EXPECT_LT(fewest(partition_dirichlet(labels, 10, 50, options, stream())), 15U);
    options.min_samples = 15;
    const Partition mended = partition_dirichlet(labels, 10, 50, options, stream());
    EXPECT_EQ(fewest(mended), 15U);
    EXPECT_EQ(all_samples(mended).size(), 1000U);
    options.min_samples = 20;
    EXPECT_EQ(fewest(partition_dirichlet(labels, 10, 50, options, stream())), 20U);
}

TEST(PartitionDirichlet, ResamplesOrSaysThatItCannot) {
    const auto labels = balanced_labels(1000, 10);
    PartitionOptions options{
        .kind = PartitionKind::dirichlet, .alpha = 1.0, .min_samples = 100, .policy = MinSamplesPolicy::resample};
    EXPECT_GE(fewest(partition_dirichlet(labels, 10, 5, options, stream())), 100U);
    options.min_samples = 200;
    try {
        (void)partition_dirichlet(labels, 10, 5, options, stream());
        FAIL() << "a Dirichlet draw gave exactly equal holders";
    } catch (const InputError& error) {
        EXPECT_NE(std::string{error.what()}.find("redistribute"), std::string::npos);
    }
}

TEST(PartitionDirichlet, ManyHoldersOfFewSamples) {
    const auto labels = balanced_labels(60000, 10);
    const PartitionOptions options{.kind = PartitionKind::dirichlet, .alpha = 0.1, .samples = 5, .min_samples = 2};
    const Partition partition = make_partition(labels, 10, 10000, options, stream());
    EXPECT_EQ(partition.total(), 50000U);
    EXPECT_GE(fewest(partition), 2U);
    const auto all = all_samples(partition);
    EXPECT_EQ(std::ranges::adjacent_find(all), all.end()) << "a sample has two holders";
}

TEST(PartitionDirichlet, HoldersSeeTheirClassesMixed) {
    const auto labels = balanced_labels(1000, 2);
    const PartitionOptions options{.kind = PartitionKind::dirichlet, .alpha = 100.0};
    const Partition partition = partition_dirichlet(labels, 2, 2, options, stream());
    std::size_t first_half = 0;
    const auto samples = partition.samples(0);
    for (const std::uint32_t index : samples.first(samples.size() / 2)) {
        first_half += labels[index];
    }
    const double share = static_cast<double>(first_half) / static_cast<double>(samples.size() / 2);
    EXPECT_GT(share, 0.3);
    EXPECT_LT(share, 0.7);
}

TEST(MakePartition, FollowsTheKind) {
    const auto labels = balanced_labels(200, 10);
    PartitionOptions options{.alpha = 0.1};
    EXPECT_EQ(fewest(make_partition(labels, 10, 10, options, stream())), 20U);
    options.kind = PartitionKind::dirichlet;
    EXPECT_LT(fewest(make_partition(labels, 10, 10, options, stream())), 20U);
}

TEST(MakePartition, APoolThatIsTooSmallIsNamed) {
    const auto labels = balanced_labels(100, 10);
    for (const PartitionKind kind : {PartitionKind::iid, PartitionKind::dirichlet}) {
        EXPECT_NO_THROW((void)make_partition(labels, 10, 10, {.kind = kind, .samples = 10}, stream()));
        EXPECT_THROW((void)make_partition(labels, 10, 10, {.kind = kind, .samples = 11}, stream()), InputError);
        EXPECT_THROW((void)make_partition(labels, 10, 10, {.kind = kind, .min_samples = 11}, stream()), InputError);
        EXPECT_THROW((void)make_partition(labels, 10, 10, {.kind = kind, .samples = 5, .min_samples = 6}, stream()),
                     InputError);
        EXPECT_THROW((void)make_partition(labels, 10, 10, {.kind = kind, .samples = INT64_MAX}, stream()), InputError);
    }
}

TEST(MakePartition, NoHoldersAndBadLabelsAreBugs) {
    const auto labels = balanced_labels(100, 10);
    EXPECT_THROW((void)make_partition(labels, 10, 0, {}, stream()), ContractViolation);
    EXPECT_THROW((void)make_partition(labels, 9, 5, {.kind = PartitionKind::dirichlet}, stream()), ContractViolation);
    EXPECT_THROW((Partition{{0, 3, 2}, {1, 2}}), ContractViolation);
    EXPECT_THROW((void)partition_iid(100, 5, {}, stream()).samples(5), ContractViolation);
}

}  // namespace
}  // namespace mlaasim::sim
