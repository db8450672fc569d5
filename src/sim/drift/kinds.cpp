// The kinds of drift: corruptions, each in src/sim/corruption/ in the file of its name, and changes of labels.
#include <array>

#include "sim/drift/effect.hpp"

namespace mlaasim::sim {

Kind<Corruption> rotation_corruption();
Kind<Corruption> contrast_corruption();
Kind<Corruption> brightness_corruption();
Kind<Corruption> noise_corruption();
Kind<DriftEffect> label_swap_drift();

namespace {

/// The drift that corrupts samples, with the options of the corruption.
template <Kind<Corruption> (*KindOfCorruption)()>
struct Corrupting final : DriftEffect {
    Chosen<Corruption> corruption{KindOfCorruption()};

    [[nodiscard]] double strength() const override { return corruption->strength(); }
    [[nodiscard]] Needs needs() const override { return corruption->needs(); }
    [[nodiscard]] DriftChange change() const override { return &*corruption; }
};

template <Kind<Corruption> (*KindOfCorruption)()>
void declare(OptionVisitor& visitor, Corrupting<KindOfCorruption>& options) {
    options.corruption.declare_options(visitor);
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
        label_swap_drift(),
    };
    return kinds;
}

}  // namespace mlaasim::sim
