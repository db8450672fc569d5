#include "study/batch/job_overview.hpp"

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>

namespace mlaasim::study {
namespace {

namespace fs = std::filesystem;

/// The sum over the counters that the job scripts write: TOKEN.timeouts, or TOKEN-TASK.timeouts of an array's tasks.
std::int64_t timeouts_of(const fs::path& folder, const std::string& token) {
    std::int64_t sum = 0;
    std::error_code none;
    for (const auto& entry : fs::directory_iterator{folder / "slurm", none}) {
        if (entry.path().extension() == ".timeouts" && entry.path().filename().string().starts_with(token)) {
            std::int64_t count = 0;
            std::ifstream{entry.path()} >> count;
            sum += count;
        }
    }
    return sum;
}

/// What a question gives; nothing, and the reason, when it can't be asked.
std::vector<SlurmJob> ask(const std::function<std::vector<SlurmJob>()>& question, std::vector<std::string>& silent) {
    try {
        return question();
    } catch (const sim::InputError& error) {
        silent.emplace_back(error.what());
        return {};
    }
}

}  // namespace

JobOverview overview_of(const fs::path& folder) {
    JobOverview overview{.record = read_submissions(folder)};
    const std::vector<Submission>& all = overview.record.all;
    if (all.empty()) {
        return overview;
    }
    const std::vector<std::string> names = job_names(overview.record);
    const std::vector<SlurmJob> queue = ask([&] { return jobs_in_queue(names); }, overview.silent);
    const std::vector<SlurmJob> accounts =
        ask([&] { return jobs_in_accounting(names, all.front().time); }, overview.silent);
    for (const Submission& submission : all) {
        SubmissionOverview& next = overview.submissions.emplace_back(
            SubmissionOverview{.submission = submission, .timeouts = timeouts_of(folder, submission.token)});
        const auto of_submission = [&](const SlurmJob& job) { return job.name == submission.job_name; };
        std::ranges::copy_if(queue, std::back_inserter(next.jobs), of_submission);
        // The queue knows better what goes on; accounting knows what has left the queue.
        std::ranges::copy_if(accounts, std::back_inserter(next.jobs), [&](const SlurmJob& job) {
            const bool collapsed = job.id.find('[') != std::string::npos;  // tasks that wait
            return of_submission(job) && !collapsed && std::ranges::find(queue, job.id, &SlurmJob::id) == queue.end();
        });
    }
    return overview;
}

}  // namespace mlaasim::study
