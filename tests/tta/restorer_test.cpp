#include "tta/restorer.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "fl/test_samples.hpp"
#include "tta/serving/bars.hpp"

namespace mlaasim::tta {
namespace {

using fl::testing::TestPool;
using Row = std::vector<double>;

/// With a bright column on top of each image.
sim::DecodedPool crossed(sim::DecodedPool pool) {
    for (std::size_t i = 0; i < pool.labels.size(); ++i) {
        for (std::size_t y = 0; y < shape.height; ++y) {
            pool.values[i * shape.size() + y * shape.width + 3 + i % 10] = 255;
        }
    }
    return pool;
}

double share_flagged(const Restorer& restorer, const sim::SampleBlock& samples) {
    const std::vector<std::uint8_t> flags = restorer.flags(samples);
    return std::accumulate(flags.begin(), flags.end(), 0.0) / static_cast<double>(flags.size());
}

Row row_of(const sim::SampleBlock& samples, std::size_t i) {
    return {samples.sample(i), samples.sample(i) + shape.size()};
}

/// project(y) by its definition, as sum over clean samples of coefficients, which are found by elimination.
class Definition {
public:
    Definition(const sim::SampleBlock& clean, double strength) : mean_(shape.size(), 0.0) {
        for (std::size_t i = 0; i < clean.count(); i += 2) {
            rows_.push_back(row_of(clean, i));
        }
        for (const Row& row : rows_) {
            for (std::size_t v = 0; v < row.size(); ++v) {
                mean_[v] += row[v] / static_cast<double>(rows_.size());
            }
        }
        for (Row& row : rows_) {
            row = centred(row);
        }
        double trace = 0.0;
        for (const Row& row : rows_) {
            trace += std::inner_product(row.begin(), row.end(), row.begin(), 0.0);
        }
        ridge_ = strength * trace / static_cast<double>(rows_.size());
    }

    [[nodiscard]] Row centred(Row row) const {
        std::ranges::transform(row, mean_, row.begin(), std::minus<>{});
        return row;
    }
    [[nodiscard]] const Row& mean() const { return mean_; }

