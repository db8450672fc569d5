#include "app/job_order.hpp"

#include <fmt/core.h>

#include <chrono>

#include "run/memory_needs.hpp"
#include "run/scenario.hpp"
#include "sim/core/error.hpp"
#include "sim/core/regular_file.hpp"

namespace mlaasim::app {
namespace {

namespace fs = std::filesystem;

/// The file of this program, also where it was found in PATH.
std::string this_program() { return study::shell_word(fs::read_symlink("/proc/self/exe").string()); }

std::string setup_text(const fs::path& file) {
    constexpr std::size_t most_bytes = 1 << 20;
    return file.empty() ? ""
                        : sim::read_regular_file(file, most_bytes,
                                                 {.subject = "the lines of the site",
                                                  .expected = "a file of shell commands, such as module load openmpi"});
}

study::JobScript script_of(const SubmitRequest& request, const std::string& name) {
    const fs::path output = request.output.empty() ? fs::path{"results"} / name : request.output;
    study::JobScript script{.folder = fs::absolute(output).lexically_normal(),
                            .resources = request.resources,
                            .program = request.program.empty() ? this_program() : request.program,
                            .launch = request.launch,
                            .most_timeouts = request.most_timeouts,
                            .setup = setup_text(request.setup)};
    script.arguments = {fs::absolute(request.file).lexically_normal().string(), "--output", script.folder.string()};
    if (!request.data_folder.empty()) {
        script.arguments.insert(script.arguments.end(), {"--data", fs::absolute(request.data_folder).string()});
    }
    for (const std::string& value : request.overrides) {
        script.arguments.insert(script.arguments.end(), {"--set", value});
    }
    return script;
}

}  // namespace

study::JobOrder job_order(const SubmitRequest& request) {
    if (request.file == "-") {
        throw sim::InputError(sim::Problem{.what = "a job can't read the scenario from standard input",
                                           .expected = "a file that is still there when the job starts"});
    }
    const sim::OptionsDocument document{run::read_scenario_text(request.file), request.file, request.overrides};
    const run::Scenario scenario = run::read_scenario(document);
    study::JobOrder order{
        .name = scenario.name, .rounds = scenario.rounds, .script = script_of(request, scenario.name)};
    order.script.arguments.emplace_back("--resume");
    if (request.resources.time) {
        const std::chrono::seconds time = study::max_time_within(*request.resources.time);
        order.script.arguments.insert(order.script.arguments.end(), {"--max-time", fmt::format("{}s", time.count())});
    }
    return order;
}

}  // namespace mlaasim::app
