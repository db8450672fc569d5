// Finds members that harm the composition, on paired losses of labelled samples: a sequential test.
#pragma once

#include <map>
#include <span>
#include <vector>

#include "composition/archive.hpp"
#include "sim/core/ids.hpp"

namespace mlaasim::composition {

struct HarmOptions {
    double tolerance = 0.002;         ///< delta: harm up to this is no harm
    double false_alarm_rounds = 200;  ///< A: rounds to the first false flag, on average at least
};

/// Shiryaev-Roberts over e-values of scaled bets. For member i, sample s of round t and Brier loss b in [0, 2],
///
///     h_is = (b_s(C) - b_s(C \ i)) / 2 in [-1, 1]         how much better the composition would be without i
///     H0:   E h_i <= delta
///     L_it = mean over lambda in {.1, .3, .6, .9}/(B + delta) of prod_s max(.02, 1 + lambda (min(h_is, B) - delta))
///     R_it = (1 + R_i,t-1) L_it,  R_i0 = 0;   i harms when R_it > n A, for n members
///
/// so that the mean number of rounds to a first false flag is at least A, whatever n (E-detectors: Shin, Ramdas,
/// Rinaldo 2022). B is 1.5 times the 99.9 % quantile of |h|, a moving average over earlier rounds: the first round only
/// learns it. Without that scale the bets are far too small, because h is seldom beyond a few hundredths.
class HarmDetector {
public:
    explicit HarmDetector(const HarmOptions& options) : options_{options} {}

    /// Members that are not among these are forgotten; one that comes back begins anew.
    void keep_only(std::span<const sim::ServiceId> members);
    /// A round's evidence: `harms[i]` holds h of every sample, in order, for the i-th of `assessed`. Returns ln(1 + R)
    /// of each.
    std::vector<double> observe(std::span<const sim::ServiceId> assessed, std::span<const std::vector<double>> harms);
    /// ln(1 + R) beyond which one of n members harms.
    [[nodiscard]] double threshold(std::size_t members) const;

    void archive(Archive& archive);

private:
    [[nodiscard]] double log_likelihood(std::span<const double> harm) const;

    HarmOptions options_;
    double bound_ = 0;                        ///< B; 0 before the first round with a difference
    std::map<sim::ServiceId, double> log_r_;  ///< ln(1 + R)
};

}  // namespace mlaasim::composition
