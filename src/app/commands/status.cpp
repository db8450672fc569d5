// `mlaasim status`: how far the run or the study in a folder is, and what its jobs do.
#include <fmt/format.h>

#include <charconv>
#include <map>

#include "app/commands/path_arguments.hpp"
#include "app/commands/subcommand.hpp"
#include "sim/core/counted.hpp"
#include "sim/core/error.hpp"
#include "sim/core/printable.hpp"
#include "study/batch/job_overview.hpp"
#include "study/recorded_run.hpp"
#include "study/study_folder.hpp"

namespace mlaasim::app {
namespace {

namespace fs = std::filesystem;

constexpr const char* usage = "mlaasim status DIR";
constexpr std::size_t lines_of_log = 5;

void print_log(const fs::path& log) {
    for (const std::string& line : study::last_lines(log, lines_of_log)) {
        fmt::print("    | {}\n", sim::escaped(line));
    }
}

/// Name and rounds of a run that no job was handed in for, from its trace.
study::Submissions from_trace(const fs::path& trace) {
    const study::OptionValues options = study::read_run(trace).options;
    const auto name = options.find("name");
    study::Submissions run{.name = name == options.end() ? "unnamed" : name->second};
    if (const auto rounds = options.find("rounds"); rounds != options.end()) {
        std::from_chars(rounds->second.data(), rounds->second.data() + rounds->second.size(), run.rounds);
    }
    return run;
}

void print_run(const fs::path& folder, const study::Submissions& record) {
    const study::PointStatus status = study::status_of_run(folder, record.rounds);
    fmt::print("{}: {}, {} of {} committed\n", sim::escaped(record.name), study::word_of(status.state), status.round,
               sim::counted(record.rounds, "round"));
    if (status.state == study::PointState::failed) {
        fmt::print("  {}; the last lines of {}:\n", sim::escaped(status.failure),
                   sim::escaped((folder / "log.txt").string()));
        print_log(folder / "log.txt");
    }
}

void print_study(const fs::path& folder) {
    const study::StoredStudy stored = study::read_study(folder);
    std::map<study::PointState, std::int64_t> counts;
    std::vector<std::pair<study::StoredPoint, study::PointStatus>> told;
    for (const study::StoredPoint& point : stored.points) {
        const study::PointStatus status = study::status_of(folder, point);
        ++counts[status.state];
        if (status.state == study::PointState::failed || status.state == study::PointState::running) {
            told.emplace_back(point, status);
        }
    }
    std::vector<std::string> parts;
    for (const auto& [state, count] : counts) {
        parts.push_back(fmt::format("{} {}", count, study::word_of(state)));
    }
    fmt::print("{}: {}: {}\n", sim::escaped(stored.name),
               sim::counted(static_cast<std::int64_t>(stored.points.size()), "point"), fmt::join(parts, ", "));
    for (const auto& [point, status] : told) {
        fmt::print("  point {}, {}: {}, {} of {} committed{}\n", point.index, sim::escaped(point.name),
                   study::word_of(status.state), status.round, sim::counted(point.rounds, "round"),
                   status.failure.empty() ? "" : "; " + sim::escaped(status.failure));
        if (status.state == study::PointState::failed) {
            print_log(study::log_of(folder, point));
        }
    }
}

/// "3 RUNNING, 12 PENDING (Resources)".
std::string states_of(const std::vector<study::SlurmJob>& jobs) {
    std::map<std::string, std::int64_t> counts;
    for (const study::SlurmJob& job : jobs) {
        const bool tells = !job.reason.empty() && job.reason != "None" && job.state != "COMPLETED";
        ++counts[tells ? fmt::format("{} ({})", job.state, job.reason) : job.state];
    }
    std::vector<std::string> parts;
    for (const auto& [state, count] : counts) {
        parts.push_back(fmt::format("{} {}", count, state));
    }
    return fmt::format("{}", fmt::join(parts, ", "));
}

std::string state_of(const study::SlurmJob& job) {
    std::string text = states_of({job}).substr(2);
    if (job.state == "RUNNING") {
        text += fmt::format(" for {} of {} on {}", job.used, job.limit, job.nodes);
    }
    return text;
}

void print_submission(const study::SubmissionOverview& overview, const study::Submissions& record) {
    const study::Submission& submission = overview.submission;
    std::string text = submission.job.empty() ? std::string{"no job"} : "job " + submission.job;
    if (submission.first_point > 0) {
        text += fmt::format(", points {} to {}", submission.first_point, submission.last_point);
    }
    text += fmt::format(", {} on {}: ", study::word_of(submission.state), submission.time);
    if (submission.state == study::SubmissionState::refused) {
        text += submission.answer;
    } else if (overview.jobs.empty()) {
        text += "Slurm does not know it any more";
    } else {
        text += overview.jobs.size() == 1 ? state_of(overview.jobs.front()) : states_of(overview.jobs);
    }
    if (overview.timeouts > 0) {
        text += fmt::format("; out of time {} (at most {} for each job)", sim::counted(overview.timeouts, "time"),
                            record.most_timeouts);
    }
    fmt::print("  {}\n", sim::escaped(text));
}

int status_of(const Arguments& arguments) {
    const fs::path folder = PathArguments{arguments, {}, usage}.path();
    const bool of_study = study::is_study_folder(folder);
    const study::JobOverview overview = study::overview_of(folder);
    const bool has_jobs = !overview.record.all.empty();
    const fs::path trace = folder / "trace.h5";
    std::error_code ignored;
    if (!of_study && !has_jobs && !fs::exists(trace, ignored)) {
        throw sim::InputError({.file = folder.string(),
                               .what = "the folder holds no study and no trace, and no job was handed in for it",
                               .expected = "a folder of mlaasim run, mlaasim sweep or mlaasim submit"});
    }
    if (of_study) {
        print_study(folder);
    } else {
        print_run(folder, has_jobs ? overview.record : from_trace(trace));
    }
    for (const study::SubmissionOverview& submission : overview.submissions) {
        print_submission(submission, overview.record);
    }
    for (const std::string& reason : overview.silent) {
        fmt::print("  not asked: {}\n", sim::escaped(reason));
    }
    return static_cast<int>(sim::ExitCode::success);
}

}  // namespace

Subcommand status_subcommand() {
    return {
        .word = "status",
        .usage = usage,
        .about =
            "What is done is read from the traces. What the jobs do is asked of Slurm, once for all of them. Where\n"
            "Slurm or its accounting can't be asked, the rest is told.\n",
        .forms = {{.operands = {Operand::study_folder},
                   .purpose = "how far the run or the study in a folder is, and what its jobs do"}},
        .carry_out = OnRankZero{status_of}};
}

}  // namespace mlaasim::app
