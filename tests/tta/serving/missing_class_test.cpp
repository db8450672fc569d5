// A client, or the providers, without one of the classes: what the route makes of it.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "fl/architectures.hpp"
#include "fl/engines.hpp"
#include "fl/local_training.hpp"
#include "fl/optimizers.hpp"
#include "fl/test_samples.hpp"
#include "sim/data/synthetic_digits.hpp"
#include "support/chosen.hpp"
#include "support/drifting.hpp"
#include "tta/class_shift.hpp"
#include "tta/class_steering.hpp"
#include "tta/first_layer.hpp"
#include "tta/flagged_adaptation.hpp"
#include "tta/routed.hpp"
#include "tta/serving/serving.hpp"

namespace mlaasim::tta {
namespace {

using Floats = sim::AlignedVector<float>;
using Rows = std::vector<float>;
using fl::testing::TestPool;

constexpr std::size_t classes = 10;
constexpr std::size_t missing = 7;

bool any(std::size_t /*label*/) { return true; }
bool not_missing(std::size_t label) { return label != missing; }

/// A small cnn that has learnt digits, and windows of which half of the samples are brighter. The gate flags those.
class RouteWithoutAClass : public ::testing::Test {
protected:
    RouteWithoutAClass() { learn(any); }

    /// Trains on the providers' samples of the classes that `wanted` takes.
    template <class Wanted>
    void learn(Wanted wanted) {
        std::vector<std::uint32_t> taken;
        sim::SampleSource source = source_of(train, digits.train, wanted, taken);
        Floats start = fl::testing::initial(model);
        const fl::TrainingJob job{sim::ServiceId{0}, source, start};
        fl::make_trainer(fl::testing::fused, model,
                         {.epochs = 4, .batch_size = 32, .learning_rate = 0.05, .optimizer = fl::testing::sgd(0.9)})
            ->train({&job, 1}, sim::Seed{1}, sim::Round{1}, [&](const fl::LocalUpdate& update) {
                trained.assign(update.parameters().begin(), update.parameters().end());
            });
        providers.read(source_of(clean, others.train, wanted, taken));
        gate = Gate::fit(first_layer_features(model, trained, providers));
        predicted_providers = evaluator.probabilities(trained, providers);
        composition.parameters = trained;
    }

    template <class Wanted>
    static sim::SampleSource source_of(const TestPool& pool, const sim::DecodedPool& decoded, Wanted wanted,
                                       std::vector<std::uint32_t>& taken) {
        taken.clear();
        for (std::uint32_t i = 0; i < decoded.labels.size(); ++i) {
            if (wanted(decoded.labels[i])) {
                taken.push_back(i);
            }
        }
        sim::SampleSource source = pool.source();
        source.indices = taken;
        return source;
    }
    /// Samples of the stream that `wanted` takes; such a share of them is brighter.
    template <class Wanted>
    [[nodiscard]] sim::SampleBlock window(Wanted wanted, const char* share = "0.5") const {
        std::vector<std::uint32_t> taken;
        sim::SampleSource source = source_of(test, digits.test, wanted, taken);
        source.drift =
            mlaasim::testing::drifting({std::string{"kind: brightness, magnitude: 0.5, sample_share: "} + share});
        sim::SampleBlock block;
        block.read(source);
        return block;
    }
    [[nodiscard]] Parted parted(const sim::SampleBlock& samples) const {
        return part(samples, flags_of(composition, samples));
    }

