// Steps that look at labelled samples.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "run/steps/loss_table.hpp"
#include "run/steps_fixture.hpp"
#include "support/drifting.hpp"

namespace mlaasim::run {
namespace {

/// Four members, by the kind of their composition, and 31 labelled samples over three clients.
class LabelledSteps : public StepsTest, public ::testing::WithParamInterface<const char*> {
protected:
    LabelledSteps() {
        scenario.adaptation.evidence.labels = labels;
        scenario.composition.aggregation = testing::chosen(fl::aggregator_kinds(), "kind: " + std::string{GetParam()});
    }

    /// Of losses by model.
    static std::vector<std::int64_t> row_of(const std::vector<std::int64_t>& units, std::size_t model) {
        const auto begin = units.begin() + static_cast<std::ptrdiff_t>(model) * labels;
        return {begin, begin + labels};
    }

    static constexpr std::ptrdiff_t labels = 31;
    const Ids members = ids({0, 1, 2, 3});
};
INSTANTIATE_TEST_SUITE_P(Aggregations, LabelledSteps, ::testing::Values("fedavg", "soft_vote"),
                         [](const auto& tested) { return std::string{tested.param}; });

TEST_P(LabelledSteps, PairedLossesAreThoseOfTheCompositionWithoutEachMember) {
    build();
    train(1, members);
    const std::vector<std::int64_t> units = PairedLossesStep{members}.carry_out(*worker);
    ASSERT_EQ(units.size(), 5U * 31U);
    const auto row = [&](std::size_t model) { return row_of(units, model); };
    const auto losses_of = [&](const Ids& composed) {
        std::vector<std::int64_t> losses;
        if (!scenario.is_ensemble()) {
            ComposeStep{first_made_model, composed}.carry_out(*worker);
        }
        for (const sim::SampleBlock& block : worker->assessment_blocks()) {
            const sim::SampleBlock* const one[]{&block};
            const std::vector<float> probabilities =
                scenario.is_ensemble()
                    ? worker->votes(one, composed).front().mean()
                    : worker->evaluator().probabilities(worker->models().parameters(first_made_model), block);
            for (const double loss : worker->evaluator().brier_losses(probabilities, block)) {
                losses.push_back(std::llround(loss * LossTable::units_per_loss));
            }
        }
        return losses;
    };
    const auto expect_near = [&](const std::vector<std::int64_t>& found, const std::vector<std::int64_t>& expected) {
        ASSERT_EQ(found.size(), expected.size());
        for (std::size_t i = 0; i < found.size(); ++i) {
            // Probabilities are rounded to float on the way.
            EXPECT_NEAR(static_cast<double>(found[i]), static_cast<double>(expected[i]), 8.0);
        }
    };
    expect_near(row(0), losses_of(members));
    expect_near(row(1), losses_of(ids({1, 2, 3})));
    expect_near(row(3), losses_of(ids({0, 1, 3})));
    EXPECT_NE(row(1), row(3));
}

TEST_F(StepsTest, HalvesAreDrawnAnewUntilBothHaveSomebody) {
    const auto halves = drawn_halves(3, 400, sim::Seed{1}, sim::Round{2});
    ASSERT_EQ(halves.size(), 400U);
    std::array<int, 3> in_first{};
    for (const std::vector<bool>& half : halves) {
        const auto count = std::ranges::count(half, true);
        EXPECT_TRUE(count == 1 || count == 2);
        for (std::size_t i = 0; i < 3; ++i) {
            in_first[i] += half[i] ? 1 : 0;
        }
    }
    for (const int count : in_first) {
        EXPECT_NEAR(count, 200, 50) << "either half has the same chance";
    }
    EXPECT_EQ(halves, drawn_halves(3, 400, sim::Seed{1}, sim::Round{2}));
    EXPECT_NE(halves, drawn_halves(3, 400, sim::Seed{1}, sim::Round{3}));
}

TEST_P(LabelledSteps, LossesOfRandomHalvesAreThoseOfWhatTheyMake) {
    build();
    train(1, members);
    constexpr std::size_t pairs = 4;
    const std::vector<std::int64_t> units = RandomHalvesStep{members, pairs}.carry_out(*worker);
    ASSERT_EQ(units.size(), 3U * 31U);
    const auto whole = PairedLossesStep{members}.carry_out(*worker);
    EXPECT_TRUE(std::equal(units.begin(), units.begin() + 31, whole.begin()));
    const auto halves = drawn_halves(members.size(), pairs, worker->world().scenario().random_seed(), worker->round());
    sim::ModelId::Value made = first_made_model.value();
    for (std::size_t pair = 0; pair < pairs; ++pair) {
        for (const bool first : {true, false}) {
            Ids half;
            for (std::size_t i = 0; i < members.size(); ++i) {
                if (halves[pair][i] == first) {
                    half.push_back(members[i]);
                }
            }
            const sim::ModelId model{made++};
            ComposeStep{model, half}.carry_out(*worker);
            const std::vector<std::int64_t> expected = ChangedLossesStep{model, half, {}}.carry_out(*worker);
            for (std::size_t s = pair; s < 31; s += pairs) {
                // Samples that are scored in other company may be off by a rounding to float.
                EXPECT_NEAR(static_cast<double>(units[(first ? 31 : 62) + s]), static_cast<double>(expected[s]), 8.0)
                    << "pair " << pair;
            }
        }
    }
}

TEST_P(LabelledSteps, LabelledAccuracyIsThatOfTheWholeInLeaveOneOut) {
    build();
    train(1, members);
    train(2, members);
    const double accuracy = LabelledAccuracyStep{members}.carry_out(*worker);
    EXPECT_EQ(accuracy, LeaveOneOutStep{members}.carry_out(*worker).front());
    EXPECT_GT(accuracy, 0.0);
    EXPECT_EQ(accuracy, std::round(accuracy * 31) / 31);
}

TEST_P(LabelledSteps, ChangedLossesAreThoseOfTheChangedComposition) {
    const std::vector<composition::Change> changes{
        {.leaves = sim::ServiceId{1}},
        {.joins = sim::ServiceId{5}},
        {.leaves = sim::ServiceId{2}, .joins = sim::ServiceId{4}},
    };
    const std::vector<Ids> changed{ids({0, 2, 3}), ids({0, 1, 2, 3, 5}), ids({0, 1, 4, 3})};
    build();
    train(1, members);
    TrainStep{.keep = Keep::yes, .services = ids({4, 5})}.carry_out(*worker);
    sim::ModelId::Value made = first_made_model.value();
    const auto compose = [&](const Ids& services) {
        const sim::ModelId model{made++};
        ComposeStep{model, services}.carry_out(*worker);
        return model;
    };
    const auto losses_of = [&](const Ids& services) {
        return ChangedLossesStep{compose(services), services, {}}.carry_out(*worker);
    };
    const std::vector<std::int64_t> units = ChangedLossesStep{compose(members), members, changes}.carry_out(*worker);
    ASSERT_EQ(units.size(), 4U * 31U);
    const auto row = [&](std::size_t model) { return row_of(units, model); };
    EXPECT_EQ(row(0), losses_of(members));
    for (std::size_t i = 0; i < changes.size(); ++i) {
        EXPECT_EQ(row(1 + i), losses_of(changed[i])) << "change " << i;
        EXPECT_NE(row(1 + i), row(0)) << "change " << i;
    }
    if (!scenario.is_ensemble()) {
        const std::vector<std::int64_t> paired = PairedLossesStep{members}.carry_out(*worker);
        EXPECT_EQ(row(1), std::vector<std::int64_t>(paired.begin() + 2 * 31, paired.begin() + 3 * 31));
    }
}

TEST_F(StepsTest, EachAttemptTrainsByItself) {
    build();
    const auto trained = [&](std::uint32_t attempt) {
        worker->enter(sim::Round{1});
        TrainStep{.keep = Keep::yes, .services = ids({4}), .attempt = attempt}.carry_out(*worker);
        return floats(worker->updates().own(sim::ServiceId{4}));
    };
    const std::vector<float> first = trained(0);
    EXPECT_NE(trained(1), first);
    EXPECT_NE(trained(2), trained(1));
    EXPECT_EQ(trained(0), first);
    train(1, ids({4}));
    EXPECT_EQ(floats(worker->updates().own(sim::ServiceId{4})), first);
}

TEST_F(StepsTest, CostsOfChangesAreOfTheWorkWhateverTheRanks) {
    scenario.adaptation.evidence.labels = 30;
    const std::vector<composition::Change> changes{{.leaves = sim::ServiceId{1}},
                                                   {.joins = sim::ServiceId{5}},
                                                   {.leaves = sim::ServiceId{2}, .joins = sim::ServiceId{5}}};
    const Step step = ChangedLossesStep{first_made_model, ids({0, 1, 2, 3}), changes};
    build();
    for (const int ranks : {1, 2, 3, 8}) {
        StepCost sum;
        for (const StepCost& cost : costs_of({&step, 1}, *world, ranks)) {
            sum += cost;
            EXPECT_EQ(cost.spread_rows, 1.0) << "the one candidate's row goes everywhere";
            EXPECT_EQ(cost.summed_numbers, 4 * 30.0);
        }
        EXPECT_NEAR(sum.predictions, 4 * 30.0, 1e-9) << ranks;
        EXPECT_EQ(sum.means, 3.0) << ranks;
    }
}

TEST_P(LabelledSteps, WatchingTellsEverySampleOfEveryClient) {
    build();
    train(3, members);
    const auto errors = WatchStep{composition::WatchedValue::error, members}.carry_out(*worker);
    const auto losses = WatchStep{composition::WatchedValue::loss, members}.carry_out(*worker);
    ASSERT_EQ(errors.size(), 3U);
    ASSERT_EQ(losses.size(), 3U);
    std::vector<std::uint32_t> indices;
    std::size_t samples = 0;
    for (std::uint32_t client = 0; client < 3; ++client) {
        sim::SampleBlock block;
        block.read(world->assessment_samples(sim::ClientId{client}, sim::Round{3}, indices));
        const std::vector<float> vote = scenario.is_ensemble() ? worker->vote_on(block, members)
                                                               : worker->evaluator().probabilities(
                                                                     worker->models().parameters(served_model), block);
        const fl::Confusion confusion = worker->evaluator().score(vote, block);
        ASSERT_EQ(errors[client].size(), block.count());
        ASSERT_EQ(losses[client].size(), block.count());
        const auto wrong = std::accumulate(errors[client].begin(), errors[client].end(), 0.0);
        EXPECT_EQ(wrong, static_cast<double>(confusion.total() - confusion.correct()));
        const std::vector<double> brier = worker->evaluator().brier_losses(vote, block);
        for (std::size_t i = 0; i < brier.size(); ++i) {
            EXPECT_EQ(losses[client][i], brier[i] / 2.0);
        }
        samples += block.count();
    }
    EXPECT_EQ(samples, 31U);
    StepCost sum;
    for (const StepCost& cost : WatchStep{composition::WatchedValue::error, members}.costs(*world, 2)) {
        sum += cost;
    }
    EXPECT_NEAR(sum.predictions, (scenario.is_ensemble() ? 4.0 : 1.0) * 31.0, 1e-9);
}

TEST_P(LabelledSteps, DataDistancesTellWhoseDataHaveChangedAsTheStreamsHave) {
    scenario.adaptation.evidence.labels = 60;
    scenario.clients.stream = 40;
    scenario.drift =
        testing::drift_entries({"kind: brightness, target: clients, start: 2, magnitude: 0.5",
                                "kind: brightness, target: services, start: 2, magnitude: 0.5, ids: [1, 5]"});
    build();
    const auto distances = [&](std::uint32_t round) {
        train(round, ids({0, 1, 2, 3}));
        std::vector<double> found;
        for (const ServiceValue& one : DataDistancesStep{ids({5, 0, 1, 4})}.carry_out(*worker)) {
            found.push_back(one.value);
        }
        return found;
    };
    const std::vector<double> before = distances(1);  // of services 0, 1, 4, 5
    ASSERT_EQ(before.size(), 4U);
    const std::vector<double> after = distances(2);
    EXPECT_LT(std::max(after[1], after[3]), 0.5 * std::min(after[0], after[2]));
    EXPECT_LT(std::ranges::max(before), 0.5 * std::min(after[0], after[2]));
}

TEST_F(StepsTest, WithoutSamplesToCompareADataDistanceIsInfinite) {
    scenario.adaptation.evidence.labels = 10;
    build();
    train(1, ids({0, 1, 2, 3}));
    const std::vector<ServiceValue> found = DataDistancesStep{ids({4})}.carry_out(*worker);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].value, std::numeric_limits<double>::infinity()) << "ten labels are too few";
}

}  // namespace
}  // namespace mlaasim::run
