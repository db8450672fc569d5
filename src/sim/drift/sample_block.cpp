#include "sim/drift/sample_block.hpp"

#include <algorithm>

#include "sim/core/clones.hpp"
#include "sim/core/error.hpp"
#include "sim/corruption/affine.hpp"
#include "sim/corruption/turned_axes.hpp"

namespace mlaasim::sim {
namespace {

constexpr float grey_step = 1.0F / 255.0F;

/// The hot path: 8 bits to normalised values in one loop that vectorises.
MLAASIM_CLONES void read_clean(const std::uint8_t* __restrict from, float* __restrict to, std::size_t n, float mean,
                               float inverse) {
    for (std::size_t i = 0; i < n; ++i) {
        to[i] = (static_cast<float>(from[i]) * grey_step - mean) * inverse;
    }
}

/// Samples lie scattered over a pool that no cache holds: each is asked for while those before it are read. 2 to 8 do
/// equally well (bench/README.md).
constexpr std::size_t samples_ahead = 4;

void bring_closer(const SamplePool& pool, std::uint32_t index) {
    constexpr std::size_t cache_line = 64;
    if (index < pool.count()) {
        const std::size_t size = pool.shape.size();
        for (std::size_t k = 0; k < size; k += cache_line) {
            __builtin_prefetch(pool.values.data() + index * size + k);
        }
    }
}

void read_grey(const std::uint8_t* __restrict from, float* __restrict to, std::size_t n) {
    for (std::size_t i = 0; i < n; ++i) {
        to[i] = static_cast<float>(from[i]) * grey_step;
    }
}

void normalise(float* values, std::size_t n, float mean, float inverse) {
    for (std::size_t i = 0; i < n; ++i) {
        values[i] = (values[i] - mean) * inverse;
    }
}

}  // namespace

void SampleBlock::read(const SampleSource& source) {
    labels_.clear();
    append(source);
}

void SampleBlock::append(const SampleSource& source) {
    expects(source.pool != nullptr, "samples are read from a pool");
    expects(source.deviation > 0.0F, "the normalising deviation is positive");
    const SamplePool& pool = *source.pool;
    const std::size_t size = pool.shape.size();
    expects(labels_.empty() || shape_ == pool.shape, "a block holds samples of one shape");
    shape_ = pool.shape;
    stride_ = padded_floats(size);
    const std::size_t first = labels_.size();
    const std::size_t needed = (first + source.indices.size()) * stride_;
    if (values_.size() < needed) {
        values_.resize(needed);
    }
    labels_.resize(first + source.indices.size());
    const std::vector<CorruptionStep> corruptions = source.drift.corruptions();
    scratch_.resize(corruptions.empty() ? 0 : size);
    const float inverse = 1.0F / source.deviation;
    for (std::size_t i = 0; i < source.indices.size(); ++i) {
        const std::uint32_t index = source.indices[i];
        expects(index < pool.count(), "sample indices lie in the pool");
        const std::uint8_t* const from = pool.values.data() + index * size;
        if (i + samples_ahead < source.indices.size()) {
            bring_closer(pool, source.indices[i + samples_ahead]);
        }
        float* const to = values_.data() + (first + i) * stride_;
        labels_[first + i] = source.drift.label(pool.labels[index], source.seed, index, pool.classes);
        std::fill(to + size, to + stride_, 0.0F);
        if (corruptions.empty()) {
            read_clean(from, to, size, source.mean, inverse);
            continue;
        }
        read_grey(from, to, size);
        const SampleContext context{.shape = shape_, .seed = source.seed, .sample = index, .round = source.round};
        for (const CorruptionStep& step : corruptions) {
            if (step.meets(source.seed, index)) {
                step.corruption->apply({to, size}, scratch_, step.strength, context);
            }
        }
        normalise(to, size, source.mean, inverse);
    }
}

void SampleBlock::take(const SampleBlock& from, std::span<const std::uint32_t> samples) {
    shape_ = from.shape_;
    stride_ = from.stride_;
    values_.resize(samples.size() * stride_);
    labels_.resize(samples.size());
    for (std::size_t i = 0; i < samples.size(); ++i) {
        expects(samples[i] < from.count(), "samples are taken from those that the block holds");
        std::copy_n(from.sample(samples[i]), stride_, values_.data() + i * stride_);
        labels_[i] = from.labels_[samples[i]];
    }
}

void SampleBlock::turn(const SampleBlock& from, std::size_t count, double degrees, float zero) {
    expects(this != &from && count <= from.count(), "samples are copied from another block that holds them");
    shape_ = from.shape_;
    stride_ = from.stride_;
    values_.assign(count * stride_, 0.0F);
    labels_.assign(from.labels_.begin(), from.labels_.begin() + static_cast<std::ptrdiff_t>(count));
    if (!shape_.is_series()) {
        WarpOfMany{shape_, turn_by(degrees)}.apply(from.values_.data(), values_.data(), count, stride_, zero);
        return;
    }
    for (std::size_t i = 0; i < count; ++i) {
        const std::span<float> out{values_.data() + i * stride_, shape_.size()};
        std::copy_n(from.sample(i), shape_.size(), out.begin());
        turn_axes(out, shape_, degrees, zero);
    }
}

}  // namespace mlaasim::sim
