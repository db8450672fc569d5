// How a model lies in one flat array of floats: what composition and tta need to know of a model.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mlaasim::sim {

/// What a block of parameters is for; composability scores and BN adaptation select by it.
enum class ParameterKind : std::uint8_t { weight, bias, bn_gamma, bn_beta, bn_mean, bn_variance };

[[nodiscard]] std::string_view name_of(ParameterKind kind);

/// One tensor of a model.
struct ParameterBlock {
    std::string name;         ///< e.g. "conv1.weight"
    std::uint32_t layer = 0;  ///< blocks of one layer share this number
    ParameterKind kind = ParameterKind::weight;
    std::vector<std::int64_t> shape;  ///< as LibTorch has it
    std::size_t offset = 0;           ///< in floats from the start of the flat array; a multiple of 16
    std::size_t count = 0;            ///< product of the shape

    /// Running statistics are averaged with the rest but not trained.
    [[nodiscard]] bool trainable() const {
        return kind != ParameterKind::bn_mean && kind != ParameterKind::bn_variance;
    }
};

/// The blocks of a model in one flat array. Every block is 64-byte aligned; the gaps between blocks are zero and stay
/// zero.
class ParameterLayout {
public:
    /// Appends a block; returns its index.
    std::size_t add(std::string name, std::uint32_t layer, ParameterKind kind, std::vector<std::int64_t> shape);

    [[nodiscard]] std::span<const ParameterBlock> blocks() const { return blocks_; }
    /// Length of the flat array, padding included; a multiple of 16 floats.
    [[nodiscard]] std::size_t size() const { return size_; }
    /// Parameters without padding.
    [[nodiscard]] std::size_t parameter_count() const;
    [[nodiscard]] bool has_batch_norm() const;
    /// The floats of one block.
    [[nodiscard]] std::span<const float> view(std::span<const float> flat, const ParameterBlock& block) const {
        return flat.subspan(block.offset, block.count);
    }
    [[nodiscard]] std::span<float> view(std::span<float> flat, const ParameterBlock& block) const {
        return flat.subspan(block.offset, block.count);
    }

private:
    std::vector<ParameterBlock> blocks_;
    std::size_t size_ = 0;
};

}  // namespace mlaasim::sim
