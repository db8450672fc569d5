// What `mlaasim calibrate` has fitted: when an adapted service is composable.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "run/scenario.hpp"

namespace mlaasim::run {

/// A calibration file.
struct Calibration {
    std::string technique;
    std::string model;        ///< "cnn 1x28x28 c16 c32 h64 o10"
    std::string integration;  ///< this and the rest: as the options of test_time have it
    std::string form;
    std::string pdam;
    std::string layer_weights;
    double tau = 1.0;
    double threshold = 0.0;
    std::vector<double> logistic{};  ///< as in tta::ComposabilityOptions
    std::int64_t cases = 0;
};
void declare(sim::OptionVisitor& visitor, Calibration& calibration);

/// Takes threshold and logistic regression from the file that the scenario names, so that the scenario no longer needs
/// it. Adds a problem when the file can't be read, or was fitted for another technique, model, integration or
/// way of scoring.
void take_calibration(Scenario& scenario, const sim::OptionsDocument& document, const sim::DataPlaces& places,
                      std::vector<sim::Problem>& problems);

}  // namespace mlaasim::run
