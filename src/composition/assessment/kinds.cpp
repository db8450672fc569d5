// The kinds of assessments, each in the file of its name.
#include <array>

#include "composition/assessment/assessment.hpp"

namespace mlaasim::composition {

sim::Kind<AssessmentOptions> contribution_assessment();
sim::Kind<AssessmentOptions> harm_assessment();
sim::Kind<AssessmentOptions> leave_one_out_assessment();
sim::Kind<AssessmentOptions> random_halves_assessment();

std::span<const sim::Kind<AssessmentOptions>> assessment_kinds() {
    static const std::array kinds{
        contribution_assessment(),
        leave_one_out_assessment(),
        harm_assessment(),
        random_halves_assessment(),
    };
    return kinds;
}

}  // namespace mlaasim::composition