    static void expect_distributions(const Rows& probabilities) {
        ASSERT_FALSE(probabilities.empty());
        for (std::size_t i = 0; i < probabilities.size(); i += classes) {
            const auto row = std::span{probabilities}.subspan(i, classes);
            EXPECT_TRUE(std::ranges::all_of(row, [](float p) { return p >= 0.0F && p <= 1.0F; }));
            EXPECT_NEAR(std::accumulate(row.begin(), row.end(), 0.0), 1.0, 1e-4);
        }
    }
    [[nodiscard]] static double mean_of_missing(const Rows& probabilities) {
        double sum = 0.0;
        for (std::size_t i = missing; i < probabilities.size(); i += classes) {
            sum += static_cast<double>(probabilities[i]);
        }
        return sum * classes / static_cast<double>(probabilities.size());
    }
    /// Share of right answers among the samples of such classes.
    template <class Wanted>
    [[nodiscard]] static double right(const Rows& probabilities, const sim::SampleBlock& samples, Wanted wanted) {
        double all = 0.0;
        double hits = 0.0;
        for (std::size_t i = 0; i < samples.count(); ++i) {
            const auto row = std::span{probabilities}.subspan(i * classes, classes);
            const auto label = static_cast<std::size_t>(samples.labels()[i]);
            if (wanted(label)) {
                all += 1.0;
                hits += static_cast<std::size_t>(std::ranges::max_element(row) - row.begin()) == label ? 1.0 : 0.0;
            }
        }
        return hits / all;
    }

    const sim::DecodedDataset digits = sim::generate_synthetic_digits(sim::Seed{1}, 1500, 1000);
    const sim::DecodedDataset others = sim::generate_synthetic_digits(sim::Seed{2}, 600, 10);
    const TestPool train{digits.shape, digits.classes, digits.train};
    const TestPool clean{digits.shape, digits.classes, others.train};
    const TestPool test{digits.shape, digits.classes, digits.test};
    const fl::Model model{fl::testing::cnn({8, 16}, {32}), digits.shape, classes};
    const std::unique_ptr<fl::BatchNormAdapter> adapter = fl::make_batch_norm_adapter(fl::testing::fused, model);
    fl::ModelEvaluator evaluator = fl::make_evaluator(fl::testing::fused, model, 250);
    const sim::Chosen<Serving> keeping = mlaasim::testing::chosen(serving_kinds(), "kind: route, keep_classes: true");

