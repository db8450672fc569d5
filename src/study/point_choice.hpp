// Some points of a study, as the command line names them.
#pragma once

#include <string>
#include <vector>

#include "study/study_folder.hpp"

namespace mlaasim::study {

struct PointChoice {
    std::vector<std::string> only{};  ///< "alpha=0.1" or "alpha=0.1,1": all of them must hold; a key, its label or seed
    std::string numbers{};            ///< "3-7,9": numbers of points, from 1; empty: all
};

/// The points that are meant, in their order. Throws InputError for an unknown key or number, and when no point is
/// left.
[[nodiscard]] std::vector<StoredPoint> chosen_points(const StoredStudy& study, const PointChoice& choice);

}  // namespace mlaasim::study
