// Plays the points of a study, and writes its results.
#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/data/sources/data_source.hpp"
#include "study/point_choice.hpp"
#include "study/study_file.hpp"

namespace mlaasim::app {

struct SweepRequest {
    std::string file;
    std::vector<std::string> overrides{};
    study::Size size = study::Size::whole;
    study::PointChoice choice{};
    std::filesystem::path output{};        ///< empty: results/NAME, or results/NAME-quick
    std::optional<std::size_t> jobs{};     ///< nothing: as many as fit
    std::vector<std::string> arguments{};  ///< for `mlaasim run` of every point
    sim::DataPlaces places{};              ///< where relative paths of the study begin
    /// Until when points may run; nothing: no limit.
    std::optional<std::chrono::steady_clock::time_point> end{};
};

/// Returns the exit code. Throws InputError before any point is played.
[[nodiscard]] int sweep(const SweepRequest& request);

/// The folder of the study: as asked for, else results/NAME, else results/NAME-quick.
[[nodiscard]] std::filesystem::path output_folder(const SweepRequest& request, const study::StoredStudy& study);

/// Reads the study that is asked for. `reader` outlives it.
[[nodiscard]] study::StudyFile read_study_file(const SweepRequest& request, const study::PointReader& reader);

}  // namespace mlaasim::app
