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
template <Kind<Corruption> (*kind_of_corruption)()>
struct Corrupting final : DriftEffect {
    Chosen<Corruption> corruption{kind_of_corruption()};

    [[nodiscard]] double strength() const override { return corruption->strength(); }
    [[nodiscard]] Needs needs() const override { return corruption->needs(); }
    [[nodiscard]] DriftChange change() const override { return &*corruption; }
};

template <Kind<Corruption> (*kind_of_corruption)()>
void declare(OptionVisitor& visitor, Corrupting<kind_of_corruption>& options) {
    options.corruption.declare_options(visitor);
}

template <Kind<Corruption> (*kind_of_corruption)()>
Kind<DriftEffect> corrupting() {
    const Kind<Corruption> kind = kind_of_corruption();
    return Kind<DriftEffect>::of<Corrupting<kind_of_corruption>>(kind.word, kind.doc);
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
