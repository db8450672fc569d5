#include "run/scenario_name.hpp"

#include "sim/core/printable.hpp"

namespace mlaasim::run {
namespace {

/// File systems take names of 255 bytes; the rest is for what is put behind the name.
constexpr std::size_t most_bytes = 200;

}  // namespace

void check_name(const Scenario& scenario, const sim::OptionsDocument& document, std::vector<sim::Problem>& problems) {
    const std::string& name = scenario.name;
    const std::string given = "name is \"" + sim::shown(name) + "\"";
    if (name.empty() || name.find('/') != std::string::npos || name.front() == '.') {
        problems.push_back(document.problem_at(
            "name", given, "a name that can be a folder: not empty, no '/', not starting with '.'"));
    } else if (!sim::is_printable(name)) {
        problems.push_back(
            document.problem_at("name", given + ", which holds a control character", "a name of printable characters"));
    } else if (name.size() > most_bytes) {
        problems.push_back(document.problem_at(
            "name", given + ", of " + std::to_string(name.size()) + " bytes",
            "at most " + std::to_string(most_bytes) + " bytes, so that it can be a folder with a suffix"));
    }
}

}  // namespace mlaasim::run
