// Streams that have drifted alike, and a model with the statistics of all of them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/core/aligned.hpp"
#include "sim/drift/sample_block.hpp"
#include "tta/class_mixes.hpp"
#include "tta/serving/serving.hpp"

namespace mlaasim::tta {

/// By stream: the first one that it has drifted alike with, which may be itself. Two have drifted alike when the
/// cosine between their drifts is above .7. A stream is compared with the first of each group alone, in
/// the order of the streams, and with 64 groups at most: those that have drifted most clearly should come first.
[[nodiscard]] std::vector<std::size_t> drifted_alike(std::span<const std::vector<double>> drifts);

/// Of samples under the composition itself. Preconditions: it has batch norm, and there are samples.
[[nodiscard]] fl::BatchNormMoments moments_of(const ServedComposition& composition, const sim::SampleBlock& samples);

/// A composition whose batch norm has the statistics of drifted samples, without their labels, and for whom it is.
class SharedStatistics {
public:
    /// Of m samples. With a = m / (m + 64), layer by layer from the front,
    ///     mean = (1 - a) mean_W + a mean_s,  variance = (1 - a) var_W + a var_s + a (1 - a) (mean_W - mean_s)^2.
    /// The samples' classes may be mixed in another way than the reference's. That moves mean_s and var_s, too. They
    /// are corrected for it (fl::ClassMixCorrection):
    /// - `known` is the mix, in the order of ClassMixes::classes(). It is used if its total variation from
    ///   ClassMixes::mix_of_moved is at most .6, and the mean entropy of the predictions with the correction at most
    ///   1.1 of that without.
    /// - If `known` is empty, ClassMixes::mix_of_moved is used if that entropy is at most .8 of that without.
    /// - Else nothing is corrected.
    /// Nothing when a number of it is not finite, or beyond fl::divergence_bound of the composition. Preconditions: the
    /// composition has batch norm, class mixes and a reference, and predicts with other models; there are samples.
    [[nodiscard]] static std::optional<SharedStatistics> fit(const ServedComposition& composition,
                                                             const sim::SampleBlock& samples,
                                                             std::span<const double> known);

    [[nodiscard]] std::span<const float> parameters() const { return parameters_; }
    [[nodiscard]] MixCorrection mix_correction() const { return mix_correction_; }
    /// 1 = the sample is for this model, 0 = for the composition. They are looked at in batches of 32, in their order;
    /// the last batch has the rest, too. A batch is for this model when the drift explains at least half of the squared
    /// length of its own. So a stream that has gone back, or elsewhere, is not served by it.
    [[nodiscard]] std::vector<std::uint8_t> drifted(const ServedComposition& composition,
                                                    const sim::SampleBlock& samples) const;

private:
    sim::AlignedVector<float> parameters_{};
    std::vector<double> drift_{};
    MixCorrection mix_correction_ = MixCorrection::none;
};

}  // namespace mlaasim::tta
