// The sum of updates that an engine fills while it trains.
#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <span>
#include <utility>

#include "fl/architectures.hpp"
#include "fl/engine.hpp"
#include "fl/engines.hpp"
#include "fl/optimizers.hpp"
#include "fl/test_samples.hpp"

namespace mlaasim::fl {
namespace {

using Floats = sim::AlignedVector<float>;

constexpr sim::SampleShape shape{1, 3, 5};
constexpr std::uint32_t classes = 4;
constexpr sim::Seed seed{9};
const sim::Chosen<Architecture> linear = testing::mlp({});
const sim::Chosen<Architecture> small_cnn = testing::cnn({3}, {6});

class TrainingSum : public ::testing::TestWithParam<EngineChoice> {};

/// Whether the engine adds an update while it makes it or afterwards, the sum has the same bits.
TEST_P(TrainingSum, GetsTheUpdatesOfThoseThatDidNotDiverge) {
    constexpr sim::SampleShape square{1, 4, 4};
    const testing::TestPool pool{shape, classes, testing::random_samples(shape, classes, 40)};
    const testing::TestPool squares{square, classes, testing::random_samples(square, classes, 60)};
    const std::vector<std::pair<sim::Chosen<Architecture>, const testing::TestPool*>> models{
        {linear, &pool},
        {testing::mlp({16}), &squares},
        {testing::mlp({20, 7}), &squares},
        {small_cnn, &pool},
        {testing::cnn({17, 5}, {6, 20}), &squares}};
    for (const auto& [kind, samples] : models) {
        const Model model{kind, samples == &pool ? shape : square, classes};
        const Floats start = testing::initial(model);
        Floats broken = start;
        Floats large = start;
        broken[3] = std::numeric_limits<float>::quiet_NaN();
        large[5] = 1e6F;
        sim::SampleSource nothing = samples->source();
        nothing.indices = {};
        const auto job = [&](std::uint32_t service, sim::SampleSource source, std::span<const float> from,
                             std::int64_t weight) {
            return TrainingJob{
                .service = sim::ServiceId{service}, .samples = std::move(source), .start = from, .weight = weight};
        };
        const std::vector<TrainingJob> cohort{
            job(0, samples->source(30), start, 30), job(1, samples->source(7), broken, 7),
            job(2, samples->source(17), large, 17), job(3, nothing, start, 2), job(4, samples->source(), start, 60)};
        const TrainingOptions options{
            .epochs = 2, .batch_size = 8, .learning_rate = 0.1, .optimizer = testing::sgd(0.9)};
        const FixedPointScale scale{divergence_bound(start), 60, 116};
        FixedPointSum expected{start.size(), scale};
        FixedPointSum sum{start.size(), scale};
        const auto trainer = make_trainer(GetParam(), model, options);
        std::vector<FixedPointSum::Outcome> outcomes;
        trainer->train(cohort, seed, sim::Round{1}, [&](const LocalUpdate& update) {
            EXPECT_FALSE(update.outcome.has_value());
            outcomes.push_back(expected.add(update.parameters(), cohort[update.service.value()].weight));
        });
        trainer->train(
            cohort, seed, sim::Round{1},
            [&](const LocalUpdate& update) { EXPECT_EQ(update.outcome, outcomes[update.service.value()]); }, &sum);
        using Outcome = FixedPointSum::Outcome;
        EXPECT_EQ(outcomes, (std::vector{Outcome::added, Outcome::not_finite, Outcome::too_large, Outcome::added,
                                         Outcome::added}));
        EXPECT_TRUE(std::ranges::equal(sum.units(), expected.units())) << model.architecture();
        EXPECT_EQ(sum.weight(), 92);
    }
}

INSTANTIATE_TEST_SUITE_P(Engines, TrainingSum, ::testing::Values(testing::autograd, testing::fused),
                         [](const auto& tested) { return testing::name_of(tested.param); });

}  // namespace
}  // namespace mlaasim::fl
