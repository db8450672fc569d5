// Worked by hand, and compared with SciPy where a machine has it.
#include "study/statistics.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <fstream>

#include "sim/core/random.hpp"
#include "study/order_statistics.hpp"
#include "support/needs.hpp"
#include "support/program.hpp"

namespace mlaasim::study {
namespace {

using Values = std::vector<double>;

TEST(Wilcoxon, IsExactForFewDifferences) {
    // Of the 8 ways of giving signs to the ranks 1 to 3, one has no positive rank: twice 1/8.
    EXPECT_DOUBLE_EQ(*wilcoxon(Values{-1.0, -2.0, -3.0}), 0.25);
    EXPECT_DOUBLE_EQ(*wilcoxon(Values{1.0, 2.0, 3.0, 4.0, 5.0, 6.0}), 2.0 / 64.0);
    EXPECT_DOUBLE_EQ(*wilcoxon(Values{1.0}), 1.0);
    EXPECT_EQ(wilcoxon(Values{}), std::nullopt);
    EXPECT_EQ(wilcoxon(Values{0.0, 0.0}), std::nullopt);
}

TEST(Quantile, LiesBetweenTwoNumbers) {
    EXPECT_DOUBLE_EQ(quantile({4.0, 1.0, 3.0, 2.0}, 0.1), 1.3);
    EXPECT_EQ(quantile({3.0, 1.0, 2.0}, 1.0), 3.0);
    EXPECT_EQ(median({9.0, 1.0, 4.0, 2.0}), 3.0);
    EXPECT_EQ(median({5.0, 1.0, 2.0}), 2.0);
    EXPECT_EQ(median({7.0}), 7.0);
    EXPECT_EQ(median({1.0, INFINITY, 2.0}), 2.0);
}

TEST(Holm, AdjustsFromTheSmallest) {
    EXPECT_EQ(holm({0.5, 0.125, 0.25}), (Values{0.5, 0.375, 0.5}));
    EXPECT_EQ(holm({0.75, 0.5}), (Values{1.0, 1.0}));
    EXPECT_TRUE(holm({}).empty());
    const Values with_gap = holm({0.25, std::nan(""), 0.125});
    EXPECT_EQ(with_gap[0], 0.25);
    EXPECT_TRUE(std::isnan(with_gap[1]));
    EXPECT_EQ(with_gap[2], 0.25);
}

TEST(Bootstrap, IsTheSameEveryTime) {
    const Values values{0.1, 0.4, 0.2, 0.9, 0.5};
    const auto first = Bootstrap{}.mean(values);
    const auto second = Bootstrap{}.mean(values);
    ASSERT_TRUE(first && second);
    EXPECT_EQ(first->low, second->low);
    EXPECT_EQ(first->high, second->high);
    EXPECT_LT(first->low, 0.42);
    EXPECT_GT(first->high, 0.42);
    EXPECT_EQ(Bootstrap{}.mean(Values{1.0}), std::nullopt);
    EXPECT_EQ(Bootstrap{}.mean(Values{2.0, 2.0})->low, 2.0);
}

/// What a program of Python prints, a number a line.
Values computed_by_python(const std::string& program) {
    const testing::TemporaryFolder folder;
    std::ofstream{folder / "program.py"} << program;
    const testing::Outcome outcome = testing::run({"python3", (folder / "program.py").string()});
    EXPECT_EQ(outcome.exit_code, 0) << outcome;
    std::istringstream lines{outcome.output};
    Values numbers;
    for (double number = 0.0; lines >> number;) {
        numbers.push_back(number);
    }
    return numbers;
}

bool has_scipy() { return testing::run({"python3", "-c", "import scipy.stats"}).exit_code == 0; }

std::string as_list(const Values& values) { return fmt::format("[{:.17g}]", fmt::join(values, ", ")); }

/// Differences of every kind: few and many, with ties, with zeros.
std::vector<Values> samples() {
    sim::RandomStream random{{7}, sim::Purpose::test, 0, 0};
    std::vector<Values> all;
    for (const std::size_t size : {2U, 5U, 12U, 30U, 50U, 51U, 120U}) {
        Values smooth;
        Values tied;
        Values with_zeros;
        for (std::size_t i = 0; i < size; ++i) {
            smooth.push_back(random.normal() + 0.3);
            tied.push_back(0.25 * (1.0 + random.below(3)) * (random.below(3) == 0 ? -1.0 : 1.0));
            with_zeros.push_back(i % 4 == 1 ? 0.0 : random.normal());
        }
        all.insert(all.end(), {smooth, tied, with_zeros});
    }
    return all;
}

TEST(Wilcoxon, IsThatOfScipy) {
    if (!has_scipy()) {
        SKIP_WITHOUT("scipy", "python3 has no SciPy");
    }
    std::string program =
        "import warnings\nimport numpy as np\nfrom scipy.stats import wilcoxon\nwarnings.simplefilter('ignore')\n"
        "def p(d):\n"
        "    d = np.array(d)\n"
        "    exact = len(d) <= 50 and np.all(d != 0) and len(np.unique(np.abs(d))) == len(d)\n"
        "    try:\n"
        "        return wilcoxon(d, method='exact' if exact else 'asymptotic').pvalue\n"
        "    except ValueError:\n"
        "        return wilcoxon(d, method='exact' if exact else 'approx').pvalue\n";
    for (const Values& sample : samples()) {
        program += "print(repr(float(p(" + as_list(sample) + "))))\n";
    }
    const Values expected = computed_by_python(program);
    ASSERT_EQ(expected.size(), samples().size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        EXPECT_NEAR(*wilcoxon(samples()[i]), expected[i], 1e-12 + 1e-9 * expected[i]) << as_list(samples()[i]);
    }
}

TEST(Bootstrap, IsThatOfScipy) {
    if (!has_scipy()) {
        SKIP_WITHOUT("scipy", "python3 has no SciPy");
    }
    Values sample;
    sim::RandomStream random{{8}, sim::Purpose::test, 0, 0};
    for (int i = 0; i < 20; ++i) {
        sample.push_back(random.normal());
    }
    const Values expected = computed_by_python(
        "import numpy as np\nfrom scipy.stats import bootstrap\n"
        "r = bootstrap((np.array(" +
        as_list(sample) +
        "),), np.mean, n_resamples=40000, method='percentile', "
        "random_state=1).confidence_interval\nprint(r.low)\nprint(r.high)\n");
    ASSERT_EQ(expected.size(), 2U);
    const auto interval = Bootstrap{}.mean(sample);
    // 10,000 resamples place an end of an interval of about 0.85 to 0.01 (three standard errors of the quantile).
    EXPECT_NEAR(interval->low, expected[0], 0.03);
    EXPECT_NEAR(interval->high, expected[1], 0.03);
}

}  // namespace
}  // namespace mlaasim::study
