// The scenarios of a study's points, read as `run` reads them.
#pragma once

#include <utility>

#include "sim/data/sources/data_source.hpp"
#include "study/point_reader.hpp"

namespace mlaasim::app {

class ScenarioReader final : public study::PointReader {
public:
    /// `places`: where relative paths begin.
    explicit ScenarioReader(sim::DataPlaces places) : places_{std::move(places)} {}

    [[nodiscard]] std::vector<study::PointScenario> read(const sim::OptionsDocument& document,
                                                         const std::vector<std::int64_t>& seeds) const override;

private:
    sim::DataPlaces places_;
};

}  // namespace mlaasim::app