    Floats trained;
    sim::SampleBlock providers;
    Rows predicted_providers;
    std::optional<Gate> gate;
    ServedComposition composition{
        .model = model,
        .predict = [this](const sim::SampleBlock& samples) { return evaluator.probabilities(trained, samples); },
        .predict_with = [this](std::span<const float> of,
                               const sim::SampleBlock& samples) { return evaluator.probabilities(of, samples); },
        .adapter = adapter.get(),
        .zero = -0.3F / 0.25F,  // of TestPool
        .reference = [this]() -> const sim::SampleBlock& { return providers; },
        .restorer = [] { return static_cast<const Restorer*>(nullptr); },
        .predicted_reference = [this]() -> const Rows& { return predicted_providers; },
        .gate = &*gate,
        .clean_gain = [](std::size_t) { return 10.0; }};
};

TEST_F(RouteWithoutAClass, KeepingClassesDoesNotMakeIt) {
    const sim::SampleBlock stream = window(not_missing);
    EXPECT_EQ(keeping->decide(composition, stream, {}).branch, Branch::adapted);
    const Parted seen = parted(stream);
    ASSERT_GE(seen.others.count(), 64U);  // fewer would not tell which classes there are
    const std::optional<Floats> adapted = keeping->adapted(composition, seen);
    ASSERT_TRUE(adapted.has_value());
    expect_distributions(routed_probabilities(composition, *adapted, stream));

    const Rows before = composition.predict(seen.flagged);
    const Rows after = composition.predict_with(*adapted, seen.flagged);
    // When written: .42 before, .81 afterwards.
    EXPECT_GT(right(after, seen.flagged, any), right(before, seen.flagged, any) + 0.2);
    // Among the others it has a share of .0186, by the twenty samples that count for all classes. When written the
    // flagged ones got .0116 of it; .0315 where all classes were to be as common.
    const std::vector<double> shares = class_shares(composition.predict(seen.others), classes);
    EXPECT_LT(shares[missing], 0.03);
    const auto equal = adapt_to_flagged(model, *adapter, trained, seen.flagged, class_shares({}, classes));
    ASSERT_TRUE(equal.has_value());
    EXPECT_LT(mean_of_missing(after), 1.5 * shares[missing]);
    EXPECT_LT(1.5 * mean_of_missing(after), mean_of_missing(composition.predict_with(*equal, seen.flagged)));
}

/// The others tell nothing of a class that occurs among flagged samples alone. It is found all the same.
TEST_F(RouteWithoutAClass, AClassOfFlaggedSamplesAloneIsStillFound) {
    const auto is_missing = [](std::size_t label) { return label == missing; };
    Parted seen = parted(window(any));
    seen.others = parted(window(not_missing)).others;
    const std::optional<Floats> adapted = keeping->adapted(composition, seen);
    ASSERT_TRUE(adapted.has_value());
    const Rows after = composition.predict_with(*adapted, seen.flagged);
    expect_distributions(after);
    // When written: .04 and .40.
    EXPECT_GT(right(after, seen.flagged, is_missing),
              right(composition.predict(seen.flagged), seen.flagged, is_missing) + 0.1);
}

TEST_F(RouteWithoutAClass, AStreamOfTwoClassesIsServedNoWorse) {
    for (const std::size_t first : {1U, 4U, 8U}) {
        const sim::SampleBlock stream = window([&](std::size_t label) { return label == first || label == first + 1; });
        const Parted seen = parted(stream);
        ASSERT_GE(seen.others.count(), 64U);
        const std::optional<Floats> adapted = keeping->adapted(composition, seen);
        ASSERT_TRUE(adapted.has_value());
        const Rows after = composition.predict_with(*adapted, seen.flagged);
        expect_distributions(after);
        // When written: .17 and .81, .22 and .79, .61 and .78.
        EXPECT_GT(right(after, seen.flagged, any), right(composition.predict(seen.flagged), seen.flagged, any) + 0.05)
            << first;
    }
}

/// Labelled samples prove by what they have.
TEST_F(RouteWithoutAClass, LabelsWithoutItDecide) {
    const sim::SampleBlock labelled = window(not_missing, "1");
    const Decision helped = keeping->decide(composition, window(any), labelled);
    EXPECT_EQ(helped.branch, Branch::adapted);
    EXPECT_EQ(helped.labels, static_cast<std::int64_t>(labelled.count()));
    EXPECT_GT(helped.benefit_bound, 0.0);
    // And where they have nothing but this class.
    const Decision alone =
        keeping->decide(composition, window(any), window([](std::size_t label) { return label == missing; }, "1"));
    EXPECT_GT(alone.labels, 10);
    EXPECT_TRUE(std::isfinite(alone.benefit_bound));
    EXPECT_EQ(alone.branch, alone.benefit_bound > 0.0 ? Branch::adapted : Branch::plain);
}

/// Clients meet a class that no provider has.
TEST_F(RouteWithoutAClass, OneThatNobodyHasLearnt) {
    learn(not_missing);
    ASSERT_EQ(std::ranges::count(providers.labels(), std::int64_t{missing}), 0);
    const sim::SampleBlock stream = window(any);
    const Parted seen = parted(stream);
    const std::optional<Floats> adapted = keeping->adapted(composition, seen);
    ASSERT_TRUE(adapted.has_value());
    expect_distributions(routed_probabilities(composition, *adapted, stream));
    EXPECT_EQ(right(composition.predict_with(*adapted, seen.flagged), seen.flagged,
                    [](std::size_t label) { return label == missing; }),
              0.0)
        << "nobody could have taught it";

    // Its row of confusions is empty, and its share among the providers 0.
    const sim::SampleBlock plain = window(any, "0");
    const ClassShift shift = class_shift(composition, plain);
    EXPECT_TRUE(shift.p >= 0.0 && shift.p <= 1.0);
    EXPECT_TRUE(shift.moved >= 0.0 && shift.moved <= 1.0);
    EXPECT_TRUE(std::ranges::all_of(shift.weights, [](float w) { return std::isfinite(w) && w > 0.0F; }));
    Rows weighted = composition.predict(plain);
    const double before = right(weighted, plain, not_missing);
    weigh(weighted, shift.weights);
    expect_distributions(weighted);
    EXPECT_GT(right(weighted, plain, not_missing), before - 0.05);
}

}  // namespace
}  // namespace mlaasim::tta
