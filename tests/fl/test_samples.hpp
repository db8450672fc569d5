// Small pools of samples and aligned parameters for tests of models.
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include "fl/model.hpp"
#include "sim/core/aligned.hpp"
#include "sim/core/random.hpp"
#include "sim/data/cache.hpp"
#include "sim/drift/sample_block.hpp"

namespace mlaasim::fl::testing {

/// Samples that own their bytes; sources of it are valid as long as it lives and stays where it is.
class TestPool {
public:
    TestPool(const sim::SampleShape& shape, std::uint32_t classes, sim::DecodedPool decoded)
        : decoded_{std::move(decoded)}, indices_(decoded_.labels.size()) {
        pool_ = {.shape = shape, .classes = classes, .values = decoded_.values, .labels = decoded_.labels};
        std::iota(indices_.begin(), indices_.end(), 0U);
    }
    TestPool(const TestPool&) = delete;
    TestPool& operator=(const TestPool&) = delete;

    /// The first `count` samples; 0 = all.
    [[nodiscard]] sim::SampleSource source(std::size_t count = 0) const {
        const std::span<const std::uint32_t> all{indices_};
        return {.pool = &pool_,
                .mean = 0.3F,
                .deviation = 0.25F,
                .indices = count > 0 ? all.first(count) : all,
                .seed = sim::Seed{1},
                .round = sim::Round{1}};
    }
    [[nodiscard]] sim::SampleBlock block(std::size_t count = 0) const {
        sim::SampleBlock block;
        block.read(source(count));
        return block;
    }

private:
    sim::DecodedPool decoded_;
    std::vector<std::uint32_t> indices_;
    sim::SamplePool pool_;
};

/// Random bytes with random labels.
inline sim::DecodedPool random_samples(const sim::SampleShape& shape, std::uint32_t classes, std::size_t count) {
    sim::RandomStream random{sim::Seed{7}, sim::Purpose::test, 0, 0};
    sim::DecodedPool pool;
    pool.values.resize(count * shape.size());
    pool.labels.resize(count);
    std::generate(pool.values.begin(), pool.values.end(), [&] { return static_cast<std::uint8_t>(random.below(256)); });
    std::generate(pool.labels.begin(), pool.labels.end(),
                  [&] { return static_cast<std::uint8_t>(random.below(classes)); });
    return pool;
}

/// Initial parameters of a model.
inline sim::AlignedVector<float> initial(const Model& model, std::uint64_t seed = 1) {
    sim::AlignedVector<float> flat(model.layout().size());
    model.initialise(flat, {sim::Seed{seed}, sim::Purpose::model_init, 0, 0});
    return flat;
}

/// True when every float between the blocks is zero.
inline bool padding_is_zero(const sim::ParameterLayout& layout, std::span<const float> flat) {
    std::vector<bool> used(flat.size(), false);
    for (const sim::ParameterBlock& block : layout.blocks()) {
        std::fill_n(used.begin() + static_cast<std::ptrdiff_t>(block.offset), block.count, true);
    }
    for (std::size_t i = 0; i < flat.size(); ++i) {
        if (!used[i] && flat[i] != 0.0F) {
            return false;
        }
    }
    return true;
}

}  // namespace mlaasim::fl::testing
