// FOLDER/jobs.json: what was handed in to the batch system for a folder of results, and what came of it. It is written
// before a job is handed in, so that no job is forgotten and none is handed in twice.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mlaasim::study {

enum class SubmissionState {
    intended,   ///< about to be handed in, or nobody knows: the batch system did not answer
    submitted,  ///< the batch system has it, under a number
    refused,    ///< the batch system did not take it
};
/// "intended", "submitted", "refused".
[[nodiscard]] std::string_view word_of(SubmissionState state);

/// One job, or one array of them.
struct Submission {
    std::string token;     ///< of this submission alone
    std::string job_name;  ///< which no other job has
    std::string time;      ///< when it was recorded, "2026-11-29T12:00:00" local time
    SubmissionState state = SubmissionState::intended;
    std::string job{};             ///< number; empty unless submitted
    std::string answer{};          ///< words of the batch system when it refused
    std::int64_t first_point = 0;  ///< of a study, from 1; 0: this is one run
    std::int64_t last_point = 0;
    std::int64_t points_per_task = 0;

    friend bool operator==(const Submission&, const Submission&) = default;
};

struct Submissions {
    std::string name;         ///< of the scenario or the study
    std::int64_t rounds = 0;  ///< of the one run; 0 of a study
    std::int64_t most_timeouts = 0;
    std::vector<Submission> all{};  ///< oldest first
};

[[nodiscard]] std::vector<std::string> job_names(const Submissions& submissions);

/// FOLDER/jobs.json; nothing was handed in when there is no such file. Throws InputError when it is damaged.
[[nodiscard]] Submissions read_submissions(const std::filesystem::path& folder);
/// Replaces the file in one step.
void write_submissions(const std::filesystem::path& folder, const Submissions& submissions);

}  // namespace mlaasim::study
