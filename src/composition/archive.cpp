#include "composition/archive.hpp"

#include "sim/core/error.hpp"

namespace mlaasim::composition {

void Archive::services(const std::string& name, std::vector<sim::ServiceId>& ids) {
    std::vector<std::int64_t> runs;  // the first id of a run of consecutive ones, how many there are; the next run
    for (std::size_t i = 0; i < ids.size(); ++i) {
        if (i > 0 && ids[i].value() == ids[i - 1].value() + 1) {
            ++runs.back();
        } else {
            runs.insert(runs.end(), {ids[i].value(), 1});
        }
    }
    integers(name, runs);
    if (!loads()) {
        return;
    }
    ids.clear();
    for (std::size_t i = 0; i < runs.size(); i += 2) {
        const std::int64_t first = runs[i];
        const std::int64_t count = i + 1 < runs.size() ? runs[i + 1] : 0;
        if (first < 0 || first >= services_ || count < 1 || count > services_ - first) {
            const std::int64_t wrong = first < 0 || first >= services_ ? first : services_;
            throw sim::InputError({.what = count < 1 ? "the checkpoint names no service where it should"
                                                     : "the checkpoint names service " + std::to_string(wrong),
                                   .expected = "services below " + std::to_string(services_),
                                   .hint = "the trace is damaged"});
        }
        for (std::int64_t id = first; id < first + count; ++id) {
            ids.emplace_back(static_cast<std::uint32_t>(id));
        }
    }
}

}  // namespace mlaasim::composition
