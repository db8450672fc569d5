#include "composition/assessment/qos/member_sums.hpp"

#include <algorithm>
#include <cmath>

namespace mlaasim::composition {

MemberSums::MemberSums(const MemberQos& member)
    : count{1},
      effectiveness{member.effectiveness},
      quality{member.quality},
      response_ms{member.response_ms},
      fastest_ms{member.response_ms},
      slowest_ms{member.response_ms},
      reliability{member.reliability},
      log_reliability{std::log(member.reliability)} {}

MemberSums operator+(MemberSums a, const MemberSums& b) {
    a.count += b.count;
    a.effectiveness += b.effectiveness;
    a.quality += b.quality;
    a.response_ms += b.response_ms;
    a.fastest_ms = std::min(a.fastest_ms, b.fastest_ms);
    a.slowest_ms = std::max(a.slowest_ms, b.slowest_ms);
    a.reliability += b.reliability;
    a.log_reliability += b.log_reliability;
    return a;
}

LeftOut leave_each_out(std::span<const MemberQos> members) {
    const std::size_t n = members.size();
    std::vector<MemberSums> before(n + 1);  // before[i]: members 0 .. i-1
    std::vector<MemberSums> after(n + 1);   // after[i]: members i .. n-1
    for (std::size_t i = 0; i < n; ++i) {
        before[i + 1] = before[i] + MemberSums{members[i]};
        after[n - 1 - i] = MemberSums{members[n - 1 - i]} + after[n - i];
    }
    LeftOut sums{.whole = before[n], .without = std::vector<MemberSums>(n)};
    for (std::size_t i = 0; i < n; ++i) {
        sums.without[i] = before[i] + after[i + 1];
    }
    return sums;
}

}  // namespace mlaasim::composition
