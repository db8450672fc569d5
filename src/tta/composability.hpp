// Does a service adapted at test time still fit the composition? Five scores and their mean (test-time, eq. 4-10, Alg.
// 1).
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/core/parameter_layout.hpp"
#include "sim/options/options.hpp"
#include "tta/prediction_distance/prediction_distance.hpp"

namespace mlaasim::tta {

enum class ComposabilityForm {
    normalised,  ///< every score in [0, 1], absent ones left out of the mean (default)
    literal,  ///< as printed: UCS in [-1, 1], BNUAS in [-2, 2], BNDAS falls with the channels, absent ones count as 0
};

enum class LayerWeights {
    equal,
    parameters,  ///< in proportion to the parameters of the layer
};

struct ComposabilityOptions {
    ComposabilityForm form = ComposabilityForm::normalised;
    sim::Chosen<PredictionDistance> pdam{prediction_distance_kinds()};
    LayerWeights layer_weights = LayerWeights::equal;
    double threshold = 0.7;  ///< composable from this score on, where there is no logistic regression
    /// Intercept and weights of the five scores; empty = the threshold decides.
    std::vector<double> logistic{};
    std::string calibration{};  ///< file to take threshold and logistic from
    double tau = 1;             ///< sensitivity of BNDAS
    double epsilon = 1e-12;     ///< in the denominators of the cosines
};

[[nodiscard]] std::vector<sim::Choice> choices_of(ComposabilityForm);
[[nodiscard]] std::vector<sim::Choice> choices_of(LayerWeights);
void declare(sim::OptionVisitor& visitor, ComposabilityOptions& options);

/// What is compared; all flat arrays follow one ParameterLayout.
struct ComposabilityInput {
    std::span<const float> adapted;      ///< W*, the adapted service
    std::span<const float> composition;  ///< W_c^p, the performing composition
    /// Gradient-based updates made by adapting the service and the composition on the same batch; empty when the
    /// technique has no gradients (UCS and BNUAS are then absent).
    std::span<const float> adapted_update{};
    std::span<const float> composition_update{};
    /// Class probabilities on the same samples, samples x classes; empty: PDAM is absent.
    std::span<const float> adapted_probabilities{};
    std::span<const float> composition_probabilities{};
    std::size_t classes = 0;
};

struct Composability {
    std::optional<double> wdm, ucs, bnuas, bndas, pdam;
    double score = 0;
    bool composable = false;
};

/// exp(-(1 - cos)) over the trainable blocks.
[[nodiscard]] std::optional<double> wdm(const ComposabilityInput& input, const sim::ParameterLayout& layout,
                                        const ComposabilityOptions& options);
/// Weighted mean over the layers of (1 + cos)/2 of the updates; a layer that neither model updated is left out.
[[nodiscard]] std::optional<double> ucs(const ComposabilityInput& input, const sim::ParameterLayout& layout,
                                        const ComposabilityOptions& options);
/// The same over the BN layers, cos = mean of the cosines of gamma and beta.
[[nodiscard]] std::optional<double> bnuas(const ComposabilityInput& input, const sim::ParameterLayout& layout,
                                          const ComposabilityOptions& options);
/// exp(-D/tau), D = mean over the BN layers of (|dmu|_2 + |dvar|_2) / (2 sqrt(channels)).
[[nodiscard]] std::optional<double> bndas(const ComposabilityInput& input, const sim::ParameterLayout& layout,
                                          const ComposabilityOptions& options);
/// 1 - mean distance of the predicted distributions, sample by sample, clamped to [0, 1].
[[nodiscard]] std::optional<double> pdam(const ComposabilityInput& input, const ComposabilityOptions& options);

/// Of the logistic regression: 1 / (1 + exp(-(intercept + sum of weight x score))); scores that are absent count as 0.
[[nodiscard]] double composable_probability(const Composability& scores, std::span<const double> logistic);

/// All five and their mean. A score that is not finite (a diverged adaptation) counts as 0.
[[nodiscard]] Composability composability(const ComposabilityInput& input, const sim::ParameterLayout& layout,
                                          const ComposabilityOptions& options);

}  // namespace mlaasim::tta
