// Layers that read no background against plain loops, on every instruction set of this machine.
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <numeric>
#include <set>
#include <vector>

#include "fl/fused/kernels.hpp"
#include "fl/instruction_sets.hpp"
#include "sim/core/aligned.hpp"
#include "sim/core/random.hpp"

namespace mlaasim::fl {
namespace {

using Floats = sim::AlignedVector<float>;
using testing::on_every_instruction_set;

constexpr float background = -0.5F;
constexpr std::size_t length = 96;
constexpr std::size_t rows_together = fused::rows_together;

/// Samples of which each has every tenth column, from another one on.
class SelectedColumns : public ::testing::Test {
protected:
    SelectedColumns() {
        for (std::size_t r = 0; r < rows_together; ++r) {
            for (std::size_t k = 2 * r; k < length; k += 10) {
                samples[r][k] = static_cast<float>(random.uniform(-0.4, 1.0));
                used.insert(static_cast<std::uint32_t>(k));
            }
            rows[r] = samples[r].data();
        }
    }

    sim::RandomStream random{sim::Seed{6}, sim::Purpose::test, 0, 0};
    std::vector<Floats> samples{rows_together, Floats(length, background)};
    std::vector<const float*> rows{rows_together};
    std::set<std::uint32_t> used;
    std::vector<std::uint32_t> columns = std::vector<std::uint32_t>(length);
    Floats values = Floats(length * rows_together);
};

TEST_F(SelectedColumns, AreThoseThatOneSampleNeeds) {
    on_every_instruction_set([&] {
        const std::size_t count = fused::select_columns(rows.data(), length, background, columns.data(), values.data());
        ASSERT_EQ(std::set<std::uint32_t>(columns.begin(), columns.begin() + static_cast<std::ptrdiff_t>(count)), used);
        for (std::size_t i = 0; i < count; ++i) {
            for (std::size_t r = 0; r < rows_together; ++r) {
                EXPECT_EQ(values[i * rows_together + r], samples[r][columns[i]] - background);
            }
        }
    });
}

TEST_F(SelectedColumns, AMaskHasABitForEach) {
    on_every_instruction_set([&] {
        for (const Floats& sample : samples) {
            std::vector<std::uint64_t> mask(fused::mask_words(length), ~std::uint64_t{0});
            fused::mask_columns(sample.data(), length, background, mask.data());
            for (std::size_t k = 0; k < 64 * mask.size(); ++k) {
                EXPECT_EQ((mask[k / 64] >> k % 64 & 1U) != 0, k < length && sample[k] != background) << k;
            }
        }
    });
}

/// Of twelve rows, four each have the same columns.
TEST(GroupAlike, PutsTheSameColumnsTogether) {
    const std::size_t words = fused::mask_words(length);
    sim::AlignedVector<std::uint64_t> masks(12 * words);
    for (std::size_t row = 0; row < 12; ++row) {
        masks[row * words] = std::uint64_t{0xff} << 8 * (row % 3);
        masks[row * words + words - 1] = row % 3;
    }
    on_every_instruction_set([&] {
        std::vector<std::uint32_t> order{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
        fused::group_alike(masks.data(), words, order);
        EXPECT_EQ(order, (std::vector<std::uint32_t>{0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11}));
    });
}

/// Beside the definition: the next 64 are looked at, of equal ones the first is taken, and the others keep their order.
TEST(GroupAlike, TakesWhatAddsTheFewestColumns) {
    constexpr std::size_t rows = 150;
    const std::size_t words = fused::mask_words(784);
    sim::RandomStream random{sim::Seed{8}, sim::Purpose::test, 0, 0};
    sim::AlignedVector<std::uint64_t> masks(rows * words);
    for (std::uint64_t& word : masks) {
        word = random.below(1U << 30U) & random.below(1U << 30U);
    }
    std::vector<std::uint32_t> left(rows);
    std::iota(left.begin(), left.end(), 0U);
    std::vector<std::uint32_t> expected;
    std::vector<std::uint64_t> together(words);
    while (!left.empty()) {
        if (expected.size() % rows_together == 0) {
            together.assign(words, 0);
        }
        const auto added = [&](std::uint32_t row) {
            int sum = 0;
            for (std::size_t w = 0; w < words; ++w) {
                sum += std::popcount(masks[row * words + w] & ~together[w]);
            }
            return sum;
        };
        const auto end = left.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(64, left.size()));
        const auto best = expected.size() % rows_together == 0 ? left.begin()
                                                               : std::ranges::min_element(left.begin(), end, {}, added);
        expected.push_back(*best);
        for (std::size_t w = 0; w < words; ++w) {
            together[w] |= masks[*best * words + w];
        }
        left.erase(best);
    }
    on_every_instruction_set([&] {
        std::vector<std::uint32_t> order(rows);
        std::iota(order.begin(), order.end(), 0U);
        fused::group_alike(masks.data(), words, order);
        EXPECT_EQ(order, expected);
    });
}

TEST_F(SelectedColumns, MultipliedAreTheWholeRows) {
    for (const std::size_t outputs : {16U, 32U, 48U, 64U}) {
        Floats weight(length * outputs);
        Floats bias(outputs);
        for (float& value : weight) {
            value = static_cast<float>(random.uniform(-1.0, 1.0));
        }
        for (std::size_t o = 0; o < outputs; ++o) {
            bias[o] = static_cast<float>(o) / static_cast<float>(outputs) - 0.5F;
        }
        on_every_instruction_set([&] {
            for (const bool relu : {false, true}) {
                std::vector<Floats> found(rows_together, Floats(outputs));
                fused::SelectedRows tile{.values = values.data(), .columns = columns.data()};
                tile.count = fused::select_columns(rows.data(), length, background, columns.data(), values.data());
                for (std::size_t r = 0; r + 1 < rows_together; ++r) {
                    tile.outputs[r] = found[r].data();
                }
                fused::selected_forward(tile, weight.data(), length, outputs, bias.data(), relu);
                for (std::size_t r = 0; r + 1 < rows_together; ++r) {
                    for (std::size_t o = 0; o < outputs; ++o) {
                        auto expected = static_cast<double>(bias[o]);
                        for (std::size_t k = 0; k < length; ++k) {
                            expected += static_cast<double>(samples[r][k] - background) *
                                        static_cast<double>(weight[(o / 16 * length + k) * 16 + o % 16]);
                        }
                        EXPECT_NEAR(found[r][o], relu && expected < 0.0 ? 0.0 : expected, 1e-5);
                    }
                }
                EXPECT_EQ(found.back(), Floats(outputs)) << "its outputs go nowhere";
            }
        });
    }
}

}  // namespace
}  // namespace mlaasim::fl
