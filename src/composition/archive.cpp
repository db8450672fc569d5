#include "composition/archive.hpp"

#include <algorithm>
#include <iterator>

#include "sim/core/error.hpp"

namespace mlaasim::composition {

void Archive::services(const std::string& name, std::vector<sim::ServiceId>& ids) {
    std::vector<std::int64_t> values;
    std::transform(ids.begin(), ids.end(), std::back_inserter(values), [](sim::ServiceId id) { return id.value(); });
    integers(name, values);
    if (!loads()) {
        return;
    }
    ids.clear();
    for (const std::int64_t value : values) {
        if (value < 0 || value >= services_) {
            throw sim::InputError({.what = "the checkpoint names service " + std::to_string(value),
                                   .expected = "a service below " + std::to_string(services_),
                                   .hint = "the trace is damaged"});
        }
        ids.emplace_back(static_cast<std::uint32_t>(value));
    }
}

}  // namespace mlaasim::composition
