#include "study/section_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "sim/core/error.hpp"
#include "sim/core/printable.hpp"
#include "sim/options/option_value.hpp"
#include "sim/scenario_text/reader.hpp"
#include "study/value_text.hpp"

namespace mlaasim::study {
namespace {

/// Keys of a point that a sweep can't set, and why.
struct FixedKey {
    std::string_view key;
    std::string_view hint;
};
constexpr std::array fixed_keys{
    FixedKey{"name", "the names of points follow from their values; in `list` each may have a `name`"},
    FixedKey{"seed", "write the seeds as sweep.seeds"},
    FixedKey{"sweep", "a sweep has one level"},
    FixedKey{"quick", "a sweep has one level"},
    FixedKey{"metrics", "metrics belong to the whole study"},
};

}  // namespace

bool SectionCheck::expect(const sim::OptionsNode& node, sim::OptionsNode::Kind kind, const std::string& path,
                          const std::string& expected, const std::string& hint) {
    if (node.kind != kind) {
        problems_.add(node.place, fmt::format("{} is {}", path, sim::shown(text_of(node))), expected, hint);
    }
    return node.kind == kind;
}

bool SectionCheck::may_vary(const std::string& key, sim::OptionsPlace place) {
    const std::string_view first = sim::path_parts(key).front();
    const auto fixed = std::ranges::find(fixed_keys, first, &FixedKey::key);
    if (fixed != fixed_keys.end()) {
        problems_.add(place, sim::shown(key) + " can't be swept", "another key of the scenario",
                      std::string{fixed->hint});
    }
    return fixed == fixed_keys.end();
}

bool SectionCheck::options(const sim::OptionsNode& node, const std::string& path,
                           const sim::DeclareOptions& declare_members) {
    try {
        sim::read_options(node, sources_, declare_members);
        return true;
    } catch (const sim::InputError& error) {
        for (const sim::Problem& problem : error.problems()) {
            problems_.add({.source = node.place.source, .line = problem.line}, path + "." + problem.what,
                          problem.expected, problem.hint);
        }
        return false;
    }
}

void SectionCheck::unknown_key(sim::OptionsPlace place, const std::string& section, const std::string& key,
                               const std::vector<std::string>& known) {
    const std::string near = sim::nearest(key.substr(0, 100), known);
    problems_.add(place, sim::shown(section + "." + key) + " is not a known key", "one of " + sim::joined(known),
                  near.empty() ? "" : "did you mean \"" + near + "\"?");
}

}  // namespace mlaasim::study
