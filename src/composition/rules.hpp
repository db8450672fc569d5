// The five composition rules: does a candidate fit the performing composition (adaptive composition, eq. 7-11)?
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "sim/core/parameter_layout.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::composition {

enum class DumForm { normalised, literal };
enum class MumForm { relative, literal };
enum class Direction { at_most, at_least };
enum class SmForm { candidate_over_composition, literal };
enum class HquSimilarity { mean_difference, cosine };

struct RuleOptions {
    DumForm dum_form = DumForm::normalised;
    double dum_threshold = 0.5;  ///< theta_d
    MumForm mum_form = MumForm::relative;
    Direction mum_direction = Direction::at_most;
    double mum_threshold = 0.5;  ///< theta_S
    SmForm sm_form = SmForm::candidate_over_composition;
    double sm_exponent = 1;     ///< alpha
    double sm_threshold = 1.5;  ///< theta_T
    HquSimilarity hqu_similarity = HquSimilarity::mean_difference;
    double hqu_threshold = 0.8;  ///< theta_q
    double sru_threshold = 0.8;  ///< theta_r
};

[[nodiscard]] std::vector<sim::Choice> choices_of(DumForm);
[[nodiscard]] std::vector<sim::Choice> choices_of(MumForm);
[[nodiscard]] std::vector<sim::Choice> choices_of(Direction);
[[nodiscard]] std::vector<sim::Choice> choices_of(SmForm);
[[nodiscard]] std::vector<sim::Choice> choices_of(HquSimilarity);
void declare(sim::OptionVisitor& visitor, RuleOptions& options);

/// The composition that performs (the members without the underperforming ones), as the rules see it.
struct PerformingComposition {
    std::span<const float> parameters{};           ///< w_mean; empty for models without shared weights
    const sim::ParameterLayout* layout = nullptr;  ///< of the parameters
    std::span<const double> class_histogram{};
    double response_ms = 0;  ///< T
    double quality = 0;
    std::span<const double> quality_history{};
};

/// A candidate after its trial, as the rules see it.
struct CandidateEvidence {
    std::span<const float> parameters{};
    std::optional<double>
        disagreement{};  ///< share of samples predicted otherwise; MUM of models that share no weights
    std::span<const double> class_histogram{};
    double response_ms = 0;  ///< t'
    double quality = 0;
    std::span<const double> quality_history{};
    double reliability = 1;
};

/// Euclidean distance of two class histograms (eq. 7), each divided by its sum unless literal.
[[nodiscard]] double dum(std::span<const double> composition, std::span<const double> candidate, DumForm form);

/// |w - w_mean|_1 / (|w_mean|_1 + 1e-12) over the trainable blocks; literal: mean of |(w_i - w_mean_i) / w_mean_i| (eq.
/// 8), where 0/0 counts as 0.
[[nodiscard]] double mum(std::span<const float> composition, std::span<const float> candidate,
                         const sim::ParameterLayout& layout, MumForm form);

/// (t'/T)^alpha; literal: (T/t')^alpha (eq. 9). 0/0 counts as 1.
[[nodiscard]] double sm(double composition_ms, double candidate_ms, double exponent, SmForm form);

/// Similarity in [0, 1] of the common, newest part of two quality histories: 1 - mean |dq|, or their cosine (eq. 10).
/// Absent when one is empty.
[[nodiscard]] std::optional<double> hqu(std::span<const double> composition, std::span<const double> candidate,
                                        HquSimilarity similarity);

enum class Rule : std::uint8_t { dum, mum, sm, hqu, sru };
inline constexpr std::size_t rule_count = 5;

/// What a rule found. A rule that does not apply (no shared weights, no disagreement known) neither holds nor counts.
struct RuleOutcome {
    double value = 0;
    bool holds = false;
    bool applies = true;
};

/// One outcome per Rule, in the order of the enumeration.
struct RuleOutcomes {
    std::array<RuleOutcome, rule_count> outcomes{};

    [[nodiscard]] const RuleOutcome& operator[](Rule rule) const { return outcomes[static_cast<std::size_t>(rule)]; }
    [[nodiscard]] RuleOutcome& operator[](Rule rule) { return outcomes[static_cast<std::size_t>(rule)]; }
};

[[nodiscard]] RuleOutcomes apply_rules(const PerformingComposition& composition, const CandidateEvidence& candidate,
                                       const RuleOptions& options);

}  // namespace mlaasim::composition
