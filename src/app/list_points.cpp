#include "app/list_points.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>

#include "app/capacity.hpp"
#include "app/point_prediction.hpp"
#include "app/progress_text.hpp"
#include "app/scenario_reader.hpp"
#include "sim/core/counted.hpp"

namespace mlaasim::app {

int list_points(const SweepRequest& request) {
    const ScenarioReader reader{request.places};
    const study::StudyFile file = read_study_file(request, reader);
    const std::vector<study::StoredPoint> points = study::chosen_points(file.study(), request.choice);
    PointPredictor predictor{request.places};
    std::map<std::string, PointPrediction> by_setting;  // seeds change neither time nor memory to speak of
    std::size_t width = 5;
    for (const study::StoredPoint& point : points) {
        if (!by_setting.contains(point.setting)) {
            by_setting[point.setting] = predictor.predict(file.scenario_of(point));
        }
        width = std::max(width, point.name.size());
    }
    fmt::print("{:>6}  {:<{}}  {:>10}  {:>8}\n", "number", "point", width, "seconds", "MiB");
    double seconds = 0.0;
    double longest = 0.0;
    double memory = 0.0;
    for (const study::StoredPoint& point : points) {
        const PointPrediction& prediction = by_setting[point.setting];
        fmt::print("{:>6}  {:<{}}  {:>10.1f}  {:>8.0f}\n", point.index, point.name, width, prediction.seconds,
                   prediction.memory_mib);
        seconds += prediction.seconds;
        longest = std::max(longest, prediction.seconds);
        memory = std::max(memory, prediction.memory_mib);
    }
    const std::size_t jobs = std::min(points.size(), request.jobs ? *request.jobs : jobs_that_fit(capacity(), memory));
    fmt::print("\n{}, {} at once: about {}; one behind the other: {}\n",
               sim::counted(static_cast<std::int64_t>(points.size()), "point"), jobs,
               duration_text(std::max(longest, seconds / static_cast<double>(jobs))), duration_text(seconds));
    return 0;
}

}  // namespace mlaasim::app
