// The kinds of bandit policies, each in the file of its name.
#include <array>

#include "composition/bandit/policy.hpp"

namespace mlaasim::composition {

sim::Kind<PolicyOptions> linucb_policy();
sim::Kind<PolicyOptions> disjoint_linucb_policy();
sim::Kind<PolicyOptions> epsilon_greedy_policy();
sim::Kind<PolicyOptions> thompson_policy();
sim::Kind<PolicyOptions> random_policy();

std::span<const sim::Kind<PolicyOptions>> policy_kinds() {
    static const std::array kinds{
        linucb_policy(), disjoint_linucb_policy(), epsilon_greedy_policy(), thompson_policy(), random_policy(),
    };
    return kinds;
}

}  // namespace mlaasim::composition
