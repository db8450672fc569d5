// The soft vote of an ensemble: the mean of its members' class probabilities.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mlaasim::fl {

/// Adds members up as integers, units of 2^-46, so that neither their order nor who was left out changes a bit, and
/// leaving one out costs one subtraction.
class SoftVote {
public:
    /// `size`: probabilities that each member gives, samples x classes.
    explicit SoftVote(std::size_t size) : units_(size), broken_(size) {}
    /// The vote of all of them, of which there is at least one.
    [[nodiscard]] static SoftVote of(std::span<const std::vector<float>> members);

    /// Precondition: at most 65,536 members.
    void add(std::span<const float> member);
    /// Takes back a member that has been added.
    void subtract(std::span<const float> member);

    /// NaN where a member's output was no number.
    [[nodiscard]] std::vector<float> mean() const;
    /// The mean without this member, which has been added and isn't the only one.
    [[nodiscard]] std::vector<float> mean_without(std::span<const float> member) const;

private:
    std::vector<std::int64_t> units_;
    std::vector<std::int32_t> broken_;  ///< members whose output is no number
    std::int64_t members_ = 0;
};

}  // namespace mlaasim::fl
