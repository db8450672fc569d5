#include "tta/techniques/technique_test.hpp"

#include <algorithm>

namespace mlaasim::tta {
namespace {

using fl::testing::Normalise;
using fl::testing::ReferenceModel;

/// The definition, in double and with differences for gradients.
class PlainEta {
public:
    PlainEta(const fl::Model& model, double entropy, double similarity)
        : model_{model}, most_{entropy * std::log(static_cast<double>(model.classes()))}, similarity_{similarity} {}

    /// One batch; gives how many samples have a part.
    std::size_t step(Doubles& parameters, const Doubles& batch, double rate) {
        const auto rows = predict(parameters, batch);
        std::vector<std::size_t> parts;
        for (std::size_t i = 0; i < rows.size(); ++i) {
            if (entropy_of(rows[i]) < most_ && (mean.empty() || cosine(rows[i]) <= similarity_)) {
                parts.push_back(i);
            }
        }
        if (parts.empty()) {
            return 0;
        }
        Doubles weights;
        Doubles new_mean(model_.classes(), 0.0);
        for (const std::size_t i : parts) {
            weights.push_back(std::exp(most_ - entropy_of(rows[i])));
            for (std::size_t c = 0; c < new_mean.size(); ++c) {
                new_mean[c] += rows[i][c] / static_cast<double>(parts.size());
            }
        }
        const Doubles gradient = differences(model_, parameters, is_affine, [&](const Doubles& moved) {
            const auto moved_rows = predict(moved, batch);
            double sum = 0.0;
            for (std::size_t k = 0; k < parts.size(); ++k) {
                sum += weights[k] * entropy_of(moved_rows[parts[k]]);
            }
            return sum / static_cast<double>(parts.size());
        });
        adam.step(parameters, gradient, rate);
        for (std::size_t c = 0; c < new_mean.size(); ++c) {
            new_mean[c] = mean.empty() ? new_mean[c] : 0.9 * mean[c] + 0.1 * new_mean[c];
        }
        mean = new_mean;
        return parts.size();
    }

    PlainAdam adam;
    Doubles mean;

private:
    [[nodiscard]] std::vector<Doubles> predict(const Doubles& parameters, const Doubles& batch) const {
        ReferenceModel reference{model_, batch};
        return rows_of(reference.logits(parameters, Normalise::by_batch), model_.classes());
    }
    [[nodiscard]] double cosine(const Doubles& row) const {
        double ab = 0.0, aa = 0.0, bb = 0.0;
        for (std::size_t c = 0; c < row.size(); ++c) {
            ab += row[c] * mean[c];
            aa += row[c] * row[c];
            bb += mean[c] * mean[c];
        }
        return ab / std::sqrt(aa * bb);
    }

    const fl::Model& model_;
    double most_;
    double similarity_;
};

class RDumb : public TechniqueTest {
protected:
    [[nodiscard]] static sim::Chosen<Technique> rdumb(const std::string& more = "") {
        return technique("rdumb, batch: 4, rate: 0.01, entropy: 0.9, similarity: 0.9" + more);
    }
};

TEST_F(RDumb, StepsOnSureAndUnlikeSamplesAlone) {
    Doubles expected = fl::testing::in_double(source);
    PlainEta eta{model, 0.9, 0.9};
    std::vector<std::size_t> parts;
    for (std::size_t first = 0; first < 12; first += 4) {
        parts.push_back(eta.step(expected, values(block, first, 4), 0.01));
    }
    // The filters matter: some have a part, and some have none.
    EXPECT_GT(*std::ranges::max_element(parts), 0U);
    EXPECT_LT(*std::ranges::min_element(parts), 4U);

    on_both_engines([&](const Stream& stream) {
        auto given = source;
        Memory memory;
        rdumb()->adapt(model, given, memory, stream);
        EXPECT_EQ(memory.front(), eta.adam.steps);
        for (const sim::ParameterBlock& parameters : model.layout().blocks()) {
            for (std::size_t i = parameters.offset;
                 is_affine(parameters.kind) && i < parameters.offset + parameters.count; ++i) {
                EXPECT_NEAR(given[i], expected[i], 1e-3) << parameters.name;
            }
        }
    });
}

TEST_F(RDumb, StartsAnewAfterSoManySteps) {
    // With a reset after two steps the third batch meets the source, as if it were the first.
    auto given = source;
    Memory memory;
    technique("rdumb, batch: 4, entropy: 1, similarity: 1, reset: 2")->adapt(model, given, memory, stream_of(block));
    EXPECT_EQ(memory.front(), 1.0);
    auto alone = source;
    Memory alone_memory;
    technique("rdumb, batch: 4, entropy: 1, similarity: 1")->adapt(model, alone, alone_memory, stream_of(block));
    EXPECT_EQ(alone_memory.front(), 3.0);
    Doubles expected = fl::testing::in_double(source);
    PlainEta{model, 1.0, 1.0}.step(expected, values(block, 8, 4), 1e-3);
    double farthest = 0.0;
    for (const sim::ParameterBlock& parameters : model.layout().blocks()) {
        for (std::size_t i = parameters.offset; is_affine(parameters.kind) && i < parameters.offset + parameters.count;
             ++i) {
            EXPECT_NEAR(given[i], expected[i], 2e-4) << parameters.name;
            farthest = std::max(farthest, std::abs(static_cast<double>(alone[i]) - expected[i]));
        }
    }
    EXPECT_GT(farthest, 1e-3);  // without a reset it is another model
}

TEST_F(RDumb, GoesOnWhereItsMemoryLeftIt) {
    // The moments of the steps before make the next one another than the first.
    const auto all = technique("rdumb, batch: 12, entropy: 1, similarity: 1");
    Memory memory;
    auto first = source;
    all->adapt(model, first, memory, stream_of(block));
    EXPECT_EQ(memory.front(), 1.0);
    auto second = first;
    all->adapt(model, second, memory, stream_of(block));
    EXPECT_EQ(memory.front(), 2.0);
    auto forgetful = first;
    adapt(all, model, forgetful, block);
    EXPECT_NE(second, forgetful);
}

TEST_F(RDumb, WhereNobodyIsSureNothingButStatisticsChanges) {
    auto given = source;
    Memory memory;
    technique("rdumb, entropy: 0.000001")->adapt(model, given, memory, stream_of(block));
    auto by_batch_norm = source;
    adapt(technique("batch_norm"), model, by_batch_norm, block);
    EXPECT_EQ(given, by_batch_norm);
    EXPECT_EQ(memory, (Memory{0.0, 0.0}));
    const std::vector<float> none = technique("rdumb, entropy: 0.000001")->gradient(model, source, stream_of(block));
    EXPECT_TRUE(std::ranges::all_of(none, [](float value) { return value == 0.0F; }));
}

TEST_F(RDumb, DeclaresWhatItChangesAndNeeds) {
    EXPECT_EQ(rdumb()->changes(), Changes::affine);
    EXPECT_TRUE(rdumb()->remembers());
    EXPECT_EQ(rdumb()->needs(), sim::Needs{sim::Need::batch_norm});
}

}  // namespace
}  // namespace mlaasim::tta
