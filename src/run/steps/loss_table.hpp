// Losses of several models on the samples on which a round assesses, as integers: they add up in any order.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "sim/drift/sample_block.hpp"

namespace mlaasim::run {

/// One row a model, samples in the order of the clients. Ranks fill in what they know; the sum over ranks is the whole.
class LossTable {
public:
    /// Of a Brier loss. A loss is at most 2, so its units are exact in a double.
    static constexpr double units_per_loss = 8388608.0;

    LossTable(std::size_t models, const std::vector<sim::SampleBlock>& blocks) : starts_(blocks.size()) {
        for (std::size_t client = 0; client < blocks.size(); ++client) {
            starts_[client] = samples_;
            samples_ += blocks[client].count();
        }
        units_.resize(models * samples_);
    }

    /// Where a client's samples begin among those of all clients.
    [[nodiscard]] std::size_t start(std::size_t client) const { return starts_[client]; }

    void set(std::size_t model, std::size_t client, const std::vector<double>& losses) {
        for (std::size_t i = 0; i < losses.size(); ++i) {
            units_[model * samples_ + starts_[client] + i] = std::llround(losses[i] * units_per_loss);
        }
    }

    /// Of some of a client's samples, by their places.
    void set(std::size_t model, std::size_t client, std::span<const std::uint32_t> samples,
             const std::vector<double>& losses) {
        for (std::size_t i = 0; i < samples.size(); ++i) {
            units_[model * samples_ + starts_[client] + samples[i]] = std::llround(losses[i] * units_per_loss);
        }
    }

    [[nodiscard]] std::vector<std::int64_t>& units() { return units_; }
    [[nodiscard]] std::vector<std::int64_t> take() { return std::move(units_); }

private:
    std::size_t samples_ = 0;
    std::vector<std::size_t> starts_;  ///< of each client's samples
    std::vector<std::int64_t> units_;
};

}  // namespace mlaasim::run
