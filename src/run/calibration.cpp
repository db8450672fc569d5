#include "run/calibration.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <optional>
#include <utility>

#include "run/needs.hpp"
#include "run/scenario_checks.hpp"

namespace mlaasim::run {
namespace {

constexpr std::string_view path = "test_time.composability.calibration";
constexpr const char* form_of_logistic = "an intercept and five weights, or none";

bool is_logistic(const std::vector<double>& numbers) { return numbers.empty() || numbers.size() == 6; }

Calibration read_calibration(const std::string& file) {
    Calibration calibration;
    const sim::OptionsDocument document{read_scenario_text(file), file};
    document.read([&](sim::OptionVisitor& visitor) { declare(visitor, calibration); });
    if (!is_logistic(calibration.logistic)) {
        throw sim::InputError(
            {document.problem_at("logistic", "logistic has " + std::to_string(calibration.logistic.size()) + " numbers",
                                 form_of_logistic, "fit it anew by mlaasim calibrate")});
    }
    return calibration;
}

/// Absent when it can't be known, or the model can't be built: that is another mistake.
std::optional<std::string> model_words(const Scenario& scenario) {
    const sim::KnownData data = scenario.data.source->known();
    if (data.shape.size() == 0 || !architecture_fits(scenario)) {
        return std::nullopt;
    }
    try {
        return model_of(scenario, data.shape, data.classes).architecture();
    } catch (const sim::InputError&) {
        return std::nullopt;
    }
}

}  // namespace

void declare(sim::OptionVisitor& visitor, Calibration& calibration) {
    visitor.option("technique", calibration.technique, {.doc = "The technique it is for", .required = true});
    visitor.option("model", calibration.model, {.doc = "The model it is for", .required = true});
    visitor.option("integration", calibration.integration, {.doc = "The integration it is for", .required = true});
    visitor.option("form", calibration.form, {.doc = "The form of the scores", .required = true});
    visitor.option("pdam", calibration.pdam, {.doc = "Their distance between predictions", .required = true});
    visitor.option("layer_weights", calibration.layer_weights, {.doc = "Their weights of layers", .required = true});
    visitor.option("tau", calibration.tau, {.doc = "Their tau", .required = true});
    visitor.option("threshold", calibration.threshold, {.doc = "Composable from this score on", .required = true});
    visitor.option("logistic", calibration.logistic,
                   {.doc = "Intercept, and weights of the five scores; empty where no regression could be fitted"});
    visitor.option("cases", calibration.cases, {.doc = "Adaptations that it was fitted on", .range = sim::at_least(0)});
}

void take_calibration(Scenario& scenario, const sim::OptionsDocument& document, const sim::DataPlaces& places,
                      std::vector<sim::Problem>& problems) {
    tta::ComposabilityOptions& options = scenario.test_time.composability;
    const auto problem = [&](std::string what, std::string expected, std::string hint) {
        problems.push_back(document.problem_at(path, std::move(what), std::move(expected), std::move(hint)));
    };
    if (!options.calibration.empty()) {
        const std::string file = (places.scenario_folder / options.calibration).string();
        if (!std::filesystem::exists(file)) {
            problem("there is no calibration file " + file, "a file that mlaasim calibrate has written",
                    "a relative path begins in the scenario's folder");
            return;
        }
        const Calibration calibration = read_calibration(file);
        const auto differs = [&](std::string_view what, const std::string& fitted, std::string_view given) {
            if (fitted != given) {
                problem(file + " was fitted for the " + std::string{what} + " " + fitted + ", and the scenario has " +
                            std::string{given},
                        std::string{given}, "calibrate on traces of this " + std::string{what});
            }
        };
        differs("technique", calibration.technique, scenario.test_time.technique.word());
        if (const std::optional<std::string> model = model_words(scenario)) {
            differs("model", calibration.model, *model);
        }
        differs("integration", calibration.integration, scenario.test_time.integration.word());
        differs("form", calibration.form, sim::choice_name(options.form));
        differs("pdam", calibration.pdam, options.pdam.word());
        differs("layer_weights", calibration.layer_weights, sim::choice_name(options.layer_weights));
        differs("tau", fmt::format("{}", calibration.tau), fmt::format("{}", options.tau));
        if (!scenario.test_time.also.empty()) {
            problem("a calibration is for one technique, and test_time.also has more", "no test_time.also",
                    "leave out test_time.also, or the calibration");
        }
        options.threshold = calibration.threshold;
        options.logistic = calibration.logistic;
        options.calibration.clear();
    }
    if (!is_logistic(options.logistic)) {
        const std::string its_path = "test_time.composability.logistic";
        problems.push_back(document.problem_at(
            its_path, its_path + " has " + std::to_string(options.logistic.size()) + " numbers", form_of_logistic, ""));
    }
}

}  // namespace mlaasim::run
