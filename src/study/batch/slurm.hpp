// What is asked of Slurm, by its own programs: sbatch, squeue, sacct, scontrol. One that is missing, that refuses or
// that does not answer throws InputError with its words; MLAASIM_SLURM_TIMEOUT says how many seconds each may take.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "sim/core/error.hpp"

namespace mlaasim::study {

/// A program of Slurm did not end in time: nobody knows whether it has done what was asked.
class NoAnswer : public sim::InputError {
public:
    using sim::InputError::InputError;
};

/// Hands a script in. Returns the number of the job.
[[nodiscard]] std::string submit_script(const std::filesystem::path& script);

/// Slurm's own MaxArraySize, unless a site sets another.
inline constexpr std::int64_t usual_array_size = 1001;

/// The most tasks that an array may have here.
[[nodiscard]] std::int64_t max_array_size();

/// A job, or a task of an array.
struct SlurmJob {
    std::string id;  ///< "12", "12_3" of an array
    std::string name;
    std::string state;     ///< "RUNNING", "PENDING", "COMPLETED", ...
    std::string reason{};  ///< why it waits, or ended; "None"
    std::string used{};    ///< time since it was started: "5:12"
    std::string limit{};   ///< of that time
    std::string nodes{};

    /// Whether it will not be carried out any more.
    [[nodiscard]] bool ended() const;
};

/// The jobs of these names that Slurm still has in its memory: those that wait or run, and those that ended within the
/// last minutes. One question for all.
[[nodiscard]] std::vector<SlurmJob> jobs_in_queue(const std::vector<std::string>& names);

/// The jobs of these names in Slurm's accounting, `since` as "2026-11-29T12:00:00". One question for all.
[[nodiscard]] std::vector<SlurmJob> jobs_in_accounting(const std::vector<std::string>& names, const std::string& since);

}  // namespace mlaasim::study
