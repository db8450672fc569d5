// The kinds of triggers, each in the file of its name.
#include <array>

#include "composition/monitor/trigger.hpp"

namespace mlaasim::composition {

sim::Kind<TriggerOptions> adwin_trigger();
sim::Kind<TriggerOptions> always_trigger();
sim::Kind<TriggerOptions> page_hinkley_trigger();
sim::Kind<TriggerOptions> requirements_trigger();

std::span<const sim::Kind<TriggerOptions>> trigger_kinds() {
    static const std::array kinds{
        always_trigger(),
        adwin_trigger(),
        page_hinkley_trigger(),
        requirements_trigger(),
    };
    return kinds;
}

}  // namespace mlaasim::composition
