#include "sim/data/synthetic_sensors.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

#include "sim/data/body_motion.hpp"
#include "sim/data/cache.hpp"
#include "sim/data/temporary_folder.hpp"

namespace mlaasim::sim {
namespace {

constexpr std::size_t channels = 9;
constexpr std::size_t steps = BodyMotion::steps;
constexpr std::size_t window = channels * steps;
constexpr std::array<float, 3> ranges{body_acceleration_range, angular_velocity_range, total_acceleration_range};

/// One channel of a sample in its unit.
std::vector<double> signal(const DecodedPool& pool, std::size_t sample, std::size_t channel) {
    std::vector<double> values(steps);
    for (std::size_t t = 0; t < steps; ++t) {
        values[t] = (pool.values[sample * window + channel * steps + t] / 255.0 - 0.5) * 2.0 * ranges.at(channel / 3);
    }
    return values;
}

double mean(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double deviation(const std::vector<double>& values) {
    const double middle = mean(values);
    double sum = 0.0;
    for (const double value : values) {
        sum += (value - middle) * (value - middle);
    }
    return std::sqrt(sum / static_cast<double>(values.size()));
}

/// The mean over an activity's samples of `statistic` of one channel.
template <class Statistic>
double typical(const DecodedPool& pool, Activity activity, std::size_t channel, Statistic statistic) {
    double sum = 0.0;
    double count = 0.0;
    for (std::size_t i = 0; i < pool.labels.size(); ++i) {
        if (Activity{pool.labels[i]} == activity) {
            sum += statistic(signal(pool, i, channel));
            count += 1.0;
        }
    }
    return sum / count;
}

TEST(SyntheticSensors, HasTheShapeOfUciHar) {
    const DecodedDataset data = generate_synthetic_sensors(Seed{1}, 30, 20);
    EXPECT_EQ(data.shape, (SampleShape{9, 1, 128}));
    EXPECT_EQ(data.classes, 6U);
    EXPECT_EQ(data.train.values.size(), 30 * window);
    EXPECT_EQ(data.test.values.size(), 20 * window);
}

TEST(SyntheticSensors, ClassesHaveEqualShares) {
    const DecodedDataset data = generate_synthetic_sensors(Seed{1}, 123, 60);
    std::array<int, activity_count> counts{};
    for (const std::uint8_t label : data.train.labels) {
        ++counts.at(label);
    }
    const auto [fewest, most] = std::ranges::minmax(counts);
    EXPECT_EQ(fewest, 20);
    EXPECT_EQ(most, 21);
    for (std::size_t start = 0; start + 6 <= data.test.labels.size(); start += 6) {
        std::vector<std::uint8_t> six(data.test.labels.begin() + static_cast<std::ptrdiff_t>(start),
                                      data.test.labels.begin() + static_cast<std::ptrdiff_t>(start + 6));
        std::ranges::sort(six);
        EXPECT_EQ(six, (std::vector<std::uint8_t>{0, 1, 2, 3, 4, 5}));
    }
    const std::vector<std::uint8_t> first(data.train.labels.begin(), data.train.labels.begin() + 24);
    const std::vector<std::uint8_t> second(data.train.labels.begin() + 24, data.train.labels.begin() + 48);
    EXPECT_NE(first, second) << "the order of the classes does not change";
}

TEST(SyntheticSensors, AreTheSameFromAnyNumberOfThreads) {
    const DecodedDataset one = generate_synthetic_sensors(Seed{7}, 53, 20);
    const DecodedDataset three = generate_synthetic_sensors(Seed{7}, 53, 20, 3);
    EXPECT_EQ(three.train.values, one.train.values);
    EXPECT_EQ(three.train.labels, one.train.labels);
    EXPECT_EQ(three.test.values, one.test.values);
}

TEST(SyntheticSensors, ASampleDependsOnSeedPoolAndIndexAlone) {
    const DecodedDataset few = generate_synthetic_sensors(Seed{7}, 25, 15);
    const DecodedDataset many = generate_synthetic_sensors(Seed{7}, 60, 40);
    EXPECT_TRUE(std::equal(few.train.values.begin(), few.train.values.end(), many.train.values.begin()));
    EXPECT_TRUE(std::equal(few.train.labels.begin(), few.train.labels.end(), many.train.labels.begin()));
    EXPECT_TRUE(std::equal(few.test.values.begin(), few.test.values.end(), many.test.values.begin()));
    EXPECT_NE(few.train.values, generate_synthetic_sensors(Seed{8}, 25, 15).train.values);
    EXPECT_FALSE(std::equal(few.test.values.begin(), few.test.values.end(), few.train.values.begin()));
    EXPECT_NE(std::vector<std::uint8_t>(few.train.values.begin(), few.train.values.begin() + window),
              std::vector<std::uint8_t>(few.train.values.begin() + window, few.train.values.begin() + 2 * window));
}

/// What the ranges say must fit in them: hardly a value is clipped, and none wastes the 8 bits.
TEST(SyntheticSensors, ValuesUseTheirRangesAndStayWithin) {
    const DecodedDataset data = generate_synthetic_sensors(Seed{1}, 1200, 6);
    for (std::size_t channel = 0; channel < channels; ++channel) {
        std::size_t clipped = 0;
        std::uint8_t least = 255;
        std::uint8_t most = 0;
        for (std::size_t i = 0; i < data.train.labels.size(); ++i) {
            for (const std::uint8_t value : std::span{data.train.values}.subspan(i * window + channel * steps, steps)) {
                clipped += value == 0 || value == 255 ? 1 : 0;
                least = std::min(least, value);
                most = std::max(most, value);
            }
        }
        EXPECT_LT(static_cast<double>(clipped), 0.005 * 1200 * steps) << "channel " << channel;
        EXPECT_GT(most - least, 100) << "channel " << channel;
    }
}

TEST(SyntheticSensors, TotalIsBodyPlusOneGOfGravity) {
    const DecodedDataset data = generate_synthetic_sensors(Seed{1}, 600, 6);
    for (std::size_t i = 0; i < data.train.labels.size(); ++i) {
        double squares = 0.0;
        for (std::size_t axis = 0; axis < 3; ++axis) {
            const double gravity = mean(signal(data.train, i, 6 + axis)) - mean(signal(data.train, i, axis));
            squares += gravity * gravity;
        }
        EXPECT_NEAR(std::sqrt(squares), 1.0, 0.08) << "sample " << i;
    }
}

TEST(SyntheticSensors, ActivitiesDifferAsBodiesDo) {
    const DecodedPool pool = generate_synthetic_sensors(Seed{1}, 1200, 6).train;
    const auto vertical_motion = [&](Activity activity) { return typical(pool, activity, 0, deviation); };
    const auto upright = [&](Activity activity) { return typical(pool, activity, 6, mean); };
    const auto turning = [&](Activity activity) { return typical(pool, activity, 4, deviation); };
    EXPECT_GT(vertical_motion(Activity::downstairs), 1.1 * vertical_motion(Activity::walking));
    EXPECT_GT(vertical_motion(Activity::walking), 1.1 * vertical_motion(Activity::upstairs));
    for (const Activity still : {Activity::sitting, Activity::standing, Activity::laying}) {
        EXPECT_GT(vertical_motion(Activity::upstairs), 4.0 * vertical_motion(still));
    }
    EXPECT_GT(turning(Activity::standing), turning(Activity::sitting));
    EXPECT_GT(upright(Activity::standing), 0.95);
    EXPECT_LT(upright(Activity::sitting), upright(Activity::standing) - 0.03);
    EXPECT_LT(upright(Activity::laying), 0.3);
    // Forward is +z: who leans forward has gravity's reaction point backwards.
    EXPECT_LT(typical(pool, Activity::upstairs, 8, mean), typical(pool, Activity::walking, 8, mean) - 0.1);
    EXPECT_GT(typical(pool, Activity::downstairs, 8, mean), typical(pool, Activity::walking, 8, mean) + 0.1);
}

/// The class of the nearest mean window: better than chance, far from perfect.
TEST(SyntheticSensors, IsLearnableButNotTrivial) {
    const DecodedDataset data = generate_synthetic_sensors(Seed{1}, 1800, 600);
    std::vector<std::vector<double>> means(activity_count, std::vector<double>(window, 0.0));
    for (std::size_t i = 0; i < data.train.labels.size(); ++i) {
        for (std::size_t k = 0; k < window; ++k) {
            means[data.train.labels[i]][k] += data.train.values[i * window + k] / 300.0;
        }
    }
    int right = 0;
    for (std::size_t i = 0; i < data.test.labels.size(); ++i) {
        std::size_t nearest = 0;
        double least = std::numeric_limits<double>::infinity();
        for (std::size_t activity = 0; activity < means.size(); ++activity) {
            double distance = 0.0;
            for (std::size_t k = 0; k < window; ++k) {
                const double difference = data.test.values[i * window + k] - means[activity][k];
                distance += difference * difference;
            }
            if (distance < least) {
                least = distance;
                nearest = activity;
            }
        }
        right += nearest == data.test.labels[i] ? 1 : 0;
    }
    RecordProperty("right", right);
    EXPECT_GT(right, 200);
    EXPECT_LT(right, 450);
}

TEST(SyntheticSensors, GoThroughTheCacheUnchanged) {
    const testing::TemporaryFolder folder;
    const DecodedDataset data = generate_synthetic_sensors(Seed{3}, 40, 12);
    write_cache(folder / "sensors.cache", data);
    const MappedDataset mapped{folder / "sensors.cache"};
    EXPECT_EQ(mapped.dataset().train.shape, data.shape);
    EXPECT_EQ(mapped.dataset().test.classes, 6U);
    EXPECT_TRUE(std::ranges::equal(mapped.dataset().train.values, data.train.values));
    EXPECT_TRUE(std::ranges::equal(mapped.dataset().test.labels, data.test.labels));
    EXPECT_GT(mapped.dataset().deviation, 0.03F);
}

TEST(BodyMotion, RotationIsTheRateOfWhatGravityTurnsBy) {
    // dg/dt = -rotation x g, by central differences.
    for (std::uint8_t label = 0; label < activity_count; ++label) {
        RandomStream random{Seed{5}, Purpose::test, label, 0};
        const BodyMotion motion = draw_motion(Activity{label}, random);
        for (std::size_t t = 1; t + 1 < steps; ++t) {
            const Vector3& g = motion.gravity[t];
            const Vector3& w = motion.rotation[t];
            const Vector3 expected{w[2] * g[1] - w[1] * g[2], w[0] * g[2] - w[2] * g[0], w[1] * g[0] - w[0] * g[1]};
            for (std::size_t axis = 0; axis < 3; ++axis) {
                const float rate = (motion.gravity[t + 1][axis] - motion.gravity[t - 1][axis]) * BodyMotion::rate / 2;
                EXPECT_NEAR(rate, expected.at(axis), 0.06) << "activity " << int{label} << " step " << t;
            }
        }
    }
}

TEST(BodyMotion, TheStreamAloneDecides) {
    const auto drawn = [](std::uint64_t entity) {
        RandomStream random{Seed{5}, Purpose::test, entity, 0};
        return draw_motion(Activity::walking, random).acceleration;
    };
    EXPECT_EQ(drawn(1), drawn(1));
    EXPECT_NE(drawn(1), drawn(2));
}

}  // namespace
}  // namespace mlaasim::sim
