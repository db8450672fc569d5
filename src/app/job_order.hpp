// From the arguments of `mlaasim submit` to what is handed in.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "study/batch/submit.hpp"

namespace mlaasim::app {

struct SubmitRequest {
    std::string file;                      ///< of the scenario
    std::vector<std::string> overrides{};  ///< of --set
    std::filesystem::path output{};        ///< empty: results/NAME
    std::string data_folder{};
    std::string program{};          ///< as a shell reads it; empty: this program
    std::filesystem::path setup{};  ///< lines of the site; empty: none
    std::string launch{};           ///< of srun, as a shell reads it
    study::JobResources resources{};
    std::int64_t most_timeouts = 20;
};

/// Reads the scenario as a run does. Throws InputError for what a run would refuse, and for what no batch system takes.
[[nodiscard]] study::JobOrder job_order(const SubmitRequest& request);

}  // namespace mlaasim::app