    [[nodiscard]] Row project(const Row& y) const {
        const std::size_t n = rows_.size();
        std::vector<Row> system(n, Row(n + 1));
        for (std::size_t i = 0; i < n; ++i) {
            for (std::size_t j = 0; j < n; ++j) {
                system[i][j] = std::inner_product(rows_[i].begin(), rows_[i].end(), rows_[j].begin(), 0.0) +
                               (i == j ? ridge_ : 0.0);
            }
            system[i][n] = std::inner_product(rows_[i].begin(), rows_[i].end(), y.begin(), 0.0);
        }
        for (std::size_t p = 0; p < n; ++p) {
            for (std::size_t r = p + 1; r < n; ++r) {
                const double factor = system[r][p] / system[p][p];
                for (std::size_t c = p; c <= n; ++c) {
                    system[r][c] -= factor * system[p][c];
                }
            }
        }
        Row projected(y.size(), 0.0);
        Row solution(n);
        for (std::size_t p = n; p-- > 0;) {
            solution[p] = system[p][n];
            for (std::size_t c = p + 1; c < n; ++c) {
                solution[p] -= system[p][c] * solution[c];
            }
            solution[p] /= system[p][p];
            for (std::size_t v = 0; v < y.size(); ++v) {
                projected[v] += solution[p] * rows_[p][v];
            }
        }
        return projected;
    }

private:
    Row mean_;
    std::vector<Row> rows_;
    double ridge_ = 0.0;
};

/// What the definition makes of a sample.
Row restored_by_definition(const sim::SampleBlock& clean, const Row& sample) {
    const Definition definition{clean, 0.1};
    Row variance(shape.size(), 0.0);
    double mean = 0.0;
    const auto odd = static_cast<double>(clean.count() / 2);
    for (std::size_t i = 1; i < clean.count(); i += 2) {
        const Row x = definition.centred(row_of(clean, i));
        const Row below = definition.project(x);
        for (std::size_t v = 0; v < x.size(); ++v) {
            variance[v] += (x[v] - below[v]) * (x[v] - below[v]) / odd;
            mean += (x[v] - below[v]) * (x[v] - below[v]) / odd / static_cast<double>(shape.size());
        }
    }
    const Row x = definition.centred(sample);
    Row y = x;
    for (int round = 0; round < 5; ++round) {
        const Row below = definition.project(y);
        for (std::size_t v = 0; v < x.size(); ++v) {
            const double off = x[v] - below[v];
            const double weight = 3.0 / (3.0 + off * off / std::max(variance[v], 0.05 * mean));
            y[v] = weight * x[v] + (1.0 - weight) * below[v];
        }
    }
    std::ranges::transform(y, definition.mean(), y.begin(), std::plus<>{});
    return y;
}

class RestorerTest : public ::testing::Test {
protected:
    const TestPool clean{shape, 2, bars(400, 0)};
    const sim::SampleBlock provided = clean.block();
    const std::optional<Restorer> restorer = Restorer::fit(provided);
    const sim::SampleBlock as_it_was = TestPool{shape, 2, bars(100, 1)}.block();
    const sim::SampleBlock cluttered = TestPool{shape, 2, crossed(bars(100, 1))}.block();
};

TEST_F(RestorerTest, RestoresByItsDefinition) {
    const sim::SampleBlock few = clean.block(60);
    const auto of_few = Restorer::fit(few);
    ASSERT_TRUE(of_few.has_value());
    sim::SampleBlock restored = cluttered;
    of_few->restore(restored);
    for (const std::size_t i : {0U, 63U, 64U, 99U}) {
        const Row expected = restored_by_definition(few, row_of(cluttered, i));
        for (std::size_t v = 0; v < expected.size(); ++v) {
            EXPECT_NEAR(restored.sample(i)[v], expected[v], 2e-3) << i << " " << v;
        }
    }
}

/// The more of a sample the others can't explain, by the definition, the rather it is flagged.
TEST_F(RestorerTest, FlagsTheSamplesThatAreLeastExplained) {
    const sim::SampleBlock few = clean.block(60);
    const auto of_few = Restorer::fit(few);
    ASSERT_TRUE(of_few.has_value());
    const Definition definition{few, 0.01};
    const auto unexplained = [&](const sim::SampleBlock& samples, std::size_t i) {
        const Row x = definition.centred(row_of(samples, i));
        const Row below = definition.project(x);
        return std::inner_product(x.begin(), x.end(), x.begin(), 0.0) -
               std::inner_product(x.begin(), x.end(), below.begin(), 0.0);
    };
    Row of_odd;
    for (std::size_t i = 1; i < few.count(); i += 2) {
        of_odd.push_back(unexplained(few, i));
    }
    const double threshold = *std::ranges::max_element(of_odd);  // of 30 the one beyond which 2 % lie
    const std::vector<std::uint8_t> flags = of_few->flags(as_it_was);
    for (std::size_t i = 0; i < flags.size(); ++i) {
        const double value = unexplained(as_it_was, i);
        if (std::abs(value - threshold) > 1e-3 * threshold) {
            EXPECT_EQ(flags[i], value > threshold ? 1 : 0) << i;
        }
    }
    EXPECT_GT(std::ranges::count(flags, 1), 0);
    EXPECT_LT(std::ranges::count(flags, 1), 50);
}

TEST_F(RestorerTest, FlagsWhatHasSomethingOnTopAndNotWhatIsClean) {
    ASSERT_TRUE(restorer.has_value());
    EXPECT_LT(share_flagged(*restorer, as_it_was), 0.1);
    EXPECT_EQ(share_flagged(*restorer, cluttered), 1.0);
    EXPECT_LT(restorer->flags_to_open(100), 12U);
}

TEST_F(RestorerTest, TakesAwayWhatLiesOnTop) {
    ASSERT_TRUE(restorer.has_value());
    sim::SampleBlock restored = cluttered;
    restorer->restore(restored);
    double before = 0.0;
    double after = 0.0;
    for (std::size_t i = 0; i < restored.count(); ++i) {
        for (std::size_t v = 0; v < shape.size(); ++v) {
            before += std::pow(cluttered.sample(i)[v] - as_it_was.sample(i)[v], 2.0);
            after += std::pow(restored.sample(i)[v] - as_it_was.sample(i)[v], 2.0);
        }
    }
    EXPECT_LT(after, 0.2 * before);
    EXPECT_TRUE(std::ranges::equal(restored.labels(), cluttered.labels()));
}

/// The bits of a sample do not depend on those beside it.
TEST_F(RestorerTest, RestoresEachSampleByItself) {
    ASSERT_TRUE(restorer.has_value());
    sim::SampleBlock together = cluttered;
    restorer->restore(together);
    const std::uint32_t one[] = {77};
    sim::SampleBlock alone;
    alone.take(cluttered, one);
    restorer->restore(alone);
    EXPECT_TRUE(std::equal(alone.sample(0), alone.sample(0) + alone.stride(), together.sample(77)));
}

TEST_F(RestorerTest, NeedsSamplesThatDiffer) {
    EXPECT_FALSE(Restorer::fit(clean.block(39)).has_value());
    EXPECT_TRUE(Restorer::fit(clean.block(40)).has_value());
    const sim::DecodedPool grey{.values = std::vector<std::uint8_t>(40 * shape.size(), 128),
                                .labels = std::vector<std::uint8_t>(40, 0)};
    EXPECT_FALSE(Restorer::fit(TestPool{shape, 2, grey}.block()).has_value());
    for (const std::size_t at : {0U, 1U}) {
        sim::SampleBlock broken = provided;
        broken.sample(at)[5] = std::nanf("");
        EXPECT_FALSE(Restorer::fit(broken).has_value());
    }
}

TEST_F(RestorerTest, StandsEmptyBlocksAndWhatIsNoNumber) {
    ASSERT_TRUE(restorer.has_value());
    sim::SampleBlock none;
    EXPECT_TRUE(restorer->flags(none).empty());
    restorer->restore(none);
    EXPECT_EQ(none.count(), 0U);
    sim::SampleBlock broken = as_it_was;
    broken.sample(3)[0] = std::nanf("");
    EXPECT_EQ(restorer->flags(broken)[3], 1);
}

}  // namespace
}  // namespace mlaasim::tta
