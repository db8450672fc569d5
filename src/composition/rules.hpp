// The five composition rules: does a candidate fit the performing composition (adaptive composition, eq. 7-11)?
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "composition/rules/dum/histogram_distance.hpp"
#include "composition/rules/hqu/history_similarity.hpp"
#include "composition/rules/mum/model_distance.hpp"
#include "sim/core/parameter_layout.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::composition {

/// Which response time counts against which.
enum class SmForm { candidate_over_composition, literal };
/// On which side of the threshold a rule holds.
enum class Direction { at_most, at_least };

struct RuleOptions {
    sim::Chosen<HistogramDistance> dum_form{histogram_distance_kinds()};
    double dum_threshold = 0.5;  ///< theta_d
    sim::Chosen<ModelDistance> mum_form{model_distance_kinds()};
    Direction mum_direction = Direction::at_most;
    double mum_threshold = 0.5;  ///< theta_S
    SmForm sm_form = SmForm::candidate_over_composition;
    double sm_exponent = 1;     ///< alpha
    double sm_threshold = 1.5;  ///< theta_T
    sim::Chosen<HistorySimilarity> hqu_similarity{history_similarity_kinds()};
    double hqu_threshold = 0.8;  ///< theta_q
    double sru_threshold = 0.8;  ///< theta_r
};

[[nodiscard]] std::vector<sim::Choice> choices_of(Direction);
[[nodiscard]] std::vector<sim::Choice> choices_of(SmForm);
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

/// (t'/T)^alpha; literal: (T/t')^alpha (eq. 9). 0/0 counts as 1.
[[nodiscard]] double sm(double composition_ms, double candidate_ms, double exponent, SmForm form);

/// Similarity of the common, newest part of two quality histories (eq. 10). Absent when one is empty.
[[nodiscard]] std::optional<double> hqu(std::span<const double> composition, std::span<const double> candidate,
                                        const HistorySimilarity& similarity);

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
