#include "study/side_by_side.hpp"

#include <algorithm>

namespace mlaasim::study {

SideBySide side_by_side(std::vector<RunSummary> runs) {
    SideBySide compared{.runs = std::move(runs), .options = {}, .versions = {}};
    std::vector<const OptionValues*> options;
    std::vector<const OptionValues*> versions;
    for (const RunSummary& run : compared.runs) {
        options.push_back(&run.options);
        versions.push_back(&run.versions);
    }
    compared.options = differing_options(options);
    std::erase_if(compared.options, [](const DifferingOption& option) { return option.path == "name"; });
    compared.versions = differing_options(versions);
    return compared;
}

std::string letter_of(std::size_t run) {
    const std::string last(1, static_cast<char>('A' + run % 26));
    return run < 26 ? last : letter_of(run / 26 - 1) + last;
}

std::vector<SharedValue> shared_values(const DifferingOption& option) {
    std::vector<SharedValue> shared;
    for (std::size_t run = 0; run < option.values.size(); ++run) {
        const std::string value = option.values[run].value_or("(absent)");
        auto found = std::ranges::find(shared, value, &SharedValue::value);
        if (found == shared.end()) {
            found = shared.insert(shared.end(), {.letters = {}, .value = value});
        }
        found->letters.push_back(letter_of(run));
    }
    return shared;
}

}  // namespace mlaasim::study
