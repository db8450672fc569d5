#include "composition/membership.hpp"

#include <algorithm>

namespace mlaasim::composition {

std::vector<sim::ServiceId> changed(std::span<const sim::ServiceId> list, const Change& change) {
    std::vector<sim::ServiceId> after{list.begin(), list.end()};
    if (!change.leaves.valid()) {
        after.push_back(change.joins);
    } else if (change.joins.valid()) {
        std::replace(after.begin(), after.end(), change.leaves, change.joins);
    } else {
        std::erase(after, change.leaves);
    }
    return after;
}

Membership changed(const Membership& membership, const Change& change) {
    return {.members = changed(membership.members, change),
            .available = changed(membership.available, change),
            .trained = changed(membership.trained, change)};
}

}  // namespace mlaasim::composition
