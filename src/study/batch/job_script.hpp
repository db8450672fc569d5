// The text of a job for Slurm.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mlaasim::study {

/// What a job asks of the batch system, as far as the user says it.
struct JobResources {
    std::string partition{};
    std::string account{};
    std::string memory{};  ///< per node, as sbatch takes it: "16G"
    std::optional<std::chrono::seconds> time{};
    std::int64_t nodes = 1;
    std::int64_t ranks = 1;              ///< of one run; a study's points have one rank each
    std::int64_t cores = 1;              ///< of a rank, or of a task that plays points
    std::vector<std::string> further{};  ///< options of sbatch, as they are: "--constraint=avx512"
};

/// Tasks of an array, which play points of a study.
struct ArrayPart {
    std::int64_t first = 1;             ///< number of the point that task 0 begins with
    std::int64_t last = 1;              ///< number of the study's last point
    std::int64_t per_task = 1;          ///< points
    std::vector<std::int64_t> tasks{};  ///< numbers, ascending
    std::int64_t at_once = 0;           ///< tasks at most; 0: as many as the batch system starts
};

/// "0-3,5" for {0, 1, 2, 3, 5}: numbers in ascending order, as Slurm and `mlaasim sweep --points` take them.
[[nodiscard]] std::string ranges_of(const std::vector<std::int64_t>& numbers);

struct JobScript {
    std::string name;              ///< of the job, which no other job has
    std::string token;             ///< of the submission
    std::filesystem::path folder;  ///< of the results; absolute
    JobResources resources{};
    std::optional<ArrayPart> array{};    ///< nothing: one run
    std::string program;                 ///< of mlaasim, as a shell reads it
    std::vector<std::string> arguments;  ///< of `run` or `sweep`
    std::string launch{};                ///< of srun, as a shell reads it: "--mpi=pmix"
    std::int64_t most_timeouts = 20;     ///< that often a job that runs out of time is put back into the queue
    std::string setup{};                 ///< lines of the site, carried out first
};

/// The script. Throws InputError for a folder whose name no batch system takes.
[[nodiscard]] std::string text_of(const JobScript& script);

/// How long `mlaasim run` or `sweep` may take (--max-time) when the batch system ends the job after `limit`: it leaves
/// before the warning comes, which some sites do not send.
[[nodiscard]] std::chrono::seconds max_time_within(std::chrono::seconds limit);

/// One word of a shell, in single quotes where needed.
[[nodiscard]] std::string shell_word(const std::string& word);

}  // namespace mlaasim::study
