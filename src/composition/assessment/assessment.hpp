// Which members of a composition underperform, and how that is found out.
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

#include "composition/archive.hpp"
#include "composition/assessment/distance/distance.hpp"
#include "composition/laboratory.hpp"
#include "composition/marketplace.hpp"
#include "composition/membership.hpp"
#include "sim/core/ids.hpp"
#include "sim/options/need.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::composition {

class RoundLog;

/// What an assessment says of one member. What it does not measure is NaN.
struct MemberAssessment {
    static constexpr double not_measured = std::numeric_limits<double>::quiet_NaN();

    sim::ServiceId service;
    double qos_without = not_measured;
    double qos_contribution = not_measured;
    double distance = not_measured;
    double functional_contribution = not_measured;
    double score = 0;
    bool underperforming = false;
};

struct Assessment {
    double qos = 0;                                 ///< Q(M_c)
    double tolerance = 0;                           ///< harm that is none, where the kind proves harm
    double threshold = 0;                           ///< a score below it underperforms
    std::vector<MemberAssessment> members{};        ///< in the order in which they were given
    std::vector<sim::ServiceId> underperforming{};  ///< worst first, ties by id
};

/// Flags the members whose score is below the threshold, worst first, ties by id; at most `max_flagged` of them, or all
/// when it is 0.
void flag_below_threshold(Assessment& assessment, std::int64_t max_flagged);

/// The option max_flagged, which every kind has that flags below a threshold.
void declare_max_flagged(sim::OptionVisitor& visitor, std::int64_t& max_flagged);

/// Assesses the members of a composition, round by round.
class Assessor {
public:
    virtual ~Assessor() = default;

    /// Of the members that were trained, at least two. What it finds goes to the log, too.
    [[nodiscard]] virtual Assessment assess(const Membership& membership, const Marketplace& market,
                                            Laboratory& laboratory, RoundLog& log) = 0;
    /// All that must be known in later rounds.
    virtual void archive(Archive& archive) = 0;
};

/// The options of a kind of assessment, and what follows from them.
struct AssessmentOptions {
    virtual ~AssessmentOptions() = default;

    /// Throws InputError, with the path of an option, when the options can't give a score.
    virtual void check() const {}
    /// The assessor that the options ask for, with nothing learnt yet.
    [[nodiscard]] virtual std::unique_ptr<Assessor> make() const = 0;

    /// Whether it asks the laboratory to leave members out.
    [[nodiscard]] virtual bool leaves_one_out() const { return false; }
    /// Whether it asks the laboratory to compare losses sample by sample, with each member and without it.
    [[nodiscard]] virtual bool compares_losses() const { return false; }
    /// How many pairs of random halves of the composition it asks the laboratory to compare; 0 when it does not ask.
    [[nodiscard]] virtual std::int64_t pairs_of_halves() const { return 0; }
    /// Whether it flags only members that labelled samples prove to harm.
    [[nodiscard]] virtual bool proves_harm() const { return false; }
    /// By which distance it asks the laboratory to compare updates; null when it does not ask.
    [[nodiscard]] virtual const UpdateDistance* update_distance() const { return nullptr; }
    /// What the scenario must have in rounds that assess.
    [[nodiscard]] virtual sim::Needs needs() const { return {}; }
};

/// The kinds of assessments; the first is the default.
[[nodiscard]] std::span<const sim::Kind<AssessmentOptions>> assessment_kinds();

}  // namespace mlaasim::composition
