// The kinds of techniques, each in the file of its name.
#include <array>

#include "tta/techniques/technique.hpp"

namespace mlaasim::tta {

sim::Kind<Technique> batch_norm_technique();

std::span<const sim::Kind<Technique>> technique_kinds() {
    static const std::array kinds{
        batch_norm_technique(),
    };
    return kinds;
}

}  // namespace mlaasim::tta
