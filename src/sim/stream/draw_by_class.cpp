#include "sim/stream/draw_by_class.hpp"

#include <algorithm>
#include <vector>

#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

/// The samples that are left, by class.
class LeftSamples {
public:
    LeftSamples(std::span<const std::uint32_t> samples, std::span<const std::uint8_t> labels,
                std::span<const double> mix)
        : mix_{mix}, by_class_(mix.size()), left_{samples.size()} {
        for (const std::uint32_t sample : samples) {
            expects(labels[sample] < mix.size(), "labels are below the number of classes");
            by_class_[labels[sample]].push_back(sample);
        }
    }

    std::uint32_t draw(RandomStream& random) {
        const std::size_t drawn = draw_class(random);
        std::vector<std::uint32_t>& its = by_class_[drawn];
        std::swap(its[random.below(static_cast<std::uint32_t>(its.size()))], its.back());
        const std::uint32_t sample = its.back();
        its.pop_back();
        --left_;
        return sample;
    }

    void copy_to(std::span<std::uint32_t> samples) const {
        auto next = samples.begin();
        for (const auto& its : by_class_) {
            next = std::ranges::copy(its, next).out;
        }
    }

private:
    std::size_t draw_class(RandomStream& random) const {
        double sum = 0.0;
        for (std::size_t label = 0; label < mix_.size(); ++label) {
            sum += by_class_[label].empty() ? 0.0 : mix_[label];
        }
        if (!(sum > 0.0)) {
            return class_at(random.below(static_cast<std::uint32_t>(left_)));
        }
        const double at = random.uniform() * sum;
        double below = 0.0;
        std::size_t last = 0;  // of the classes that have a share; the sum's rounding must not lead beyond it
        for (std::size_t label = 0; label < mix_.size(); ++label) {
            if (!by_class_[label].empty() && mix_[label] > 0.0) {
                last = label;
                below += mix_[label];
                if (at < below) {
                    break;
                }
            }
        }
        return last;
    }

    /// The class of the sample of this number among those that are left.
    [[nodiscard]] std::size_t class_at(std::size_t number) const {
        std::size_t label = 0;
        while (number >= by_class_[label].size()) {
            number -= by_class_[label].size();
            ++label;
        }
        return label;
    }

    std::span<const double> mix_;
    std::vector<std::vector<std::uint32_t>> by_class_;
    std::size_t left_;
};

}  // namespace

void draw_by_class(std::span<std::uint32_t> samples, std::size_t count, std::span<const std::uint8_t> labels,
                   std::span<const double> mix, RandomStream random) {
    expects(count <= samples.size(), "no more samples are drawn than there are");
    LeftSamples left{samples, labels, mix};
    for (std::uint32_t& sample : samples.first(count)) {
        sample = left.draw(random);
    }
    left.copy_to(samples.subspan(count));
}

}  // namespace mlaasim::sim
