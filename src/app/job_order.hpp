// From the arguments of `mlaasim submit` to what is handed in.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/data/sources/data_source.hpp"
#include "study/batch/submit.hpp"
#include "study/study_file.hpp"

namespace mlaasim::app {

struct SubmitRequest {
    std::string file;                      ///< of the scenario or the study
    std::vector<std::string> overrides{};  ///< of --set
    std::filesystem::path output{};        ///< empty: results/NAME
    sim::DataPlaces places{};              ///< where relative paths begin
    std::string program{};                 ///< as a shell reads it; empty: this program
    std::filesystem::path setup{};         ///< lines of the site; empty: none
    std::string launch{};                  ///< of srun, as a shell reads it
    study::JobResources resources{};
    std::int64_t most_timeouts = 20;

    // Of a study alone.
    study::Size size = study::Size::whole;
    std::optional<std::int64_t> per_task{};    ///< points; nothing: as many as take about ten minutes
    std::int64_t at_once = 0;                  ///< tasks at most; 0: as many as Slurm starts
    std::vector<std::string> study_options{};  ///< that were given and make sense for a study alone: "--quick"
};

/// What comes of a file.
struct OrderedWork {
    study::JobOrder order;
    /// Of a study: what its folder is to hold before any task starts.
    std::optional<study::StoredStudy> study{};
    std::string study_text{};

    /// Whether nothing is left to be played.
    [[nodiscard]] bool is_complete() const;
    /// Puts the study into its folder. Throws InputError when the folder holds another one, or somebody plays it now.
    void settle() const;
};

/// Reads the file as a run or a sweep does. Throws InputError for what they would refuse, and for what no job can do.
[[nodiscard]] OrderedWork ordered_work(const SubmitRequest& request);

}  // namespace mlaasim::app
