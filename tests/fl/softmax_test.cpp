// Probabilities and the gradient of their entropy, on every instruction set of this machine.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "fl/fused/kernels.hpp"
#include "fl/instruction_sets.hpp"
#include "sim/core/aligned.hpp"
#include "sim/core/random.hpp"

namespace mlaasim::fl {
namespace {

using Floats = sim::AlignedVector<float>;
using testing::on_every_instruction_set;

double entropy_of(std::span<const double> logits) {
    double total = 0.0;
    for (const double z : logits) {
        total += std::exp(z);
    }
    double entropy = 0.0;
    for (const double z : logits) {
        entropy -= std::exp(z) / total * (z - std::log(total));
    }
    return entropy;
}

TEST(EntropyGradient, IsThatOfTheEntropy) {
    constexpr float share = 0.25F;
    on_every_instruction_set([] {
        for (const std::size_t classes : {2U, 10U, 16U, 21U}) {
            const std::size_t stride = sim::padded_floats(classes);
            sim::RandomStream random{sim::Seed{2}, sim::Purpose::test, 0, 0};
            Floats rows(3 * stride);
            for (std::size_t i = 0; i < 3 * classes; ++i) {
                rows[i / classes * stride + i % classes] = static_cast<float>(random.uniform(-3.0, 3.0));
            }
            rows[2 * stride + 1] = std::numeric_limits<float>::infinity();
            const Floats before = rows;
            fused::entropy_gradient({rows.data(), stride}, 3, classes, share);
            for (std::size_t i = 0; i < 2 * classes; ++i) {
                std::vector<double> logits(
                    before.begin() + static_cast<std::ptrdiff_t>(i / classes * stride),
                    before.begin() + static_cast<std::ptrdiff_t>(i / classes * stride + classes));
                logits[i % classes] += 1e-5;
                const double above = entropy_of(logits);
                logits[i % classes] -= 2e-5;
                EXPECT_NEAR(rows[i / classes * stride + i % classes], share * (above - entropy_of(logits)) / 2e-5,
                            1e-5);
            }
            EXPECT_TRUE(std::isnan(rows[2 * stride]));
        }
    });
}

/// Rows lie behind one another: none may write into the next, or behind the last. A row with an infinity has no
/// probabilities, and its neighbours keep theirs.
TEST(Softmax, GivesEachRowItsProbabilities) {
    on_every_instruction_set([] {
        for (const std::size_t classes : {2U, 6U, 10U, 16U, 21U}) {
            const std::size_t stride = sim::padded_floats(classes);
            sim::RandomStream random{sim::Seed{2}, sim::Purpose::test, 0, 0};
            Floats rows(5 * stride);
            for (std::size_t i = 0; i < 5 * classes; ++i) {
                rows[i / classes * stride + i % classes] = static_cast<float>(random.uniform(-30.0, 30.0));
            }
            rows[2 * stride + 1] = std::numeric_limits<float>::infinity();
            const Floats before = rows;
            std::vector<float> found(5 * classes + 1, 7.0F);
            fused::softmax({rows.data(), stride}, 5, classes, found.data());
            for (const std::size_t i : {0U, 1U, 3U, 4U}) {
                double total = 0.0;
                for (std::size_t c = 0; c < classes; ++c) {
                    total += std::exp(static_cast<double>(before[i * stride + c]));
                }
                for (std::size_t c = 0; c < classes; ++c) {
                    EXPECT_NEAR(found[i * classes + c], std::exp(static_cast<double>(before[i * stride + c])) / total,
                                1e-6);
                }
            }
            for (std::size_t c = 0; c < classes; ++c) {
                EXPECT_TRUE(std::isnan(found[2 * classes + c]));
            }
            EXPECT_EQ(found.back(), 7.0F);
        }
    });
}

}  // namespace
}  // namespace mlaasim::fl
