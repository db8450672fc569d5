#include "composition/rules.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "composition/lane_sums.hpp"
#include "sim/core/clones.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::composition {

namespace {

constexpr double tiny = 1e-12;

double sum_of(std::span<const double> values) { return std::accumulate(values.begin(), values.end(), 0.0); }

bool within(double value, double threshold, Direction direction) {
    return direction == Direction::at_most ? value <= threshold : value >= threshold;
}

/// Adds |w - mean| and |mean|.
MLAASIM_CLONES void add_differences(Sums& difference, Sums& reference, const float* w, const float* mean,
                                    std::size_t size) {
    add_terms(std::array{&difference, &reference}, size, [=](std::size_t i, std::size_t lane, auto& sums) {
        const auto m = static_cast<double>(mean[i]);
        sums[0].of[lane] += std::abs(static_cast<double>(w[i]) - m);
        sums[1].of[lane] += std::abs(m);
    });
}

/// Adds |(w - mean) / mean|, with 0/0 = 0.
MLAASIM_CLONES void add_relative_changes(Sums& change, const float* w, const float* mean, std::size_t size) {
    add_terms(std::array{&change}, size, [=](std::size_t i, std::size_t lane, auto& sums) {
        const auto m = static_cast<double>(mean[i]);
        const double d = static_cast<double>(w[i]) - m;
        sums[0].of[lane] += d == 0.0 ? 0.0 : std::abs(d / m);
    });
}

RuleOutcome model_rule(const PerformingComposition& composition, const CandidateEvidence& candidate,
                       const RuleOptions& options) {
    RuleOutcome outcome;
    if (!candidate.parameters.empty() && !composition.parameters.empty()) {
        sim::expects(composition.layout != nullptr, "parameters come with their layout");
        outcome.value = mum(composition.parameters, candidate.parameters, *composition.layout, options.mum_form);
    } else if (candidate.disagreement) {
        outcome.value = *candidate.disagreement;
    } else {
        return {.value = 0, .holds = false, .applies = false};
    }
    outcome.holds = within(outcome.value, options.mum_threshold, options.mum_direction);
    return outcome;
}

}  // namespace

double dum(std::span<const double> composition, std::span<const double> candidate, DumForm form) {
    sim::expects(composition.size() == candidate.size(), "histograms over the same classes");
    const bool raw = form == DumForm::literal;
    const double total_p = sum_of(composition);
    const double total_q = sum_of(candidate);
    const double scale_p = raw ? 1 : total_p > 0 ? 1 / total_p : 0;
    const double scale_q = raw ? 1 : total_q > 0 ? 1 / total_q : 0;
    double squares = 0;
    for (std::size_t c = 0; c < composition.size(); ++c) {
        const double d = composition[c] * scale_p - candidate[c] * scale_q;
        squares += d * d;
    }
    return std::sqrt(squares);
}

double mum(std::span<const float> composition, std::span<const float> candidate, const sim::ParameterLayout& layout,
           MumForm form) {
    sim::expects(composition.size() == layout.size() && candidate.size() == layout.size(),
                 "models of the given layout");
    Sums difference;
    Sums reference;
    double count = 0;
    for (const sim::ParameterBlock& block : layout.blocks()) {
        if (!block.trainable()) {
            continue;
        }
        const float* const mean = composition.data() + block.offset;
        const float* const w = candidate.data() + block.offset;
        if (form == MumForm::literal) {
            add_relative_changes(difference, w, mean, block.count);
        } else {
            add_differences(difference, reference, w, mean, block.count);
        }
        count += static_cast<double>(block.count);
    }
    if (form == MumForm::literal) {
        return count > 0 ? difference.total() / count : 0;
    }
    return difference.total() / (reference.total() + tiny);
}

double sm(double composition_ms, double candidate_ms, double exponent, SmForm form) {
    sim::expects(composition_ms >= 0 && candidate_ms >= 0, "a response time is not negative");
    const double up = form == SmForm::literal ? composition_ms : candidate_ms;
    const double down = form == SmForm::literal ? candidate_ms : composition_ms;
    return up == down ? 1.0 : std::pow(up / down, exponent);
}

std::optional<double> hqu(std::span<const double> composition, std::span<const double> candidate,
                          HquSimilarity similarity) {
    const std::size_t n = std::min(composition.size(), candidate.size());
    if (n == 0) {
        return std::nullopt;
    }
    const auto p = composition.last(n);
    const auto q = candidate.last(n);
    double difference = 0, pq = 0, pp = 0, qq = 0;
    for (std::size_t i = 0; i < n; ++i) {
        difference += std::abs(p[i] - q[i]);
        pq += p[i] * q[i];
        pp += p[i] * p[i];
        qq += q[i] * q[i];
    }
    if (similarity == HquSimilarity::mean_difference) {
        return 1 - difference / static_cast<double>(n);
    }
    if (pp == 0 || qq == 0) {
        return pp == qq ? 1.0 : 0.0;
    }
    return pq / (std::sqrt(pp) * std::sqrt(qq));
}

RuleOutcomes apply_rules(const PerformingComposition& composition, const CandidateEvidence& candidate,
                         const RuleOptions& options) {
    RuleOutcomes rules;
    const double data = dum(composition.class_histogram, candidate.class_histogram, options.dum_form);
    rules[Rule::dum] = {.value = data, .holds = data < options.dum_threshold};
    rules[Rule::mum] = model_rule(composition, candidate, options);
    const double time = sm(composition.response_ms, candidate.response_ms, options.sm_exponent, options.sm_form);
    rules[Rule::sm] = {.value = time, .holds = time < options.sm_threshold};
    // Without a common history the advertised qualities are all there is.
    const double quality = hqu(composition.quality_history, candidate.quality_history, options.hqu_similarity)
                               .value_or(1 - std::abs(composition.quality - candidate.quality));
    rules[Rule::hqu] = {.value = quality, .holds = quality >= options.hqu_threshold};
    rules[Rule::sru] = {.value = candidate.reliability, .holds = candidate.reliability >= options.sru_threshold};
    return rules;
}

}  // namespace mlaasim::composition
