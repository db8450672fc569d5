#include "study/batch/submit.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <ctime>
#include <filesystem>
#include <random>
#include <string_view>

#include "sim/core/error.hpp"
#include "sim/storage/output_folder_lock.hpp"
#include "study/batch/slurm.hpp"
#include "study/whole_file.hpp"

namespace mlaasim::study {
namespace {

namespace fs = std::filesystem;

std::string new_token() {
    std::random_device source;
    return fmt::format("{:08x}", source());
}

/// For queues: a name that every tool takes.
std::string job_name(const std::string& name, const std::string& token) {
    constexpr std::size_t most = 40;
    std::string plain;
    for (const char letter : name.substr(0, most)) {
        const bool fits = std::isalnum(static_cast<unsigned char>(letter)) != 0 || letter == '-' || letter == '_';
        plain += fits ? letter : '-';
    }
    return "mlaasim-" + plain + "-" + token;
}

std::string now() {
    const std::time_t time = std::time(nullptr);
    std::tm parts{};
    localtime_r(&time, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    return text.data();
}

JobScript script_with(const JobOrder& order, std::optional<ArrayPart> array) {
    JobScript script = order.script;
    script.token = new_token();
    script.name = job_name(order.name, script.token);
    script.array = std::move(array);
    return script;
}

/// The tasks of an array that begins with task `begin` of the study: those with a point to play.
std::vector<std::int64_t> tasks_to_play(const JobOrder& order, std::int64_t begin, std::int64_t end) {
    std::vector<std::int64_t> tasks;
    const auto points = static_cast<std::int64_t>(order.points.size());
    for (std::int64_t task = begin; task < end; ++task) {
        const auto first = order.points.begin() + task * order.per_task;
        const auto last = order.points.begin() + std::min(points, (task + 1) * order.per_task);
        if (std::find(first, last, true) != last) {
            tasks.push_back(task - begin);
        }
    }
    return tasks;
}

/// Looks up what became of earlier submissions. Throws InputError when one of them is not over.
void settle_earlier(Submissions& submissions, const fs::path& folder) {
    if (submissions.all.empty()) {
        return;
    }
    const std::vector<SlurmJob> jobs = jobs_in_queue(job_names(submissions));
    for (Submission& submission : submissions.all) {
        // Also of one that was refused: "timed out" may be the answer for a job that Slurm has taken nevertheless.
        const auto job = std::ranges::find(jobs, submission.job_name, &SlurmJob::name);
        if (submission.state != SubmissionState::submitted && job != jobs.end()) {
            submission.state = SubmissionState::submitted;
            submission.job = job->id.substr(0, job->id.find('_'));
        } else if (submission.state == SubmissionState::intended) {
            submission.state = SubmissionState::refused;
            submission.answer = "Slurm knows no such job";
        }
    }
    write_submissions(folder, submissions);
    const auto alive = std::ranges::find_if(jobs, [](const SlurmJob& job) { return !job.ended(); });
    if (alive != jobs.end()) {
        throw sim::InputError({.file = folder.string(),
                               .what = fmt::format("job {} of this folder is {}", alive->id, alive->state),
                               .expected = "no job that waits or runs",
                               .hint = fmt::format("mlaasim status shows it; scancel {} ends it",
                                                   alive->id.substr(0, alive->id.find('_')))});
    }
}

Submission record_of(const JobScript& script) {
    Submission submission{.token = script.token, .job_name = script.name, .time = now()};
    if (script.array) {
        const ArrayPart& part = *script.array;
        submission.first_point = part.first;
        submission.last_point = std::min(part.last, part.first + (part.tasks.back() + 1) * part.per_task - 1);
        submission.points_per_task = part.per_task;
    }
    return submission;
}

}  // namespace

fs::path script_file(const fs::path& folder, const std::string& token) { return folder / "slurm" / (token + ".sh"); }

std::vector<JobScript> scripts_of(const JobOrder& order, std::int64_t max_array_size) {
    if (order.points.empty()) {
        return {script_with(order, std::nullopt)};
    }
    const auto points = static_cast<std::int64_t>(order.points.size());
    const std::int64_t tasks = (points + order.per_task - 1) / order.per_task;
    std::vector<JobScript> scripts;
    for (std::int64_t begin = 0; begin < tasks; begin += max_array_size) {
        ArrayPart part{.first = 1 + begin * order.per_task,
                       .last = points,
                       .per_task = order.per_task,
                       .tasks = tasks_to_play(order, begin, std::min(tasks, begin + max_array_size)),
                       .at_once = order.at_once};
        if (!part.tasks.empty()) {
            scripts.push_back(script_with(order, std::move(part)));
        }
    }
    return scripts;
}

std::vector<Submission> submit(const JobOrder& order) {
    const fs::path& folder = order.script.folder;
    // Refused before anything is written: a folder that the batch system can't take.
    static_cast<void>(text_of(script_with(order, std::nullopt)));
    const sim::OutputFolderLock lock{folder / "slurm"};
    Submissions record = read_submissions(folder);
    settle_earlier(record, folder);
    record.name = order.name;
    record.rounds = order.rounds;
    record.most_timeouts = order.script.most_timeouts;

    const std::vector<JobScript> scripts = scripts_of(order, order.points.empty() ? 1 : max_array_size());
    std::vector<Submission> done;
    for (const JobScript& script : scripts) {
        const fs::path file = script_file(folder, script.token);
        write_whole_file(file, text_of(script));
        record.all.push_back(record_of(script));
        write_submissions(folder, record);
        Submission& submission = record.all.back();
        try {
            submission.job = submit_script(file);
            submission.state = SubmissionState::submitted;
        } catch (const NoAnswer&) {
            throw;  // it stays as intended, and the next command looks it up
        } catch (const sim::InputError& refusal) {
            submission.state = SubmissionState::refused;
            submission.answer = refusal.what();
            write_submissions(folder, record);
            throw;
        }
        write_submissions(folder, record);
        done.push_back(submission);
    }
    return done;
}

}  // namespace mlaasim::study
