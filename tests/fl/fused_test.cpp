// The fused engine against autograd: random models, batches and optimisers, on every instruction set of this machine.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cmath>
#include <sstream>
#include <string>
#include <vector>

#include "fl/architectures.hpp"
#include "fl/engine.hpp"
#include "fl/fused/kernels.hpp"
#include "fl/fused/trainer.hpp"
#include "fl/instruction_sets.hpp"
#include "fl/local_training.hpp"
#include "fl/optimizers.hpp"
#include "fl/test_samples.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::fl {
namespace {

using testing::on_every_instruction_set;

struct Comparison {
    sim::Chosen<Architecture> model{architecture_kinds()};
    sim::SampleShape shape;
    std::uint32_t classes = 2;
    std::size_t batch = 1;
    TrainingOptions training;
};

void showValue(const Comparison& c, std::ostream& out) {
    out << Model{c.model, c.shape, c.classes}.architecture() << " batch " << c.batch << " optimizer "
        << c.training.optimizer.word() << " momentum " << c.training.optimizer->rule(0.1, 1).first_decay << " decay "
        << c.training.weight_decay << " proximal " << c.training.proximal;
}

/// Three steps of both engines from one start: the largest difference of a parameter, over the largest change of its
/// block (differences below rounding count as none).
double disagreement(const Comparison& c) {
    const Model model{c.model, c.shape, c.classes};
    const testing::TestPool pool{c.shape, c.classes, testing::random_samples(c.shape, c.classes, c.batch)};
    const sim::SampleBlock block = pool.block();
    const auto start = testing::initial(model, 3);
    const auto reference = make_autograd_trainer(model, c.training);
    const auto fused = fused::make_trainer(model, c.training);
    reference->begin(start);
    fused->begin(start);
    double worst = 0.0;
    for (int step = 0; step < 3; ++step) {
        const double expected = reference->step(block);
        worst = std::max(worst, (std::abs(fused->step(block) - expected) - 1e-5) / std::abs(expected));
    }
    const auto expected = reference->parameters();
    const auto actual = fused->parameters();
    RC_ASSERT(testing::padding_is_zero(model.layout(), actual));
    for (const sim::ParameterBlock& parameters : model.layout().blocks()) {
        // A bias before batch norm has no gradient but rounding errors.
        const bool rounding_only = parameters.name.starts_with("conv") && parameters.kind == sim::ParameterKind::bias;
        double change = 0.0;
        double difference = 0.0;
        for (std::size_t i = parameters.offset; i < parameters.offset + parameters.count; ++i) {
            change = std::max(change, std::abs(static_cast<double>(expected[i]) - static_cast<double>(start[i])));
            difference =
                std::max(difference, std::abs(static_cast<double>(expected[i]) - static_cast<double>(actual[i])));
        }
        RC_ASSERT(!std::isnan(difference));
        worst = std::max(worst, std::max(0.0, difference - (rounding_only ? 1e-3 : 1e-6)) / std::max(change, 1e-6));
    }
    return worst;
}

/// The two engines agree to 1e-4. Once in a while a maximum or a ReLU hangs on a rounding error and sends a gradient
/// elsewhere, so a few cases of a hundred may differ by more, though not by much.
template <class Draw>
void expect_same_steps(Draw draw) {
    on_every_instruction_set([&] {
        int cases = 0;
        int exceptions = 0;
        EXPECT_TRUE(rc::check([&] {
            const Comparison c = draw();
            std::ostringstream text;
            showValue(c, text);
            RC_LOG() << text.str();
            const double worst = disagreement(c);
            ++cases;
            exceptions += worst > 1e-4 ? 1 : 0;
            RC_ASSERT(worst < 0.3);
        }));
        EXPECT_GE(cases, 100);
        EXPECT_LE(exceptions, 4);
    });
}

rc::Gen<TrainingOptions> any_sgd() {
    return rc::gen::map(
        rc::gen::tuple(rc::gen::element(0.0, 0.9), rc::gen::element(0.0, 0.01), rc::gen::element(0.0, 0.5)),
        [](const auto& drawn) {
            return TrainingOptions{.batch_size = 64,
                                   .learning_rate = 0.1,
                                   .optimizer = testing::sgd(std::get<0>(drawn)),
                                   .weight_decay = std::get<1>(drawn),
                                   .proximal = std::get<2>(drawn)};
        });
}

std::vector<std::int64_t> sizes(std::size_t most, int largest) {
    return *rc::gen::resize(static_cast<int>(most),
                            rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(1, largest)));
}

