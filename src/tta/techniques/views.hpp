// Random views of a sample that leave its class as it is: AugMix of images, and the same mixture of changes to sensors.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sim/core/random.hpp"
#include "sim/data/dataset.hpp"

namespace mlaasim::tta {

/// A change that a chain of AugMix is made of. Values are in [0, 1], channel by channel; `scratch` is as long.
struct ViewOperation {
    void (*apply)(std::span<float> values, std::span<float> scratch, const sim::SampleShape& shape,
                  sim::RandomStream& random);
};

/// Of images: autocontrast, equalize, posterize, rotate, solarize, shear and translate along x and y, as MEMO's AugMix
/// (Zhang et al. 2022, severity 1) has them. Values are multiples of 1/255 before and after.
[[nodiscard]] std::span<const ViewOperation> image_operations();
/// Of series: jitter, scaling, rotation of the axes, warps of time and magnitude, permutation of segments, channel
/// dropout. A sensor's zero is 1/2.
[[nodiscard]] std::span<const ViewOperation> sensor_operations();

/// Draws views (Hendrycks et al. 2020). With w ~ Dirichlet(1, 1, 1) and m ~ U(0, 1), a view of x is
///     m x + (1 - m) (w_1 chain_1(x) + w_2 chain_2(x) + w_3 chain_3(x)),
/// each chain being one to three operations drawn with replacement. An image is first cut at random from itself with
/// four pixels of background around, and mirrored with odds of 1/2 if `mirror`.
class Views {
public:
    /// Values v in [0, 1] are (v - mean) / deviation in samples and views.
    Views(const sim::SampleShape& shape, float mean, float deviation, bool mirror);

    /// What the next views are of. It has the size of the shape, as have views.
    void take(std::span<const float> sample);
    void draw(std::span<float> view, sim::RandomStream& random);
    /// One view of one sample.
    void draw(std::span<const float> sample, std::span<float> view, sim::RandomStream& random);

private:
    void cut_and_mirror(sim::RandomStream& random);

    sim::SampleShape shape_;
    float mean_;
    float deviation_;
    bool mirror_;
    std::vector<float> sample_;
    std::vector<float> values_;
    std::vector<float> chain_;
    std::vector<float> scratch_;
};

}  // namespace mlaasim::tta
