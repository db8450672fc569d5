#include "sim/core/random.hpp"

#include <Random123/philox.h>

#include <cmath>
#include <numbers>
#include <utility>

#include "sim/core/error.hpp"

namespace mlaasim::sim {

RandomStream::RandomStream(Seed seed, Purpose purpose, std::uint64_t entity, std::uint32_t round)
    : key_{static_cast<std::uint32_t>(seed.value), static_cast<std::uint32_t>(seed.value >> 32U)},
      // The top byte of word 3 separates purposes; entities use 56 bits.
      counter_{
          0U, round, static_cast<std::uint32_t>(entity),
          (static_cast<std::uint32_t>(entity >> 32U) & 0x00FFFFFFU) | (static_cast<std::uint32_t>(purpose) << 24U)} {}

RandomStream::result_type RandomStream::operator()() {
    if (used_ == 4) {
        const r123::Philox4x32::ctr_type counter{{counter_[0], counter_[1], counter_[2], counter_[3]}};
        const r123::Philox4x32::key_type key{{key_[0], key_[1]}};
        const auto out = r123::Philox4x32{}(counter, key);
        block_ = {out[0], out[1], out[2], out[3]};
        ++counter_[0];
        used_ = 0;
    }
    return block_[used_++];
}

double RandomStream::uniform() {
    const std::uint64_t high = (*this)();
    const std::uint64_t low = (*this)();
    return static_cast<double>((high << 21U) ^ (low >> 11U)) * 0x1.0p-53;
}

double RandomStream::uniform(double low, double high) { return low + (high - low) * uniform(); }

double RandomStream::normal() {
    if (has_spare_normal_) {
        has_spare_normal_ = false;
        return spare_normal_;
    }
    const double radius = std::sqrt(-2.0 * std::log1p(-uniform()));
    const double angle = 2.0 * std::numbers::pi * uniform();
    spare_normal_ = radius * std::sin(angle);
    has_spare_normal_ = true;
    return radius * std::cos(angle);
}

double RandomStream::gamma(double shape) {
    expects(shape > 0.0, "the shape of a gamma distribution is positive");
    if (shape < 1.0) {
        // G(a) = G(a + 1) U^(1/a)
        const double boosted = gamma(shape + 1.0);
        return boosted * std::pow(1.0 - uniform(), 1.0 / shape);
    }
    const double d = shape - 1.0 / 3.0;
    const double c = 1.0 / std::sqrt(9.0 * d);
    for (;;) {
        const double x = normal();
        const double base = 1.0 + c * x;
        if (base <= 0.0) {
            continue;
        }
        const double v = base * base * base;
        if (std::log(1.0 - uniform()) < 0.5 * x * x + d - d * v + d * std::log(v)) {
            return d * v;
        }
    }
}

std::uint32_t RandomStream::below(std::uint32_t n) {
    expects(n > 0, "below(n) draws from a non-empty range");
    // Lemire 2019: multiply and reject the few values that would bias the result.
    std::uint64_t product = static_cast<std::uint64_t>((*this)()) * n;
    if (static_cast<std::uint32_t>(product) < n) {
        const std::uint32_t threshold = (0U - n) % n;
        while (static_cast<std::uint32_t>(product) < threshold) {
            product = static_cast<std::uint64_t>((*this)()) * n;
        }
    }
    return static_cast<std::uint32_t>(product >> 32U);
}

void RandomStream::shuffle(std::span<std::uint32_t> values) {
    for (auto i = static_cast<std::uint32_t>(values.size()); i > 1; --i) {
        std::swap(values[i - 1], values[below(i)]);
    }
}

}  // namespace mlaasim::sim
