// What outlives a round of services that were adapted at test time. On rank 0.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "composition/archive.hpp"
#include "sim/core/ids.hpp"
#include "tta/techniques/technique.hpp"

namespace mlaasim::run {

class AdaptedServices {
public:
    /// What the technique at this place in the scenario remembers of a service; nothing at first.
    [[nodiscard]] const tta::Memory& memory(sim::ServiceId service, std::uint32_t technique) const;
    void remember(sim::ServiceId service, std::uint32_t technique, tta::Memory memory);

    /// Services whose predictions a technique adjusts.
    [[nodiscard]] const std::set<sim::ServiceId>& adjusted() const { return adjusted_; }
    void adjust(sim::ServiceId service, bool whether);

    /// Gives whether one of those adjusted was forgotten.
    bool forget_all_but(const std::vector<sim::ServiceId>& members);
    void archive(composition::Archive& archive);

private:
    std::map<std::pair<sim::ServiceId, std::uint32_t>, tta::Memory> memories_;
    std::set<sim::ServiceId> adjusted_;
};

}  // namespace mlaasim::run
