// Samples of one entity in one round, as kernels read them: drifted, normalised, aligned.
#pragma once

#include <cstdint>
#include <span>

#include "sim/core/aligned.hpp"
#include "sim/data/dataset.hpp"
#include "sim/drift/drift_state.hpp"

namespace mlaasim::sim {

/// Where samples come from. Reading is a pure function of this value: any rank can read any entity's samples.
struct SampleSource {
    const SamplePool* pool = nullptr;
    float mean = 0.0F;
    float deviation = 1.0F;
    std::span<const std::uint32_t> indices{};  ///< into the pool
    DriftState drift{};
    Seed seed{};
    Round round{};  ///< what corruptions draw is drawn per (sample, round)
};

/// n samples as an n x stride matrix, and n labels. Samples are padded to 64 bytes (28 x 28 needs no padding).
class SampleBlock {
public:
    /// Reads all samples of the source, replacing what the block held; memory is reused.
    void read(const SampleSource& source);
    /// Reads the samples behind those that the block holds; both of one shape.
    void append(const SampleSource& source);
    /// Copies these samples of another block, replacing what this one held.
    void take(const SampleBlock& from, std::span<const std::uint32_t> samples);
    /// Copies the first `count` samples of another block, replacing what this one held, turned: images
    /// counter-clockwise, where what comes from outside is `zero`; the axes of series about the third, where `zero` is
    /// a sensor's.
    void turn(const SampleBlock& from, std::size_t count, double degrees, float zero);

    [[nodiscard]] std::size_t count() const { return labels_.size(); }
    /// Floats from one sample to the next.
    [[nodiscard]] std::size_t stride() const { return stride_; }
    [[nodiscard]] const SampleShape& shape() const { return shape_; }
    [[nodiscard]] const float* sample(std::size_t i) const { return values_.data() + i * stride_; }
    [[nodiscard]] float* sample(std::size_t i) { return values_.data() + i * stride_; }
    [[nodiscard]] std::span<const std::int64_t> labels() const { return labels_; }

private:
    SampleShape shape_;
    std::size_t stride_ = 0;
    AlignedVector<float> values_;
    AlignedVector<float> scratch_;  ///< of a corruption: as large as a sample
    AlignedVector<std::int64_t> labels_;
};

}  // namespace mlaasim::sim
