// The scenarios of a study's points, read as `run` reads them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "run/scenario.hpp"
#include "study/point_reader.hpp"

namespace mlaasim::app {

class ScenarioReader final : public study::PointReader {
public:
    /// The study's file, and --data: relative paths of the scenarios begin there.
    ScenarioReader(const std::string& study_file, const std::filesystem::path& data_folder)
        : places_{run::data_places(study_file, data_folder)} {}

    [[nodiscard]] std::vector<study::PointScenario> read(const sim::OptionsDocument& document,
                                                         const std::vector<std::int64_t>& seeds) const override;

private:
    sim::DataPlaces places_;
};

}  // namespace mlaasim::app
