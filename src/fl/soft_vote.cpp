#include "fl/soft_vote.hpp"

#include <bit>
#include <cstdint>
#include <limits>

#include "sim/core/clones.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::fl {
namespace {

constexpr double units_of_one = 0x1p46;
constexpr std::int64_t most_members = 1 << 16;

/// A probability in units; `broken` gets 1 where it is no number, and it counts for nothing then.
std::int64_t units_of(float probability, std::int32_t& broken) {
    constexpr std::uint32_t exponent = 0x7F800000;
    broken = (std::bit_cast<std::uint32_t>(probability) & exponent) == exponent ? 1 : 0;
    // Adding 1.5 * 2^52 leaves the rounded integer in the low bits of the double.
    constexpr double magic = 0x1.8p52;
    const double rounded = static_cast<double>(probability) * units_of_one + magic;
    const std::int64_t units = std::bit_cast<std::int64_t>(rounded) - std::bit_cast<std::int64_t>(magic);
    return units & (static_cast<std::int64_t>(broken) - 1);
}

MLAASIM_CLONES void add_row(const float* __restrict member, std::size_t n, std::int64_t* __restrict units,
                            std::int32_t* __restrict broken) {
    for (std::size_t i = 0; i < n; ++i) {
        std::int32_t own = 0;
        units[i] += units_of(member[i], own);
        broken[i] += own;
    }
}

MLAASIM_CLONES void subtract_row(const float* __restrict member, std::size_t n, std::int64_t* __restrict units,
                                 std::int32_t* __restrict broken) {
    for (std::size_t i = 0; i < n; ++i) {
        std::int32_t own = 0;
        units[i] -= units_of(member[i], own);
        broken[i] -= own;
    }
}

float mean_of(std::int64_t units, std::int32_t broken, double members) {
    const auto mean = static_cast<float>(static_cast<double>(units) / units_of_one / members);
    return broken > 0 ? std::numeric_limits<float>::quiet_NaN() : mean;
}

MLAASIM_CLONES void mean_of_row(const std::int64_t* __restrict units, const std::int32_t* __restrict broken,
                                std::size_t n, double members, float* __restrict mean) {
    for (std::size_t i = 0; i < n; ++i) {
        mean[i] = mean_of(units[i], broken[i], members);
    }
}

MLAASIM_CLONES void mean_without_row(const std::int64_t* __restrict units, const std::int32_t* __restrict broken,
                                     const float* __restrict member, std::size_t n, double members,
                                     float* __restrict mean) {
    for (std::size_t i = 0; i < n; ++i) {
        std::int32_t own = 0;
        const std::int64_t others = units[i] - units_of(member[i], own);
        mean[i] = mean_of(others, broken[i] - own, members);
    }
}

}  // namespace

SoftVote SoftVote::of(std::span<const std::vector<float>> members) {
    sim::expects(!members.empty(), "a vote has members");
    SoftVote vote{members.front().size()};
    for (const std::vector<float>& member : members) {
        vote.add(member);
    }
    return vote;
}

void SoftVote::add(std::span<const float> member) {
    sim::expects(member.size() == units_.size(), "members vote on the same samples");
    sim::expects(members_ < most_members, "a vote has at most 65,536 members");
    add_row(member.data(), member.size(), units_.data(), broken_.data());
    ++members_;
}

void SoftVote::subtract(std::span<const float> member) {
    sim::expects(member.size() == units_.size(), "members vote on the same samples");
    sim::expects(members_ > 0, "the member was added");
    subtract_row(member.data(), member.size(), units_.data(), broken_.data());
    --members_;
}

std::vector<float> SoftVote::mean() const {
    sim::expects(members_ > 0, "a vote has members");
    std::vector<float> mean(units_.size());
    mean_of_row(units_.data(), broken_.data(), mean.size(), static_cast<double>(members_), mean.data());
    return mean;
}

std::vector<float> SoftVote::mean_without(std::span<const float> member) const {
    sim::expects(member.size() == units_.size(), "members vote on the same samples");
    sim::expects(members_ > 1, "somebody else votes");
    std::vector<float> mean(units_.size());
    mean_without_row(units_.data(), broken_.data(), member.data(), mean.size(), static_cast<double>(members_ - 1),
                     mean.data());
    return mean;
}

}  // namespace mlaasim::fl
