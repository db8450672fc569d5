#include "sim/partition/partition.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "sim/core/error.hpp"
#include "support/chosen.hpp"

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

/// "dirichlet, alpha: 0.5, min_samples: 10"
Chosen<Partitioner> of_kind(const std::string& options) {
    return testing::chosen(partition_kinds(), "kind: " + options);
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
    const Partition partition = of_kind("iid")->partition(balanced_labels(103, 10), 10, 10, stream());
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
    const Partition partition = of_kind("iid, samples: 7")->partition(balanced_labels(1000, 10), 10, 30, stream());
    for (std::uint32_t holder = 0; holder < 30; ++holder) {
        EXPECT_EQ(partition.samples(holder).size(), 7U);
    }
    const auto all = all_samples(partition);
    EXPECT_EQ(std::set(all.begin(), all.end()).size(), 210U);
    EXPECT_GT(all.back(), 500U) << "drawn from the whole pool, not from its beginning";
}

TEST(PartitionIid, DrawsFollowTheStream) {
    const auto samples = [](std::uint64_t seed) {
        const Partition partition = of_kind("iid")->partition(balanced_labels(100, 10), 10, 4, stream(seed));
        return std::vector<std::uint32_t>(partition.samples(2).begin(), partition.samples(2).end());
    };
    EXPECT_EQ(samples(1), samples(1));
    EXPECT_NE(samples(1), samples(2));
}

TEST(PartitionDirichlet, SmallAlphaConcentratesClassesAndLargeAlphaMixesThem) {
    const auto labels = balanced_labels(20000, 10);
    const auto at = [&](double alpha) {
        const auto options = of_kind("dirichlet, min_samples: 10, alpha: " + std::to_string(alpha));
        return concentration(options->partition(labels, 10, 20, stream()), labels);
    };
    EXPECT_GT(at(0.05), 0.7);
    EXPECT_GT(at(0.05), at(0.5));
    EXPECT_GT(at(0.5), at(10.0));
    EXPECT_LT(at(1000.0), 0.13);
}

