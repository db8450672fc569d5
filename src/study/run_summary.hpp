// What a comparison shows of a run, or of several runs that differ in their seed alone.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "study/recorded_run.hpp"

namespace mlaasim::study {

/// Numbers are means over the runs.
struct RunSummary {
    std::string source;  ///< as the user named it; of a study also the point's setting
    std::size_t runs = 1;
    std::size_t unfinished = 0;    ///< runs among them that have not committed their last round
    OptionValues options;          ///< where the runs differ: "(5 values)"
    OptionValues versions;         ///< data, program, libraries and instruction set, in the same form
    std::vector<double> accuracy;  ///< round by round, over the rounds that all runs have; at least one
    std::vector<double> loss;
    double replaced = 0.0;  ///< services, in these rounds
    double adapted = 0.0;
    /// Modelled cost of all trainings up to the last of these rounds, and the sum of the rounds' modelled latencies.
    double bytes = 0.0;
    double energy_j = 0.0;
    double modelled_s = 0.0;
    double measured_s = 0.0;  ///< of these rounds on rank 0
};

/// The best value of a curve, and its round.
struct BestRound {
    double value = 0.0;
    std::size_t round = 1;
};
[[nodiscard]] BestRound highest(const std::vector<double>& curve);
[[nodiscard]] BestRound lowest(const std::vector<double>& curve);
[[nodiscard]] double mean_of(const std::vector<double>& curve);

struct Summaries {
    std::vector<RunSummary> runs;
    std::vector<std::string> unreadable;  ///< of each point that can't be read, what is wrong with its trace
};

/// A trace or the folder of a run gives one summary. The folder of a study (with points/ in it) gives one for each
/// setting: its points that differ in nothing but name and seed. Points without a committed round are left out, and so
/// are those that can't be read. Throws InputError when nothing is left.
[[nodiscard]] Summaries summaries_of(const std::string& path);

}  // namespace mlaasim::study
