// The kinds of rewards, each in the file of its name.
#include <array>

#include "composition/reward.hpp"

namespace mlaasim::composition {

sim::Kind<Reward> confidence_reward();
sim::Kind<Reward> realised_reward();

std::span<const sim::Kind<Reward>> reward_kinds() {
    static const std::array kinds{
        confidence_reward(),
        realised_reward(),
    };
    return kinds;
}

}  // namespace mlaasim::composition
