#include "composition/healing/relaxation.hpp"

#include <algorithm>
#include <cmath>

#include "sim/core/error.hpp"
#include "sim/options/option_value.hpp"

namespace mlaasim::composition {

std::string relaxation_for_all(const Convicted& convicted, double tolerance) {
    sim::expects(convicted.all(), "every member is convicted");
    const double least = std::ranges::min(convicted.harms);
    if (!(least > tolerance)) {
        return "all members harm by the proof of earlier rounds, not all by this one's: raise "
               "assessment.false_alarm_rounds";
    }
    return "all members harm: raise assessment.tolerance above " + sim::number_text(std::ceil(least * 1e4) / 1e4) +
           ", the least mean harm";
}

std::string relaxation_without_substitute(const NoSubstitute& found) {
    const std::string nobody = "no candidate is proven to gain";
    if (found.fewest_members > 2) {
        return (found.why.empty() ? nobody : found.why) + "; lower adaptation.strategy.fewest_members below " +
               std::to_string(found.fewest);
    }
    if (!found.why.empty()) {
        return found.why;
    }
    const std::string labels = "adaptation.evidence.labels above " + std::to_string(found.labels);
    return static_cast<std::int64_t>(found.tried) < found.candidates
               ? nobody + ", and nobody else may be tried now: raise " + labels
               : nobody + ": raise adaptation.strategy.candidates above " + std::to_string(found.candidates) + " or " +
                     labels;
}

}  // namespace mlaasim::composition
