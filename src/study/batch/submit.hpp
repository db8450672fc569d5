// Hands a run or a study in to Slurm, and records that.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "study/batch/job_script.hpp"
#include "study/batch/submissions.hpp"

namespace mlaasim::study {

/// What is to be handed in.
struct JobOrder {
    std::string name;            ///< of the scenario or the study
    std::int64_t rounds = 0;     ///< of the one run; 0 of a study
    std::vector<bool> points{};  ///< of a study, by index from 0: whether the point is still to be played
    std::int64_t per_task = 1;   ///< points that a task plays, one after the other
    std::int64_t at_once = 0;    ///< tasks at most; 0: as many as the batch system starts
    JobScript script;            ///< what all jobs have in common: all but name, token and array
};

/// The scripts of the order: one for a run; for a study an array, or several where it has more tasks than an array may
/// have. Each has a token and a job name that no other has. Tasks of which every point is played are left out.
[[nodiscard]] std::vector<JobScript> scripts_of(const JobOrder& order, std::int64_t max_array_size);

/// FOLDER/slurm/TOKEN.sh, where the script of a job is kept.
[[nodiscard]] std::filesystem::path script_file(const std::filesystem::path& folder, const std::string& token);

/// Records each job in FOLDER/jobs.json, then hands it in. Returns what was handed in. Throws InputError when a job of
/// this folder still waits or runs, or when Slurm does not take or does not answer; what was handed in before stays
/// recorded, and the same command goes on.
[[nodiscard]] std::vector<Submission> submit(const JobOrder& order);

}  // namespace mlaasim::study
