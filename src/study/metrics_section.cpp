#include "study/metrics_section.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "sim/core/error.hpp"
#include "sim/core/printable.hpp"
#include "study/metric.hpp"
#include "study/value_text.hpp"

namespace mlaasim::study {
namespace {

using Kind = sim::OptionsNode::Kind;

/// Columns of runs.csv that are no metrics.
constexpr std::array<std::string_view, 5> taken_names{"point", "index", "seed", "state", "round"};

}  // namespace

std::vector<Named> default_metrics() {
    return {{"final_accuracy", "rounds.accuracy.last"},
            {"best_accuracy", "rounds.accuracy.max"},
            {"traffic_bytes", "services.bytes.sum"},
            {"energy_j", "services.energy_j.sum"}};
}

std::vector<Named> read_metrics(const sim::OptionsNode& node, const std::vector<std::string>& keys,
                                SectionCheck& check) {
    std::vector<Named> metrics;
    if (!check.expect(node, Kind::mapping, "metrics", "a section of \"name: expression\" lines",
                      "for example final: rounds.accuracy.last")) {
        return metrics;
    }
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
        const std::string& name = node.keys[i];
        const sim::OptionsNode& value = node.children[i];
        const std::string path = "metrics." + name;
        if (name.empty() || name != name_part(name)) {
            check.add(value.place, fmt::format("a metric has the name \"{}\"", sim::shown(name)),
                      "letters, digits and the characters . - _");
        } else if (std::ranges::find(taken_names, name) != taken_names.end() ||
                   std::ranges::find(keys, name) != keys.end()) {
            check.add(value.place, fmt::format("a metric has the name {}", name),
                      "a name that no other column of runs.csv has");
        }
        if (!check.expect(value, Kind::scalar, path, "an expression such as rounds.accuracy.last")) {
            continue;
        }
        try {
            static_cast<void>(parse_metric(value.text));
            metrics.push_back({name, value.text});
        } catch (const sim::InputError& error) {
            for (const sim::Problem& problem : error.problems()) {
                check.add(value.place, path + " is " + problem.what, problem.expected, problem.hint);
            }
        }
    }
    return metrics.empty() ? default_metrics() : metrics;
}

}  // namespace mlaasim::study
