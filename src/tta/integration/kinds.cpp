// The kinds of integration, each in the file of its name.
#include <algorithm>
#include <array>

#include "tta/integration/integration.hpp"

namespace mlaasim::tta {

sim::Kind<Integration> replace_integration();
sim::Kind<Integration> halfway_integration();
sim::Kind<Integration> steps_integration();
sim::Kind<Integration> sam_integration();

std::size_t best_score(std::span<const AdaptedService> adapted) {
    return static_cast<std::size_t>(std::ranges::max_element(adapted, {}, &AdaptedService::score) - adapted.begin());
}

std::span<const sim::Kind<Integration>> integration_kinds() {
    static const std::array kinds{
        replace_integration(),
        halfway_integration(),
        steps_integration(),
        sam_integration(),
    };
    return kinds;
}

}  // namespace mlaasim::tta
