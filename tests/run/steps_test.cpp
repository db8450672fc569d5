// Steps travel whole, and leave on a rank what their names say.
#include "run/steps/step.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <tuple>

#include "run/round_steps.hpp"
#include "run/steps_fixture.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::run {
namespace {

TEST_F(StepsTest, TravelWhole) {
    const Order train{
        .round = sim::Round{7},
        .step = TrainStep{
            .start = StartFrom::own, .keep = Keep::yes, .becomes = sim::ModelId{5}, .services = ids({4, 2, 9})}};
    const Order arrived = unpack(pack(train));
    EXPECT_EQ(arrived.round, sim::Round{7});
    const auto& step = std::get<TrainStep>(arrived.step);
    EXPECT_EQ(step.start, StartFrom::own);
    EXPECT_EQ(step.keep, Keep::yes);
    EXPECT_EQ(step.becomes, sim::ModelId{5});
    EXPECT_EQ(step.services, ids({4, 2, 9}));
    EXPECT_EQ(name_of(arrived), "training of round 7");

    const Order restore{.step = RestoreStep{.services = ids({1}), .parameters = {0.5F, -1.0F}}};
    const Order restored = unpack(pack(restore));
    EXPECT_FALSE(restored.round.valid());
    EXPECT_EQ(std::get<RestoreStep>(restored.step).parameters, (std::vector<float>{0.5F, -1.0F}));
    EXPECT_EQ(name_of(restored), "return to the checkpoint");
}

template <std::size_t... Places>
std::vector<Step> one_of_each(std::index_sequence<Places...> /*places*/) {
    return {Step{std::in_place_index<Places>}...};
}

TEST_F(StepsTest, EachKindArrivesAsItselfAndHasAName) {
    for (const Step& step : one_of_each(std::make_index_sequence<std::variant_size_v<Step>>{})) {
        const std::vector<std::byte> bytes = pack({.round = sim::Round{2}, .step = step});
        const Order arrived = unpack(bytes);
        EXPECT_EQ(arrived.step.index(), step.index());
        EXPECT_EQ(pack(arrived), bytes);
        EXPECT_TRUE(name_of(arrived).ends_with(" of round 2"));
        EXPECT_THROW(static_cast<void>(unpack(std::span{bytes}.first(bytes.size() - 1))), sim::ContractViolation);
    }
}

TEST_F(StepsTest, ModelsEndWithTheirRoundAndTheServedOneStays) {
    build();
    train(1, ids({0, 1, 2}));
    const sim::ModelId made = first_made_model;
    const std::vector<float> served = floats(worker->models().parameters(served_model));
    ComposeStep{made, ids({0, 2})}.carry_out(*worker);
    const std::vector<float> composed = floats(worker->models().parameters(made));
    EXPECT_NE(composed, served);
    EXPECT_EQ(floats(worker->models().parameters(served_model)), served) << "composing serves nobody";
    ServeStep{made}.carry_out(*worker);
    EXPECT_EQ(floats(worker->models().parameters(served_model)), composed);
    EXPECT_NE(floats(worker->models().parameters(model_at_start)), composed);

    worker->enter(sim::Round{2});
    EXPECT_EQ(floats(worker->models().parameters(model_at_start)), composed);
    EXPECT_THROW(static_cast<void>(worker->models().at(made)), sim::ContractViolation);
    EXPECT_EQ(worker->updates().find(sim::ServiceId{0}), nullptr) << "updates are of one round";
}

/// One scale for all averages of a round: added up, or taken from another sum, a set's sum has the same bits.

TEST_F(StepsTest, EveryWayToASetsSumGivesTheSameBits) {
    build();
    const Ids members = ids({0, 1, 2, 3});
    train(1, members);
    TrainStep{.keep = Keep::yes, .services = ids({4, 5})}.carry_out(*worker);  // candidates on trial
    const auto row = [&](std::uint32_t service) -> const auto& {
        return worker->updates().own(sim::ServiceId{service});
    };
    const auto weight = [&](std::uint32_t service) { return worker->weight(sim::ServiceId{service}); };
    sim::ModelId::Value made = first_made_model.value();
    const auto compose = [&](const Ids& services) -> const NamedModel& {
        const sim::ModelId model{made++};
        ComposeStep{model, services}.carry_out(*worker);
        return worker->models().at(model);
    };

    EXPECT_EQ(units(*worker->models().at(served_model).sum), units(*compose(members).sum));
    EXPECT_EQ(floats(worker->models().parameters(served_model)), floats(compose(members).parameters));
    fl::FixedPointSum without = *worker->models().at(served_model).sum;
    without.subtract(row(1), weight(1));
    EXPECT_EQ(units(without), units(*compose(ids({0, 2, 3})).sum));
    without.add(row(5), weight(5));
    EXPECT_EQ(units(without), units(*compose(ids({5, 3, 2, 0})).sum)) << "1 replaced by 5, in any order";
    // A set of few services has the scale of a set of many.
    const NamedModel& alone = compose(ids({4}));
    EXPECT_EQ(alone.sum->scale().shift(), without.scale().shift());
    for (std::size_t i = 0; i < alone.parameters.size(); ++i) {
        EXPECT_NEAR(alone.parameters[i], row(4)[i], 1e-9) << "a mean of one, rounded to the scale's unit";
    }
}

/// Every member's column of losses is that of the composition that is made without it.

/// The model that serves, or the vote, on the labelled samples of the round.

/// Every change's losses are, to the last bit, those of the composition that is made with it.

/// A service that is tried again in a round draws other random numbers; the first time they are those of its training.

TEST_F(StepsTest, CostsAreOfTheWorkWhateverTheRanks) {
    scenario.adaptation.every = 1;
    scenario.adaptation.evidence.labels = 45;
    build();
    const Ids members = ids({0, 1, 2, 3});
    std::vector<Step> steps = steps_of_round(*world, members);
    const std::vector<Step> assessment = steps_of_assessment(*world, members);
    ASSERT_EQ(assessment.size(), 2U);
    steps.insert(steps.end(), assessment.begin(), assessment.end());
    double training = 0;
    for (const sim::ServiceId member : members) {
        training += world->training_cost(member);
    }
    for (const int ranks : {1, 2, 3, 8}) {
        StepCost sum;
        for (const StepCost& cost : costs_of(steps, *world, ranks)) {
            sum += cost;
        }
        EXPECT_EQ(sum.services, 4.0) << ranks;
        EXPECT_NEAR(sum.training, training, 1e-9 * training) << ranks;
        EXPECT_EQ(sum.means, 4.0) << ranks;
        EXPECT_NEAR(sum.predictions, 45.0 + 45.0 + 4 * 45.0, 1e-9) << "round, whole and four without one each";
        EXPECT_EQ(sum.kept_rows, 4.0) << ranks;
    }
    const std::vector<StepCost> one = costs_of(steps, *world, 1);
    EXPECT_EQ(one.front().sent_bytes, 0.0) << "rank 0 sends itself nothing";
}

TEST_F(StepsTest, AnEnsemblesMembersPredictAndAreSharedWhole) {
    scenario.composition.aggregation = testing::chosen(fl::aggregator_kinds(), "kind: soft_vote");
    build();
    const Ids members = ids({0, 1, 2, 3});
    const std::vector<StepCost> costs = costs_of(steps_of_round(*world, members), *world, 2);
    EXPECT_EQ(costs[0].predictions + costs[1].predictions, 4 * 45.0);
    EXPECT_EQ(costs[0].spread_rows, 4.0);
    EXPECT_EQ(costs[1].spread_rows, 4.0);
}

}  // namespace
}  // namespace mlaasim::run
