// Steps travel whole, and leave on a rank what their names say.
#include "run/steps/step.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <tuple>

#include "run/round_steps.hpp"
#include "run/steps/loss_table.hpp"
#include "sim/core/error.hpp"
#include "sim/data/synthetic_digits.hpp"
#include "sim/data/temporary_folder.hpp"
#include "support/chosen.hpp"

namespace mlaasim::run {
namespace {

using Ids = std::vector<sim::ServiceId>;

Ids ids(std::initializer_list<std::uint32_t> values) {
    Ids list;
    for (const std::uint32_t value : values) {
        list.emplace_back(value);
    }
    return list;
}

class StepsTest : public ::testing::Test {
protected:
    StepsTest() {
        sim::write_cache(folder / "digits", sim::generate_synthetic_digits(sim::Seed{1}, 400, 120));
        scenario.seed = 3;
        scenario.model = testing::chosen(fl::architecture_kinds(), "kind: mlp, hidden: [8]");
        scenario.services.count = 6;
        scenario.composition.members = 4;
        scenario.clients.count = 3;
        scenario.clients.stream = 15;
    }

    void build() {
        world = std::make_unique<World>(scenario, std::make_unique<sim::MappedDataset>(folder / "digits"));
        worker = std::make_unique<Worker>(*world, sim::Communicator::serial());
    }

    /// The members' training of a round.
    std::vector<ServiceReport> train(std::uint32_t round, const Ids& members) {
        worker->enter(sim::Round{round});
        return TrainStep{.keep = Keep::yes, .becomes = served_model, .services = members}.carry_out(*worker);
    }

    static std::vector<std::int64_t> units(fl::FixedPointSum sum) { return {sum.units().begin(), sum.units().end()}; }
    static std::vector<float> floats(std::span<const float> values) { return {values.begin(), values.end()}; }

    const sim::testing::TemporaryFolder folder;
    Scenario scenario;
    std::unique_ptr<World> world;
    std::unique_ptr<Worker> worker;
};

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
TEST_F(StepsTest, PairedLossesAreThoseOfTheCompositionWithoutEachMember) {
    scenario.adaptation.evidence.labels = 31;
    for (const char* aggregation : {"fedavg", "soft_vote"}) {
        scenario.composition.aggregation = testing::chosen(fl::aggregator_kinds(), "kind: " + std::string{aggregation});
        build();
        const Ids members = ids({0, 1, 2, 3});
        train(1, members);
        const std::vector<std::int64_t> units = PairedLossesStep{members}.carry_out(*worker);
        ASSERT_EQ(units.size(), 5U * 31U);
        const auto row = [&](std::size_t model) {
            const auto begin = units.begin() + static_cast<std::ptrdiff_t>(model * 31);
            return std::vector<std::int64_t>(begin, begin + 31);
        };
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
        const auto expect_near = [&](const std::vector<std::int64_t>& found,
                                     const std::vector<std::int64_t>& expected) {
            ASSERT_EQ(found.size(), expected.size());
            for (std::size_t i = 0; i < found.size(); ++i) {
                // Probabilities are rounded to float on the way.
                EXPECT_NEAR(static_cast<double>(found[i]), static_cast<double>(expected[i]), 8.0) << aggregation;
            }
        };
        expect_near(row(0), losses_of(members));
        expect_near(row(1), losses_of(ids({1, 2, 3})));
        expect_near(row(3), losses_of(ids({0, 1, 3})));
        EXPECT_NE(row(1), row(3)) << aggregation;
    }
}

/// The model that serves, or the vote, on the labelled samples of the round.
TEST_F(StepsTest, LabelledAccuracyIsThatOfTheWholeInLeaveOneOut) {
    scenario.adaptation.evidence.labels = 31;
    for (const char* aggregation : {"fedavg", "soft_vote"}) {
        scenario.composition.aggregation = testing::chosen(fl::aggregator_kinds(), "kind: " + std::string{aggregation});
        build();
        const Ids members = ids({0, 1, 2, 3});
        train(1, members);
        train(2, members);
        const double accuracy = LabelledAccuracyStep{members}.carry_out(*worker);
        EXPECT_EQ(accuracy, LeaveOneOutStep{members}.carry_out(*worker).front()) << aggregation;
        EXPECT_GT(accuracy, 0.0) << aggregation;
        EXPECT_EQ(accuracy, std::round(accuracy * 31) / 31) << aggregation;
    }
}

/// Every change's losses are, to the last bit, those of the composition that is made with it.
TEST_F(StepsTest, ChangedLossesAreThoseOfTheChangedComposition) {
    scenario.adaptation.evidence.labels = 31;
    const std::vector<composition::Change> changes{
        {.leaves = sim::ServiceId{1}},
        {.joins = sim::ServiceId{5}},
        {.leaves = sim::ServiceId{2}, .joins = sim::ServiceId{4}},
    };
    const std::vector<Ids> changed{ids({0, 2, 3}), ids({0, 1, 2, 3, 5}), ids({0, 1, 4, 3})};
    for (const char* aggregation : {"fedavg", "soft_vote"}) {
        scenario.composition.aggregation = testing::chosen(fl::aggregator_kinds(), "kind: " + std::string{aggregation});
        build();
        const Ids members = ids({0, 1, 2, 3});
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
        const std::vector<std::int64_t> units =
            ChangedLossesStep{compose(members), members, changes}.carry_out(*worker);
        ASSERT_EQ(units.size(), 4U * 31U);
        const auto row = [&](std::size_t model) {
            const auto begin = units.begin() + static_cast<std::ptrdiff_t>(model * 31);
            return std::vector<std::int64_t>(begin, begin + 31);
        };
        EXPECT_EQ(row(0), losses_of(members)) << aggregation;
        for (std::size_t i = 0; i < changes.size(); ++i) {
            EXPECT_EQ(row(1 + i), losses_of(changed[i])) << aggregation << ", change " << i;
            EXPECT_NE(row(1 + i), row(0)) << aggregation << ", change " << i;
        }
        if (!scenario.is_ensemble()) {
            const std::vector<std::int64_t> paired = PairedLossesStep{members}.carry_out(*worker);
            EXPECT_EQ(row(1), std::vector<std::int64_t>(paired.begin() + 2 * 31, paired.begin() + 3 * 31));
        }
    }
}

/// A service that is tried again in a round draws other random numbers; the first time they are those of its training.
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

TEST_F(StepsTest, WatchingTellsEverySampleOfEveryClient) {
    scenario.adaptation.evidence.labels = 31;
    const Ids members = ids({0, 1, 2, 3});
    for (const char* aggregation : {"kind: fedavg", "kind: soft_vote"}) {
        scenario.composition.aggregation = testing::chosen(fl::aggregator_kinds(), aggregation);
        build();
        static_cast<void>(train(3, members));
        const auto errors = WatchStep{composition::WatchedValue::error, members}.carry_out(*worker);
        const auto losses = WatchStep{composition::WatchedValue::loss, members}.carry_out(*worker);
        ASSERT_EQ(errors.size(), 3U);
        ASSERT_EQ(losses.size(), 3U);
        std::vector<std::uint32_t> indices;
        std::size_t samples = 0;
        for (std::uint32_t client = 0; client < 3; ++client) {
            sim::SampleBlock block;
            block.read(world->assessment_samples(sim::ClientId{client}, sim::Round{3}, indices));
            const std::vector<float> vote =
                scenario.is_ensemble()
                    ? worker->vote_on(block, members)
                    : worker->evaluator().probabilities(worker->models().parameters(served_model), block);
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
}

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
