#include "app/job_order.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>

#include "app/point_prediction.hpp"
#include "app/scenario_reader.hpp"
#include "app/sweep.hpp"
#include "run/scenario.hpp"
#include "sim/core/error.hpp"
#include "sim/core/regular_file.hpp"
#include "sim/storage/output_folder_lock.hpp"
#include "study/run_changes.hpp"
#include "study/study_changes.hpp"

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

study::JobScript script_of(const SubmitRequest& request, const fs::path& output) {
    study::JobScript script{.folder = fs::absolute(output).lexically_normal(),
                            .resources = request.resources,
                            .program = request.program.empty() ? this_program() : request.program,
                            .launch = request.launch,
                            .most_timeouts = request.most_timeouts,
                            .setup = setup_text(request.setup)};
    script.arguments = {fs::absolute(request.file).lexically_normal().string(), "--output", script.folder.string()};
    if (!request.places.data_folder.empty()) {
        script.arguments.insert(script.arguments.end(), {"--data", request.places.data_folder.string()});
    }
    if (request.places.scenario_folder != fs::absolute(request.file).parent_path()) {
        script.arguments.insert(script.arguments.end(), {"--paths-from", request.places.scenario_folder.string()});
    }
    if (request.resources.time) {
        const std::chrono::seconds time = study::max_time_within(*request.resources.time);
        script.arguments.insert(script.arguments.end(), {"--max-time", fmt::format("{}s", time.count())});
    }
    for (const std::string& value : request.overrides) {
        script.arguments.insert(script.arguments.end(), {"--set", value});
    }
    return script;
}

/// A study is a scenario with sections of its own.
bool is_study(const sim::OptionsDocument& document) {
    return std::ranges::any_of(std::array{"sweep", "metrics", "quick"},
                               [&](const char* key) { return document.tree().child(key) != nullptr; });
}

OrderedWork one_run(const SubmitRequest& request, const sim::OptionsDocument& document) {
    if (!request.study_options.empty()) {
        throw sim::InputError({.file = request.file,
                               .what = request.study_options.front() + " was given, and the file is a scenario",
                               .expected = "a study, which has a section sweep",
                               .hint = "see docs/studies.md"});
    }
    const run::Scenario scenario = run::read_scenario(document, request.places);
    const fs::path output = request.output.empty() ? fs::path{"results"} / scenario.name : request.output;
    study::expect_same_run(output, run::to_yaml(scenario));
    OrderedWork work{.order = {.name = scenario.name, .rounds = scenario.rounds, .script = script_of(request, output)}};
    std::vector<std::string>& arguments = work.order.script.arguments;
    arguments.emplace_back("--resume");
    return work;
}

/// As many points as a task of ten minutes can play, by the mean over a few of them.
std::int64_t points_for_a_task(const study::StudyFile& file, const SubmitRequest& request) {
    constexpr double task_seconds = 600.0;
    constexpr std::size_t looked_at = 8;
    const std::vector<study::StoredPoint>& points = file.study().points;
    PointPredictor predictor{request.places};
    double seconds = 0.0;
    const std::size_t count = std::min(looked_at, points.size());
    for (std::size_t i = 0; i < count; ++i) {
        seconds += predictor.predict(file.scenario_of(points[i * points.size() / count])).seconds;
    }
    const double mean = std::max(seconds / static_cast<double>(count), 1.0);
    const double fitting = static_cast<double>(request.resources.cores) * task_seconds / mean;
    return std::clamp<std::int64_t>(static_cast<std::int64_t>(fitting), 1, static_cast<std::int64_t>(points.size()));
}

OrderedWork many_runs(const SubmitRequest& request) {
    if (request.resources.ranks > 1 || request.resources.nodes > 1) {
        throw sim::InputError({.file = request.file,
                               .what = "--ranks or --nodes was given, and the file is a study",
                               .expected = "points of one rank each",
                               .hint = "--cpus N plays N points of a task at once"});
    }
    const ScenarioReader reader{request.places};
    const SweepRequest sweep{.file = request.file,
                             .overrides = request.overrides,
                             .size = request.size,
                             .output = request.output,
                             .places = request.places};
    const study::StudyFile file = read_study_file(sweep, reader);
    const study::StoredStudy& study = file.study();
    OrderedWork work{.order = {.name = study.name, .script = script_of(request, output_folder(sweep, study))},
                     .study = study,
                     .study_text = file.text()};
    std::vector<std::string>& arguments = work.order.script.arguments;
    arguments.insert(arguments.end(), {"--jobs", fmt::format("{}", request.resources.cores)});
    if (request.size == study::Size::quick) {
        arguments.emplace_back("--quick");
    }
    study::expect_same_study(work.order.script.folder, study);
    for (const study::StoredPoint& point : study.points) {
        const study::PointStatus status = study::status_of(work.order.script.folder, point);
        work.order.points.push_back(status.state != study::PointState::complete);
    }
    work.order.per_task = request.per_task ? *request.per_task : points_for_a_task(file, request);
    work.order.at_once = request.at_once;
    return work;
}

}  // namespace

bool OrderedWork::is_complete() const {
    return study ? std::ranges::find(order.points, true) == order.points.end()
                 : study::status_of_run(order.script.folder, order.rounds).state == study::PointState::complete;
}

void OrderedWork::settle() const {
    if (study) {
        const sim::OutputFolderLock lock{order.script.folder, sim::Sharing::shared};
        study::settle_in(order.script.folder, *study, study_text);
    }
}

OrderedWork ordered_work(const SubmitRequest& request) {
    if (request.file == "-") {
        throw sim::InputError(sim::Problem{.what = "a job can't read the scenario from standard input",
                                           .expected = "a file that is still there when the job starts"});
    }
    const std::string text = run::read_scenario_text(request.file);
    if (is_study({text, request.file})) {
        return many_runs(request);
    }
    return one_run(request, {text, request.file, request.overrides});
}

}  // namespace mlaasim::app
