// The kinds of drift: corruptions, each in src/sim/corruption/ in the file of its name, and changes of labels.
#include <array>

#include "sim/drift/effect.hpp"

namespace mlaasim::sim {

Kind<Corruption> rotation_corruption();
Kind<Corruption> contrast_corruption();
Kind<Corruption> brightness_corruption();
Kind<Corruption> noise_corruption();
Kind<Corruption> shear_corruption();
Kind<Corruption> scale_corruption();
Kind<Corruption> translate_corruption();
Kind<Corruption> glass_blur_corruption();
Kind<Corruption> motion_blur_corruption();
Kind<Corruption> fog_corruption();
Kind<Corruption> spatter_corruption();
Kind<Corruption> stripe_corruption();
Kind<Corruption> dotted_line_corruption();
Kind<Corruption> zigzag_corruption();
Kind<Corruption> canny_edges_corruption();
Kind<Corruption> shot_noise_corruption();
Kind<Corruption> impulse_noise_corruption();
Kind<Corruption> gain_corruption();
Kind<Corruption> bias_corruption();
Kind<Corruption> axis_rotation_corruption();
Kind<Corruption> missing_channel_corruption();
Kind<Corruption> saturation_corruption();
Kind<Corruption> time_warp_corruption();
Kind<DriftEffect> label_swap_drift();

namespace {

/// The drift that corrupts samples, with the options of the corruption.
template <Kind<Corruption> (*KindOfCorruption)()>
struct Corrupting final : DriftEffect {
    Chosen<Corruption> corruption{KindOfCorruption()};
    double share_of_samples = 1.0;

    [[nodiscard]] double strength() const override { return corruption->strength(); }
    [[nodiscard]] Needs needs() const override { return corruption->needs(); }
    [[nodiscard]] double sample_share() const override { return share_of_samples; }
    [[nodiscard]] DriftChange change() const override { return &*corruption; }
};

template <Kind<Corruption> (*KindOfCorruption)()>
void declare(OptionVisitor& visitor, Corrupting<KindOfCorruption>& options) {
    options.corruption.declare_options(visitor);
    visitor.option("sample_share", options.share_of_samples,
                   {.doc = "Share of the samples that it meets; which ones is drawn once for each sample and entry",
                    .range = between(0, 1)});
}

template <Kind<Corruption> (*KindOfCorruption)()>
Kind<DriftEffect> corrupting() {
    const Kind<Corruption> kind = KindOfCorruption();
    return Kind<DriftEffect>::of<Corrupting<KindOfCorruption>>(kind.word, kind.doc);
}

}  // namespace

std::span<const Kind<DriftEffect>> drift_kinds() {
    static const std::array kinds{
        corrupting<rotation_corruption>(),
        corrupting<contrast_corruption>(),
        corrupting<brightness_corruption>(),
        corrupting<noise_corruption>(),
        corrupting<shear_corruption>(),
        corrupting<scale_corruption>(),
        corrupting<translate_corruption>(),
        corrupting<glass_blur_corruption>(),
        corrupting<motion_blur_corruption>(),
        corrupting<fog_corruption>(),
        corrupting<spatter_corruption>(),
        corrupting<stripe_corruption>(),
        corrupting<dotted_line_corruption>(),
        corrupting<zigzag_corruption>(),
        corrupting<canny_edges_corruption>(),
        corrupting<shot_noise_corruption>(),
        corrupting<impulse_noise_corruption>(),
        corrupting<gain_corruption>(),
        corrupting<bias_corruption>(),
        corrupting<axis_rotation_corruption>(),
        corrupting<missing_channel_corruption>(),
        corrupting<saturation_corruption>(),
        corrupting<time_warp_corruption>(),
        label_swap_drift(),
    };
    return kinds;
}

}  // namespace mlaasim::sim
