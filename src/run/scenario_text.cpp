#include "run/scenario.hpp"
#include "sim/core/regular_file.hpp"
#include "sim/scenario_text/options_document.hpp"

namespace mlaasim::run {

std::string read_scenario_text(const std::string& file) {
    const sim::FileRole role{.subject = "the scenario",
                             .expected = "a scenario's YAML file",
                             .hint = "scenarios lie in experiments/; from a pipe, a scenario is read as -"};
    return file == "-" ? sim::read_standard_input(sim::most_option_bytes, role)
                       : sim::read_regular_file(file, sim::most_option_bytes, role);
}

}  // namespace mlaasim::run
