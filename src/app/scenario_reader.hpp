// The scenarios of a study's points, read as `run` reads them.
#pragma once

#include "study/point_reader.hpp"

namespace mlaasim::app {

class ScenarioReader final : public study::PointReader {
public:
    [[nodiscard]] std::vector<study::PointScenario> read(const sim::OptionsDocument& document,
                                                         const std::vector<std::int64_t>& seeds) const override;
};

}  // namespace mlaasim::app
