// Lists of services and of records about them.
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/core/random.hpp"

namespace mlaasim::run {

[[nodiscard]] inline bool contains(const std::vector<sim::ServiceId>& ids, sim::ServiceId id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

/// `count` of the services, or all of them where they are fewer, drawn without replacement; by id.
[[nodiscard]] inline std::vector<sim::ServiceId> drawn_services(std::int64_t count, std::uint32_t services,
                                                                sim::RandomStream random) {
    std::vector<std::uint32_t> order(services);
    std::iota(order.begin(), order.end(), 0U);
    random.shuffle(order);
    order.resize(static_cast<std::size_t>(std::min<std::int64_t>(count, services)));
    std::sort(order.begin(), order.end());
    std::vector<sim::ServiceId> drawn;
    for (const std::uint32_t service : order) {
        drawn.emplace_back(service);
    }
    return drawn;
}

/// Records in the order of their services' ids.
template <class Record>
[[nodiscard]] std::vector<Record> by_service(std::vector<Record> records) {
    std::sort(records.begin(), records.end(), [](const Record& a, const Record& b) { return a.service < b.service; });
    return records;
}

}  // namespace mlaasim::run
