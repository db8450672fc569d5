#include <algorithm>
#include <cmath>

#include "tta/integration/integration.hpp"

namespace mlaasim::tta {
namespace {

bool selected(Changes changes, const sim::ParameterBlock& block) {
    const bool affine = block.kind == sim::ParameterKind::bn_gamma || block.kind == sim::ParameterKind::bn_beta;
    switch (changes) {
        case Changes::predictions: return false;
        case Changes::statistics: return !block.trainable();
        case Changes::affine: return !block.trainable() || affine;
        case Changes::parameters: return block.trainable();
    }
    return false;
}

/// Alg. 2 of the test-time paper as printed. For each technique t, over the parameters that it changes,
///     d_t = |composition - adapted_t|,  s_t = exp(-beta d_t),  pw_c += 1 / (1 + s_t),  pw* += s_t / (1 + s_t);
/// the technique with the largest s_t is chosen, both sums are divided by their own sum, and the new composition is
/// pw_c composition + pw* adapted in what the technique changes, and the composition elsewhere.
///
/// The service's row is the one with which the average comes out as that: composition + pw* (adapted - composition) /
/// share, share = k w / W with the weights w of the service and W of the average, and the k services that are tried. It
/// comes out exactly when all k are integrated and the others' average is the composition; where j of k are, or the
/// rest stay as they are (strategy tta), the average moves by less, or begins elsewhere. pw* is at most 1/2, so the row
/// reaches up to W / (2 w k) times beyond the adapted service as seen from the composition, and its variances may be
/// negative: it is good for this average alone, not as a model.
struct Sam final : Integration {
    double beta = 1.0;

    [[nodiscard]] sim::Needs needs() const override { return {sim::Need::average}; }

    [[nodiscard]] Integrated integrate(const IntegrationInput& input) const override {
        std::size_t best = 0;
        double largest = -1.0;
        double of_composition = 0.0;
        double of_adapted = 0.0;
        for (std::size_t t = 0; t < input.adapted.size(); ++t) {
            const double similarity = std::exp(-beta * distance(input, input.adapted[t]));
            of_composition += 1.0 / (1.0 + similarity);
            of_adapted += similarity / (1.0 + similarity);
            if (similarity > largest) {
                largest = similarity;
                best = t;
            }
        }
        const double step = of_adapted / (of_composition + of_adapted) / input.share;
        Integrated result{.technique = best, .row = {input.composition.begin(), input.composition.end()}};
        for (const sim::ParameterBlock& block : input.layout.blocks()) {
            if (!selected(input.adapted[best].changes, block)) {
                continue;
            }
            for (std::size_t i = block.offset; i < block.offset + block.count; ++i) {
                const double composed = input.composition[i];
                result.row[i] = static_cast<float>(
                    composed + step * (static_cast<double>(input.adapted[best].parameters[i]) - composed));
            }
        }
        return result;
    }

private:
    static double distance(const IntegrationInput& input, const AdaptedService& adapted) {
        double squares = 0.0;
        for (const sim::ParameterBlock& block : input.layout.blocks()) {
            if (selected(adapted.changes, block)) {
                for (std::size_t i = block.offset; i < block.offset + block.count; ++i) {
                    const double apart =
                        static_cast<double>(input.composition[i]) - static_cast<double>(adapted.parameters[i]);
                    squares += apart * apart;
                }
            }
        }
        return std::sqrt(squares);
    }
};

void declare(sim::OptionVisitor& visitor, Sam& options) {
    visitor.option("beta", options.beta,
                   {.doc = "beta_s: how fast the weight falls with the distance", .range = sim::at_least(0)});
}

}  // namespace

sim::Kind<Integration> sam_integration() {
    return sim::Kind<Integration>::of<Sam>(
        "sam", "as printed (Alg. 2): composition and adapted service, weighted by their distance");
}

}  // namespace mlaasim::tta