/// A model of this kind with any options.
sim::Chosen<Architecture> any_architecture(const std::string& kind) {
    const testing::Widths hidden = sizes(3, 70);
    if (kind == "logistic") {
        return testing::architecture("kind: logistic");
    }
    if (kind == "mlp") {
        return testing::mlp(hidden);
    }
    testing::Widths channels(*rc::gen::inRange<std::size_t>(1, 3));
    for (auto& of_block : channels) {
        of_block = *rc::gen::inRange<std::int64_t>(1, 40);
    }
    return kind == "cnn" ? testing::cnn(channels, hidden) : testing::cnn1d(channels, hidden);
}

Comparison any_comparison(const std::string& kind) {
    Comparison c;
    c.model = any_architecture(kind);
    // Of at least 8 x 8 or 32 steps, so that the last batch norm sees a batch of 1 as 16 values: with two or three it
    // amplifies rounding without bound.
    const auto side = [](std::uint32_t least) { return *rc::gen::inRange<std::uint32_t>(least, least + 25); };
    c.shape = {*rc::gen::inRange<std::uint32_t>(1, 5), kind == "cnn1d" ? 1 : side(8), side(kind == "cnn1d" ? 32 : 8)};
    c.classes = *rc::gen::inRange<std::uint32_t>(2, 20);
    c.batch = *rc::gen::inRange<std::size_t>(1, 35);
    c.training = *any_sgd();
    return c;
}

class FusedTraining : public ::testing::TestWithParam<const char*> {};

TEST_P(FusedTraining, ThreeStepsAreAutograds) {
    expect_same_steps([] { return any_comparison(GetParam()); });
}

INSTANTIATE_TEST_SUITE_P(Models, FusedTraining, ::testing::Values("logistic", "mlp", "cnn", "cnn1d"),
                         [](const auto& tested) { return std::string(tested.param); });

TEST(FusedAdam, ThreeStepsAreAutograds) {
    // Adam divides by the gradient's size, so where that is all rounding the two may differ: no convolution's bias, and
    // an epsilon above the rounding.
    const TrainingOptions adam{.batch_size = 64, .learning_rate = 0.01, .weight_decay = 0.01, .proximal = 0.1};
    expect_same_steps([&] {
        TrainingOptions options = adam;
        options.optimizer = testing::optimizer("kind: adam, adam_epsilon: 0.001, beta2: " +
                                               *rc::gen::element<std::string>("0.9", "0.999", "0.99999"));
        const bool convolves = *rc::gen::arbitrary<bool>();
        return Comparison{.model = convolves ? testing::cnn({6, 17}, {33, 7}) : testing::mlp({33, 7}),
                          .shape = {2, 9, 11},
                          .classes = 6,
                          .batch = *rc::gen::inRange<std::size_t>(2, 40),
                          .training = options};
    });
}

/// Steps scaled by the gradient's size alone, which no kind of optimiser takes: v = 0.9 v + 0.1 g^2, without m.
struct ScaledSteps final : Optimizer {
    [[nodiscard]] Moments moments() const override { return {.second = true}; }
    [[nodiscard]] UpdateRule rule(double learning_rate, std::int64_t /*step*/) const override {
        return {.rate = learning_rate, .second_decay = 0.9, .second_gain = 0.1, .epsilon = 1e-3};
    }
};
void declare(sim::OptionVisitor& /*visitor*/, ScaledSteps& /*options*/) {}

TEST(FusedSteps, AreThoseOfAnyOptimizer) {
    const auto kind = sim::Kind<Optimizer>::of<ScaledSteps>("scaled", "of this test");
    expect_same_steps([&] {
        return Comparison{.model = testing::mlp({33, 7}),
                          .shape = {2, 9, 11},
                          .classes = 6,
                          .batch = *rc::gen::inRange<std::size_t>(2, 40),
                          .training = {.batch_size = 64, .learning_rate = 0.01, .optimizer = sim::Chosen{kind}}};
    });
}

TEST(FusedKernels, NameTheirInstructionSet) {
    const std::vector<std::string> names = fused::target_names();
    ASSERT_FALSE(names.empty());
    EXPECT_EQ(fused::target_name(), names.front());
    std::size_t i = 0;
    on_every_instruction_set([&] { EXPECT_EQ(fused::target_name(), names[i++]); });
    EXPECT_EQ(i, names.size());
    EXPECT_THROW(choose_instruction_set("PDP11"), sim::InputError);
}

}  // namespace
}  // namespace mlaasim::fl
