#include "fl/soft_vote.hpp"

#include <bit>
#include <cmath>
#include <limits>

#include "sim/core/error.hpp"

namespace mlaasim::fl {
namespace {

constexpr double units_of_one = 0x1p46;
constexpr std::int64_t most_members = 1 << 16;

struct Units {
    std::int64_t value = 0;
    std::int32_t broken = 0;
};

Units units_of(float probability) {
    if (!std::isfinite(probability)) {
        return {.broken = 1};
    }
    // Adding 1.5 * 2^52 leaves the rounded integer in the low bits of the double.
    constexpr double magic = 0x1.8p52;
    const double rounded = static_cast<double>(probability) * units_of_one + magic;
    return {.value = std::bit_cast<std::int64_t>(rounded) - std::bit_cast<std::int64_t>(magic)};
}

float mean_of(std::int64_t units, std::int32_t broken, std::int64_t members) {
    return broken > 0 ? std::numeric_limits<float>::quiet_NaN()
                      : static_cast<float>(static_cast<double>(units) / units_of_one / static_cast<double>(members));
}

}  // namespace

void SoftVote::add(std::span<const float> member) {
    sim::expects(member.size() == units_.size(), "members vote on the same samples");
    sim::expects(members_ < most_members, "a vote has at most 65,536 members");
    for (std::size_t i = 0; i < member.size(); ++i) {
        const Units own = units_of(member[i]);
        units_[i] += own.value;
        broken_[i] += own.broken;
    }
    ++members_;
}

std::vector<float> SoftVote::mean() const {
    sim::expects(members_ > 0, "a vote has members");
    std::vector<float> mean(units_.size());
    for (std::size_t i = 0; i < mean.size(); ++i) {
        mean[i] = mean_of(units_[i], broken_[i], members_);
    }
    return mean;
}

std::vector<float> SoftVote::mean_without(std::span<const float> member) const {
    sim::expects(member.size() == units_.size(), "members vote on the same samples");
    sim::expects(members_ > 1, "somebody else votes");
    std::vector<float> mean(units_.size());
    for (std::size_t i = 0; i < mean.size(); ++i) {
        const Units own = units_of(member[i]);
        mean[i] = mean_of(units_[i] - own.value, broken_[i] - own.broken, members_ - 1);
    }
    return mean;
}

}  // namespace mlaasim::fl
