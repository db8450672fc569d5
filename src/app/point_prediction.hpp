// What a point of a study would take on one rank of this machine.
#pragma once

#include <map>
#include <string>

#include "app/machine_rates.hpp"
#include "sim/data/sources/data_source.hpp"

namespace mlaasim::app {

struct PointPrediction {
    double seconds = 0.0;
    double memory_mib = 0.0;
};

/// Predicts points of one study, as `mlaasim plan` does for one rank. Rates are measured once for all points whose
/// model, engine, data and batches are the same.
class PointPredictor {
public:
    /// `places`: where relative paths of the study begin.
    explicit PointPredictor(sim::DataPlaces places);

    /// `yaml`: the point's scenario, written out.
    [[nodiscard]] PointPrediction predict(const std::string& yaml);

private:
    sim::DataPlaces places_;
    std::map<std::string, Rates> rates_;  ///< by what they depend on
};

}  // namespace mlaasim::app
