// When an adapted service is composable, fitted on what came of adaptations in finished runs.
#pragma once

#include <array>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mlaasim::study {

/// WDM, UCS, BNUAS, BNDAS and PDAM.
inline constexpr std::size_t composability_scores = 5;

/// One service that was adapted and integrated, alone in its round.
struct CalibrationCase {
    std::array<double, composability_scores> scores{};  ///< absent ones are 0
    double score = 0.0;
    bool composable = false;  ///< the composition lost no more accuracy than the margin
    std::size_t run = 0;      ///< the place of its trace
};

/// What the cases are of. All traces of a calibration agree in it.
struct CalibrationSubject {
    std::string technique;
    std::string model;        ///< "cnn 1x28x28 c16 c32 h64 o10"
    std::string integration;  ///< what an accuracy is of
    std::string form;         ///< of the scores, as the options of test_time.composability have it
    std::string pdam;
    std::string layer_weights;
    std::string tau;
    friend bool operator==(const CalibrationSubject&, const CalibrationSubject&) = default;
};

struct CalibrationCases {
    CalibrationSubject subject;
    std::vector<CalibrationCase> cases;
    std::size_t left_out = 0;  ///< adaptations in rounds with more than one change
};

/// Throws InputError when traces differ in the subject, tried several techniques, or hold no case.
[[nodiscard]] CalibrationCases read_calibration_cases(std::span<const std::filesystem::path> traces, double margin);

struct FittedCalibration {
    double threshold = 0.0;
    std::vector<double> logistic{};   ///< intercept and weights of the scores
    double threshold_accuracy = 0.0;  ///< balanced, on the cases themselves
    double logistic_accuracy = 0.0;
};

/// Balanced accuracies on cases that had no part in the fit.
struct CalibrationElsewhere {
    double threshold = 0.0;
    double logistic = 0.0;
};
/// Each run is judged by what is fitted on the other runs. Nothing where some run leaves only one answer among the
/// others.
[[nodiscard]] std::optional<CalibrationElsewhere> judge_elsewhere(std::span<const CalibrationCase> cases);

/// The threshold of the score with the highest balanced accuracy; of equal ones the lowest. It lies midway between two
/// scores that occur. The regression minimises the mean log loss + .005 x the sum of the squared weights of the
/// standardised scores, by Newton's method. Precondition: both answers occur among the cases.
[[nodiscard]] FittedCalibration fit_calibration(std::span<const CalibrationCase> cases);

/// As `test_time.composability.calibration` reads it.
[[nodiscard]] std::string to_yaml(const CalibrationSubject& subject, const FittedCalibration& fitted,
                                  std::size_t cases);

}  // namespace mlaasim::study
