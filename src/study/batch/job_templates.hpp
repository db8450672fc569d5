// The texts of slurm/*.sh, from which job scripts are made. The build puts them into the program.
#pragma once

#include <string_view>

namespace mlaasim::study {

extern const std::string_view job_template;     ///< slurm/job.sh: the whole script
extern const std::string_view run_template;     ///< slurm/run.sh: one run on many ranks
extern const std::string_view points_template;  ///< slurm/points.sh: some points of a study

}  // namespace mlaasim::study
