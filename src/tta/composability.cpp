#include "tta/composability.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include "sim/core/error.hpp"

namespace mlaasim::tta {

namespace {

using sim::ParameterBlock;
using sim::ParameterKind;
using sim::ParameterLayout;

struct Moments {
    double aa = 0;
    double bb = 0;
    double ab = 0;
};

void accumulate(Moments& m, std::span<const float> a, std::span<const float> b) {
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double x = a[i];
        const double y = b[i];
        m.aa += x * x;
        m.bb += y * y;
        m.ab += x * y;
    }
}

/// Cosine in [-1, 1]; absent when both vectors are 0, 0 when one is.
std::optional<double> cosine(const Moments& m) {
    if (m.aa == 0 && m.bb == 0) {
        return std::nullopt;
    }
    if (m.aa == 0 || m.bb == 0) {
        return 0.0;
    }
    return std::clamp(m.ab / std::sqrt(m.aa * m.bb), -1.0, 1.0);
}

/// As printed: epsilon in the denominator, so 0 when a vector is.
double literal_cosine(const Moments& m, double epsilon) { return m.ab / (std::sqrt(m.aa * m.bb) + epsilon); }

/// Blocks by layer number, ascending.
std::map<std::uint32_t, std::vector<const ParameterBlock*>> by_layer(const ParameterLayout& layout,
                                                                     bool (*wanted)(ParameterKind)) {
    std::map<std::uint32_t, std::vector<const ParameterBlock*>> layers;
    for (const ParameterBlock& block : layout.blocks()) {
        if (wanted(block.kind)) {
            layers[block.layer].push_back(&block);
        }
    }
    return layers;
}

bool is_trainable(ParameterKind kind) { return kind != ParameterKind::bn_mean && kind != ParameterKind::bn_variance; }
bool is_bn_affine(ParameterKind kind) { return kind == ParameterKind::bn_gamma || kind == ParameterKind::bn_beta; }
bool is_bn_statistic(ParameterKind kind) {
    return kind == ParameterKind::bn_mean || kind == ParameterKind::bn_variance;
}

double weight_of(const std::vector<const ParameterBlock*>& blocks, LayerWeights kind) {
    if (kind == LayerWeights::equal) {
        return 1;
    }
    double parameters = 0;
    for (const ParameterBlock* block : blocks) {
        parameters += static_cast<double>(block->count);
    }
    return parameters;
}

/// Mean with weights that sum to 1 over what was added; absent when nothing was.
class WeightedMean {
public:
    void add(double weight, double value) {
        weights_ += weight;
        sum_ += weight * value;
    }
    [[nodiscard]] std::optional<double> value() const {
        return weights_ > 0 ? std::optional{sum_ / weights_} : std::nullopt;
    }

private:
    double weights_ = 0;
    double sum_ = 0;
};

bool has_updates(const ComposabilityInput& input, const ParameterLayout& layout) {
    if (input.adapted_update.empty() || input.composition_update.empty()) {
        return false;
    }
    sim::expects(input.adapted_update.size() == layout.size() && input.composition_update.size() == layout.size(),
                 "updates of the given layout");
    return true;
}

Moments update_moments(const ComposabilityInput& input, const ParameterLayout& layout, const ParameterBlock& block) {
    Moments m;
    accumulate(m, layout.view(input.adapted_update, block), layout.view(input.composition_update, block));
    return m;
}

double distance(std::span<const float> a, std::span<const float> b) {
    double squares = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double d = static_cast<double>(a[i]) - static_cast<double>(b[i]);
        squares += d * d;
    }
    return std::sqrt(squares);
}

void expect_models(const ComposabilityInput& input, const ParameterLayout& layout) {
    sim::expects(input.adapted.size() == layout.size() && input.composition.size() == layout.size(),
                 "models of the given layout");
}

}  // namespace

std::optional<double> wdm(const ComposabilityInput& input, const ParameterLayout& layout,
                          const ComposabilityOptions& options) {
    expect_models(input, layout);
    Moments m;
    for (const ParameterBlock& block : layout.blocks()) {
        if (block.trainable()) {
            accumulate(m, layout.view(input.adapted, block), layout.view(input.composition, block));
        }
    }
    const double cos =
        options.form == ComposabilityForm::literal ? m.ab / std::sqrt(m.aa * m.bb) : cosine(m).value_or(1.0);
    return std::exp(-(1 - cos));
}

