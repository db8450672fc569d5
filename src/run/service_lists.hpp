// Lists of services and of records about them.
#pragma once

#include <algorithm>
#include <vector>

#include "sim/core/ids.hpp"

namespace mlaasim::run {

[[nodiscard]] inline bool contains(const std::vector<sim::ServiceId>& ids, sim::ServiceId id) {
    return std::find(ids.begin(), ids.end(), id) != ids.end();
}

/// Records in the order of their services' ids.
template <class Record>
[[nodiscard]] std::vector<Record> by_service(std::vector<Record> records) {
    std::sort(records.begin(), records.end(), [](const Record& a, const Record& b) { return a.service < b.service; });
    return records;
}

}  // namespace mlaasim::run
