#include "app/sweep.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>

#include "app/capacity.hpp"
#include "app/scenario_reader.hpp"
#include "app/sweep_display.hpp"
#include "app/sweep_end.hpp"
#include "run/version.hpp"
#include "sim/core/counted.hpp"
#include "sim/core/error.hpp"
#include "sim/core/printable.hpp"
#include "sim/core/regular_file.hpp"
#include "sim/storage/output_folder_lock.hpp"
#include "study/results.hpp"
#include "study/runner.hpp"
#include "study/study_changes.hpp"

namespace mlaasim::app {
namespace {

std::string read_study_text(const std::string& file) {
    const sim::FileRole role{.subject = "the study",
                             .expected = "a study's YAML file",
                             .hint = "experiments/heterogeneity.yaml is one to start from"};
    return file == "-" ? sim::read_standard_input(study::most_study_bytes, role)
                       : sim::read_regular_file(file, study::most_study_bytes, role);
}

/// This program, also after its file was replaced on the disk: all points are played by one build.
std::string this_program() { return fmt::format("/proc/{}/exe", ::getpid()); }

bool is_part(const SweepRequest& request) { return !request.choice.only.empty() || !request.choice.numbers.empty(); }

}  // namespace

std::filesystem::path output_folder(const SweepRequest& request, const study::StoredStudy& study) {
    if (!request.output.empty()) {
        return request.output;
    }
    return std::filesystem::path{"results"} / (study.name + (request.size == study::Size::quick ? "-quick" : ""));
}

study::StudyFile read_study_file(const SweepRequest& request, const study::PointReader& reader) {
    return {{.text = read_study_text(request.file),
             .file = request.file,
             .overrides = request.overrides,
             .size = request.size,
             .version = run::program_version()},
            reader};
}

int sweep(const SweepRequest& request) {
    // Before anything else: a signal may come at any moment, and takes effect between two children.
    const study::StopSignals signals;
    const ScenarioReader reader{request.places};
    const study::StudyFile file = read_study_file(request, reader);
    const study::StoredStudy& study = file.study();
    study::SweepOrder order{.folder = output_folder(request, study),
                            .program = {this_program(), "run"},
                            .arguments = request.arguments,
                            .points = study::chosen_points(study, request.choice),
                            .scenario_of = [&](const study::StoredPoint& point) { return file.scenario_of(point); }};
    order.end = request.end;
    order.jobs = request.jobs ? *request.jobs : jobs_that_fit(capacity(), file.most_memory_mib());
    // Tasks of an array play parts of one study at once; nobody plays the whole beside them.
    const sim::OutputFolderLock lock{order.folder, is_part(request) ? sim::Sharing::shared : sim::Sharing::alone};
    study::settle_in(order.folder, study, file.text());
    fmt::print("{}: {} of {}, {} at once, in {}\n", study.name,
               sim::counted(static_cast<std::int64_t>(order.points.size()), "point"), study.points.size(),
               std::min(order.jobs, order.points.size()), sim::escaped(order.folder.string()));
    std::fflush(stdout);
    const study::SweepOutcome outcome = [&] {
        SweepDisplay display;
        return study::play(order, signals, display);
    }();
    if (!outcome.stopped && !outcome.out_of_time) {
        try {
            print_results(order.folder, study, study::write_results(order.folder, study));
        } catch (const sim::InputError&) {
            print_failures(order.folder, outcome.failed);
            throw;
        }
    }
    return end_of_sweep(order.folder, outcome);
}

}  // namespace mlaasim::app