std::optional<double> ucs(const ComposabilityInput& input, const ParameterLayout& layout,
                          const ComposabilityOptions& options) {
    if (!has_updates(input, layout)) {
        return std::nullopt;
    }
    WeightedMean mean;
    for (const auto& [layer, blocks] : by_layer(layout, is_trainable)) {
        Moments m;
        for (const ParameterBlock* block : blocks) {
            accumulate(m, layout.view(input.adapted_update, *block), layout.view(input.composition_update, *block));
        }
        const double weight = weight_of(blocks, options.layer_weights);
        if (options.form == ComposabilityForm::literal) {
            mean.add(weight, literal_cosine(m, options.epsilon));
        } else if (const auto cos = cosine(m)) {
            mean.add(weight, (1 + *cos) / 2);
        }
    }
    return mean.value();
}

std::optional<double> bnuas(const ComposabilityInput& input, const ParameterLayout& layout,
                            const ComposabilityOptions& options) {
    if (!has_updates(input, layout)) {
        return std::nullopt;
    }
    WeightedMean mean;
    for (const auto& [layer, blocks] : by_layer(layout, is_bn_affine)) {
        const double weight = weight_of(blocks, options.layer_weights);
        double literal_sum = 0;
        WeightedMean cosines;
        for (const ParameterBlock* block : blocks) {
            const Moments m = update_moments(input, layout, *block);
            literal_sum += literal_cosine(m, options.epsilon);
            if (const auto cos = cosine(m)) {
                cosines.add(1, *cos);
            }
        }
        if (options.form == ComposabilityForm::literal) {
            mean.add(weight, literal_sum);
        } else if (const auto cos = cosines.value()) {
            mean.add(weight, (1 + *cos) / 2);
        }
    }
    return mean.value();
}

std::optional<double> bndas(const ComposabilityInput& input, const ParameterLayout& layout,
                            const ComposabilityOptions& options) {
    expect_models(input, layout);
    const bool literal = options.form == ComposabilityForm::literal;
    WeightedMean mean;
    for (const auto& [layer, blocks] : by_layer(layout, is_bn_statistic)) {
        double sum = 0;
        for (const ParameterBlock* block : blocks) {
            const auto channels = static_cast<double>(block->count);
            sum += distance(layout.view(input.adapted, *block), layout.view(input.composition, *block)) /
                   (literal ? 1 : std::sqrt(channels));
        }
        mean.add(1, sum / 2);
    }
    const auto d = mean.value();
    return d ? std::optional{std::exp(-*d / options.tau)} : std::nullopt;
}

std::optional<double> pdam(const ComposabilityInput& input, const ComposabilityOptions& options) {
    if (input.adapted_probabilities.empty()) {
        return std::nullopt;
    }
    sim::expects(input.classes > 0 && input.adapted_probabilities.size() % input.classes == 0 &&
                     input.adapted_probabilities.size() == input.composition_probabilities.size(),
                 "both predictions over the same samples and classes");
    const std::size_t samples = input.adapted_probabilities.size() / input.classes;
    double sum = 0;
    for (std::size_t i = 0; i < samples; ++i) {
        sum += options.pdam->between(input.adapted_probabilities.subspan(i * input.classes, input.classes),
                                     input.composition_probabilities.subspan(i * input.classes, input.classes));
    }
    return std::clamp(1 - sum / static_cast<double>(samples), 0.0, 1.0);
}

double composable_probability(const Composability& scores, std::span<const double> logistic) {
    sim::expects(logistic.size() == 6, "an intercept and a weight for each score");
    const std::array values{scores.wdm, scores.ucs, scores.bnuas, scores.bndas, scores.pdam};
    double sum = logistic[0];
    for (std::size_t i = 0; i < values.size(); ++i) {
        sum += logistic[i + 1] * values[i].value_or(0.0);
    }
    return 1.0 / (1.0 + std::exp(-sum));
}

Composability composability(const ComposabilityInput& input, const ParameterLayout& layout,
                            const ComposabilityOptions& options) {
    Composability result{.wdm = wdm(input, layout, options),
                         .ucs = ucs(input, layout, options),
                         .bnuas = bnuas(input, layout, options),
                         .bndas = bndas(input, layout, options),
                         .pdam = pdam(input, options)};
    double sum = 0;
    double present = 0;
    for (auto* score : {&result.wdm, &result.ucs, &result.bnuas, &result.bndas, &result.pdam}) {
        if (*score) {
            *score = std::isfinite(**score) ? **score : 0.0;
            sum += **score;
            present += 1;
        }
    }
    if (options.form == ComposabilityForm::literal) {
        present = 5;
    }
    result.score = present > 0 ? sum / present : 0;
    result.composable = options.logistic.empty() ? result.score >= options.threshold
                                                 : composable_probability(result, options.logistic) >= 0.5;
    return result;
}

}  // namespace mlaasim::tta
