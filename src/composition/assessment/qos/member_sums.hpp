// What the QoS of a set of members is made of.
#pragma once

#include <limits>
#include <span>
#include <vector>

namespace mlaasim::composition {

/// The four attributes of one member that eq. 3 sums.
struct MemberQos {
    double effectiveness = 0;  ///< E_f in [0, 1]
    double quality = 0;        ///< Q in [0, 1]
    double response_ms = 0;    ///< t
    double reliability = 1;    ///< R in [0, 1]
};

/// Sums over a set of members; those of disjoint sets can be joined.
struct MemberSums {
    double count = 0;
    double effectiveness = 0;
    double quality = 0;
    double response_ms = 0;
    double fastest_ms = std::numeric_limits<double>::infinity();
    double slowest_ms = 0;
    double reliability = 0;
    double log_reliability = 0;

    MemberSums() = default;
    explicit MemberSums(const MemberQos& member);
};

[[nodiscard]] MemberSums operator+(MemberSums a, const MemberSums& b);

/// Of all members, and of all but each one.
struct LeftOut {
    MemberSums whole;
    std::vector<MemberSums> without;
};

[[nodiscard]] LeftOut leave_each_out(std::span<const MemberQos> members);

}  // namespace mlaasim::composition
