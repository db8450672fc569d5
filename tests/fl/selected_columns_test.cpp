// Layers that read no background against plain loops, on every instruction set of this machine.
#include <gtest/gtest.h>

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

TEST_F(SelectedColumns, MultipliedAreTheWholeRows) {
    for (const std::size_t outputs : {16U, 48U, 64U}) {
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
                fused::selected_forward(tile, weight.data(), outputs, bias.data(), relu);
                for (std::size_t r = 0; r + 1 < rows_together; ++r) {
                    for (std::size_t o = 0; o < outputs; ++o) {
                        auto expected = static_cast<double>(bias[o]);
                        for (std::size_t k = 0; k < length; ++k) {
                            expected += static_cast<double>(samples[r][k] - background) *
                                        static_cast<double>(weight[k * outputs + o]);
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
