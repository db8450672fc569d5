#include "app/scenario.hpp"
#include "sim/options_yaml.hpp"
#include "sim/regular_file.hpp"

namespace mlaasim::app {

std::string read_scenario_text(const std::string& file) {
    const sim::FileRole role{.subject = "the scenario",
                             .expected = "a scenario's YAML file",
                             .hint = "scenarios lie in experiments/; from a pipe, a scenario is read as -"};
    return file == "-" ? sim::read_standard_input(sim::most_option_bytes, role)
                       : sim::read_regular_file(file, sim::most_option_bytes, role);
}

}  // namespace mlaasim::app
