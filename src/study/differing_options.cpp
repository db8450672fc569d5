#include "study/differing_options.hpp"

#include <algorithm>
#include <set>

namespace mlaasim::study {

std::vector<DifferingOption> differing_options(std::span<const OptionValues* const> scenarios) {
    std::set<std::string> paths;
    for (const OptionValues* scenario : scenarios) {
        for (const auto& [path, value] : *scenario) {
            paths.insert(path);
        }
    }
    std::vector<DifferingOption> differing;
    for (const std::string& path : paths) {
        DifferingOption option{.path = path, .values = {}};
        for (const OptionValues* scenario : scenarios) {
            const auto found = scenario->find(path);
            option.values.push_back(found == scenario->end() ? std::nullopt : std::optional{found->second});
        }
        if (std::ranges::any_of(option.values, [&](const auto& value) { return value != option.values.front(); })) {
            differing.push_back(std::move(option));
        }
    }
    return differing;
}

}  // namespace mlaasim::study
