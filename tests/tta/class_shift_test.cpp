#include "tta/class_shift.hpp"

#include <gtest/gtest.h>

#include <numeric>

#include "fl/architectures.hpp"
#include "fl/test_samples.hpp"

namespace mlaasim::tta {
namespace {

using fl::testing::TestPool;

constexpr sim::SampleShape shape{1, 4, 4};

/// Images as bright as their class: 40, 120, 200. One in `mistaken` of each looks like the next class.
sim::SampleBlock images(const std::vector<std::size_t>& counts, std::size_t mistaken) {
    sim::DecodedPool pool;
    for (std::size_t y = 0; y < counts.size(); ++y) {
        for (std::size_t i = 0; i < counts[y]; ++i) {
            const std::size_t looks_like = (i + 1) % mistaken == 0 ? (y + 1) % counts.size() : y;
            pool.values.insert(pool.values.end(), shape.size(), static_cast<std::uint8_t>(40 + 80 * looks_like));
            pool.labels.push_back(static_cast<std::uint8_t>(y));
        }
    }
    return TestPool{shape, 3, pool}.block();
}

class ClassShiftTest : public ::testing::Test {
protected:
    /// Three classes by brightness. What looks like one is of the class before it with .15.
    static std::vector<float> predict(const sim::SampleBlock& samples) {
        std::vector<float> all;
        for (std::size_t i = 0; i < samples.count(); ++i) {
            const float bright = samples.sample(i)[0] * 0.25F + 0.3F;  // of TestPool, back to [0, 1]
            const int seen = bright < 0.3F ? 0 : bright < 0.6F ? 1 : 2;
            for (int y = 0; y < 3; ++y) {
                all.push_back(y == seen ? 0.8F : (y + 1) % 3 == seen ? 0.15F : 0.05F);
            }
        }
        return all;
    }
    [[nodiscard]] ClassShift shift_from(const sim::SampleBlock& reference, const sim::SampleBlock& window) const {
        const std::vector<float> predicted = predict(reference);
        return class_shift({.model = model,
                            .predict = predict,
                            .reference = [&]() -> const sim::SampleBlock& { return reference; },
                            .predicted_reference = [&]() -> const std::vector<float>& { return predicted; }},
                           window);
    }
    const fl::Model model{fl::testing::mlp({4}), shape, 3};
    const sim::SampleBlock equal = images({300, 300, 300}, 10);
};

TEST_F(ClassShiftTest, OfAnEqualMixIsNone) {
    const ClassShift shift = shift_from(equal, images({100, 100, 100}, 10));
    EXPECT_GT(shift.p, 0.9);
    EXPECT_LT(shift.moved, 0.02);
    for (const float weight : shift.weights) {
        EXPECT_NEAR(weight, 1.0F, 0.05F);
    }
}

/// A tenth of each class is mistaken for the next one: what is predicted is not yet the mix.
TEST_F(ClassShiftTest, UndoesTheMistakesOfTheModel) {
    const ClassShift shift = shift_from(equal, images({200, 100, 0}, 10));
    EXPECT_LT(shift.p, 1e-6);
    EXPECT_NEAR(shift.moved, 1.0 / 3.0, 0.03);
    // Images that look like class 2 are of class 1 in this stream, however sure the model is.
    EXPECT_GT(shift.weights[0], 1.0F);
    EXPECT_NEAR(shift.weights[1], 1.0F, 0.1);
    EXPECT_LT(shift.weights[2], shift.weights[1] / 5.0F);
    EXPECT_GT(shift.weights[2], 0.0F) << "a class that was not seen may still come";
}

/// Where no weights mend a mistake, none are taken.
TEST_F(ClassShiftTest, WeighsNoMoreThanPays) {
    const ClassShift shift = shift_from(images({300, 300, 300}, 1000), images({200, 100, 60}, 1000));
    EXPECT_LT(shift.p, 1e-6);
    EXPECT_GT(shift.moved, 0.1);
    EXPECT_EQ(shift.weights, (std::vector<float>{1.0F, 1.0F, 1.0F}));
}

TEST_F(ClassShiftTest, OneClassAloneTellsNothing) {
    const sim::SampleBlock one = images({40, 0, 0}, 1000);
    EXPECT_EQ(shift_from(images({60, 0, 0}, 1000), one).p, 1.0);
    EXPECT_LT(shift_from(equal, one).p, 1e-3);
}

TEST(Weigh, KeepsRowsDistributions) {
    std::vector<float> rows{0.5F, 0.25F, 0.25F, 0.1F, 0.1F, 0.8F};
    const std::vector<float> weights{1.0F, 2.0F, 0.0F};
    weigh(rows, weights);
    EXPECT_FLOAT_EQ(rows[0], 0.5F);
    EXPECT_FLOAT_EQ(rows[1], 0.5F);
    EXPECT_FLOAT_EQ(rows[3], 1.0F / 3.0F);
    EXPECT_FLOAT_EQ(rows[4], 2.0F / 3.0F);
    EXPECT_EQ(rows[5], 0.0F);
}

}  // namespace
}  // namespace mlaasim::tta