TEST(PartitionDirichlet, SharesOfAClassHaveTheMomentsOfTheDistribution) {
    // Of Dirichlet(alpha, alpha): mean 1/2, variance 1 / (4 (2 alpha + 1)).
    const std::vector<std::uint8_t> labels(10000, 0);
    auto options = of_kind("dirichlet, alpha: 0.5");
    options->min_samples = 0;
    double sum = 0.0;
    double squares = 0.0;
    constexpr int draws = 400;
    for (std::uint64_t seed = 0; seed < draws; ++seed) {
        const Partition partition = options->partition(labels, 1, 2, stream(seed));
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
    auto options = of_kind("dirichlet, alpha: 1e-9");
    options->min_samples = 0;
    const Partition partition = options->partition(labels, 10, 50, stream());
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
    auto options = of_kind("dirichlet, alpha: 0.05");
    options->min_samples = 0;
    EXPECT_LT(fewest(options->partition(labels, 10, 50, stream())), 15U);
    options->min_samples = 15;
    const Partition mended = options->partition(labels, 10, 50, stream());
    EXPECT_EQ(fewest(mended), 15U);
    EXPECT_EQ(all_samples(mended).size(), 1000U);
    options->min_samples = 20;
    EXPECT_EQ(fewest(options->partition(labels, 10, 50, stream())), 20U);
}

TEST(PartitionDirichlet, ResamplesOrSaysThatItCannot) {
    const auto labels = balanced_labels(1000, 10);
    auto options = of_kind("dirichlet, alpha: 1.0, min_samples: 100, policy: resample");
    EXPECT_GE(fewest(options->partition(labels, 10, 5, stream())), 100U);
    options->min_samples = 200;
    try {
        (void)options->partition(labels, 10, 5, stream());
        FAIL() << "a Dirichlet draw gave exactly equal holders";
    } catch (const InputError& error) {
        EXPECT_NE(std::string{error.what()}.find("redistribute"), std::string::npos);
    }
}

TEST(PartitionDirichlet, ManyHoldersOfFewSamples) {
    const auto labels = balanced_labels(60000, 10);
    const auto options = of_kind("dirichlet, alpha: 0.1, samples: 5, min_samples: 2");
    const Partition partition = options->partition(labels, 10, 10000, stream());
    EXPECT_EQ(partition.total(), 50000U);
    EXPECT_GE(fewest(partition), 2U);
    const auto all = all_samples(partition);
    EXPECT_EQ(std::ranges::adjacent_find(all), all.end()) << "a sample has two holders";
}

TEST(PartitionDirichlet, HoldersSeeTheirClassesMixed) {
    const auto labels = balanced_labels(1000, 2);
    const auto options = of_kind("dirichlet, alpha: 100");
    const Partition partition = options->partition(labels, 2, 2, stream());
    std::size_t first_half = 0;
    const auto samples = partition.samples(0);
    for (const std::uint32_t index : samples.first(samples.size() / 2)) {
        first_half += labels[index];
    }
    const double share = static_cast<double>(first_half) / static_cast<double>(samples.size() / 2);
    EXPECT_GT(share, 0.3);
    EXPECT_LT(share, 0.7);
}

TEST(PartitionQuantitySkew, SizesHaveTheMomentsOfTheDistribution) {
    // Of n = m + (N - 2 m) q, q ~ Beta(alpha, alpha): mean N / 2, variance (N - 2 m)^2 / (4 (2 alpha + 1)).
    const auto labels = balanced_labels(10000, 10);
    const auto options = of_kind("quantity_skew, alpha: 0.5, min_samples: 1000");
    double sum = 0.0;
    double squares = 0.0;
    constexpr int draws = 400;
    for (std::uint64_t seed = 0; seed < draws; ++seed) {
        const Partition partition = options->partition(labels, 10, 2, stream(seed));
        EXPECT_EQ(partition.total(), 10000U);
        EXPECT_GE(fewest(partition), 1000U);
        const double share = (static_cast<double>(partition.samples(0).size()) - 1000.0) / 8000.0;
        sum += share;
        squares += share * share;
    }
    const double mean = sum / draws;
    EXPECT_NEAR(mean, 0.5, 0.07);
    EXPECT_NEAR(squares / draws - mean * mean, 0.125, 0.025);
}

TEST(PartitionQuantitySkew, HoldersDifferInSizeAndNotInClasses) {
    const auto labels = balanced_labels(20000, 10);
    const auto fewest_at = [&](const std::string& alpha) {
        return fewest(of_kind("quantity_skew, min_samples: 50, alpha: " + alpha)->partition(labels, 10, 20, stream()));
    };
    EXPECT_LT(fewest_at("0.1"), 60U);
    EXPECT_LT(fewest_at("0.1"), fewest_at("10"));
    EXPECT_GT(fewest_at("1e6"), 990U);
    const auto skewed = of_kind("quantity_skew, alpha: 1, min_samples: 400");
    EXPECT_LT(concentration(skewed->partition(labels, 10, 20, stream()), labels), 0.16);
}

TEST(PartitionQuantitySkew, TinyAlphaGivesOneHolderAllThatIsNotReserved) {
    const auto options = of_kind("quantity_skew, alpha: 1e-9, min_samples: 3");
    const Partition partition = options->partition(balanced_labels(1000, 10), 10, 50, stream());
    std::multiset<std::size_t> sizes;
    for (std::uint32_t holder = 0; holder < 50; ++holder) {
        sizes.insert(partition.samples(holder).size());
    }
    EXPECT_EQ(sizes.count(3), 49U);
    EXPECT_EQ(*sizes.rbegin(), 1000U - 49U * 3U);
}

TEST(PartitionKinds, OnlyIidHasEqualShares) {
    const auto labels = balanced_labels(200, 10);
    for (const Kind<Partitioner>& kind : partition_kinds()) {
        const Chosen<Partitioner> options{kind};
        const bool equal = fewest(options->partition(labels, 10, 10, stream())) == 20U;
        EXPECT_EQ(equal, options->has_equal_shares()) << kind.word;
        EXPECT_EQ(equal, kind.word == "iid");
    }
}

TEST(PartitionKinds, APoolThatIsTooSmallIsNamed) {
    const auto labels = balanced_labels(100, 10);
    for (const Kind<Partitioner>& kind : partition_kinds()) {
        const auto draw = [&](std::int64_t samples, std::int64_t min_samples) {
            Chosen<Partitioner> options{kind};
            options->samples = samples;
            options->min_samples = min_samples;
            static_cast<void>(options->partition(labels, 10, 10, stream()));
        };
        EXPECT_NO_THROW(draw(10, 1));
        EXPECT_NO_THROW(draw(10, 10));
        EXPECT_THROW(draw(11, 1), InputError);
        EXPECT_THROW(draw(0, 11), InputError);
        EXPECT_THROW(draw(5, 6), InputError);
        EXPECT_THROW(draw(INT64_MAX, 1), InputError);
    }
}

TEST(PartitionKinds, NoHoldersAndBadLabelsAreBugs) {
    const auto labels = balanced_labels(100, 10);
    EXPECT_THROW((void)of_kind("iid")->partition(labels, 10, 0, stream()), ContractViolation);
    EXPECT_THROW((void)of_kind("dirichlet")->partition(labels, 9, 5, stream()), ContractViolation);
    EXPECT_THROW((Partition{{0, 3, 2}, {1, 2}}), ContractViolation);
    EXPECT_THROW((void)of_kind("iid")->partition(labels, 10, 5, stream()).samples(5), ContractViolation);
}

}  // namespace
}  // namespace mlaasim::sim
