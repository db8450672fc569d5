// What has become of the jobs of a folder.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "study/batch/slurm.hpp"
#include "study/batch/submissions.hpp"

namespace mlaasim::study {

/// A submission, and what Slurm says of it.
struct SubmissionOverview {
    Submission submission;
    std::vector<SlurmJob> jobs{};  ///< one, or the tasks of an array; none when Slurm knows nothing of it any more
    std::int64_t timeouts = 0;     ///< how often its jobs ran out of time and were put back into the queue
};

struct JobOverview {
    Submissions record;
    std::vector<SubmissionOverview> submissions{};
    std::vector<std::string> silent{};  ///< why a program of Slurm could not be asked; the rest is from the others
};

/// Reads FOLDER/jobs.json, and asks squeue and sacct once each for all jobs. What can't be asked is left out and told:
/// accounting may be off or broken, and Slurm may be missing.
[[nodiscard]] JobOverview overview_of(const std::filesystem::path& folder);

}  // namespace mlaasim::study
