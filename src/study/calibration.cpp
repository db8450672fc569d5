#include "study/calibration.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <set>

#include "sim/core/error.hpp"
#include "sim/trace/model_description.hpp"
#include "study/report/run_trace.hpp"

namespace mlaasim::study {
namespace {

constexpr double penalty = 0.01;  ///< twice the factor of the squared weights
constexpr std::size_t unknowns = composability_scores + 1;
using Unknowns = std::array<double, unknowns>;

std::string model_words(const RunTrace& trace) {
    const sim::ModelDescription model = sim::model_from_json(trace.header.model);
    std::string words =
        fmt::format("{} {}x{}x{}", trace.option("model.kind"), model.input[0], model.input[1], model.input[2]);
    for (const auto& layer : model.layers) {
        if (layer.kind == "convolution") {
            words += fmt::format(" c{}", layer.out);
        } else if (layer.kind == "linear") {
            words += fmt::format(" {}{}", &layer == &model.layers.back() ? "o" : "h", layer.out);
        }
    }
    return words;
}

CalibrationSubject subject_of(const RunTrace& trace) {
    CalibrationSubject subject{.technique = trace.option("test_time.technique"),
                               .model = model_words(trace),
                               .integration = trace.option("test_time.integration.kind"),
                               .form = trace.option("test_time.composability.form"),
                               .pdam = trace.option("test_time.composability.pdam"),
                               .layer_weights = trace.option("test_time.composability.layer_weights"),
                               .tau = trace.option("test_time.composability.tau")};
    for (const sim::TtaRecord& row : trace.tta) {
        if (row.technique.view() != subject.technique) {
            throw sim::InputError({.file = trace.file.string(),
                                   .what = "the run tried several techniques",
                                   .expected = "adaptations by one technique",
                                   .hint = "calibrate on runs without test_time.also"});
        }
    }
    return subject;
}

/// "cnn 1x28x28 o10 by tent, integration replace, scores normalised, ..."
std::string words_of(const CalibrationSubject& subject) {
    return fmt::format("{} by {}, integration {}, scores {}, pdam {}, layer_weights {}, tau {}", subject.model,
                       subject.technique, subject.integration, subject.form, subject.pdam, subject.layer_weights,
                       subject.tau);
}

void add_cases(const RunTrace& trace, std::size_t run, double margin, CalibrationCases& all) {
    const auto or_zero = [](double score) { return std::isfinite(score) ? score : 0.0; };
    for (const sim::TtaRecord& row : trace.tta) {
        if (row.outcome.view() != "integrated" || row.round > trace.rounds.size()) {
            continue;
        }
        const sim::RoundRecord& round = trace.rounds[row.round - 1];
        if (round.adapted != 1 || round.replaced != 0) {
            ++all.left_out;
            continue;
        }
        all.cases.push_back(
            {.scores = {or_zero(row.wdm), or_zero(row.ucs), or_zero(row.bnuas), or_zero(row.bndas), or_zero(row.pdam)},
             .score = row.score,
             .composable = round.adapted_accuracy - round.accuracy >= -margin,
             .run = run});
    }
}

/// Mean of the shares of both answers that are found.
double balanced_accuracy(std::span<const CalibrationCase> cases, const auto& says_yes) {
    std::array<double, 2> right{};
    std::array<double, 2> all{};
    for (const CalibrationCase& one : cases) {
        all[one.composable ? 1 : 0] += 1.0;
        right[one.composable ? 1 : 0] += says_yes(one) == one.composable ? 1.0 : 0.0;
    }
    return 0.5 * (right[0] / all[0] + right[1] / all[1]);
}

double best_threshold(std::span<const CalibrationCase> cases) {
    std::vector<double> scores;
    for (const CalibrationCase& one : cases) {
        scores.push_back(one.score);
    }
    std::ranges::sort(scores);
    double best = 0.0;
    double threshold = scores.front();
    for (std::size_t i = 0; i < scores.size(); ++i) {
        const double candidate = i == 0 ? scores[0] : 0.5 * (scores[i - 1] + scores[i]);
        const double accuracy =
            balanced_accuracy(cases, [&](const CalibrationCase& one) { return one.score >= candidate; });
        if (accuracy > best) {
            best = accuracy;
            threshold = candidate;
        }
    }
    return threshold;
}

/// Solves a symmetric, positive definite system in place (Gauss).
Unknowns solve(std::array<Unknowns, unknowns> matrix, Unknowns right) {
    for (std::size_t i = 0; i < unknowns; ++i) {
        for (std::size_t k = i + 1; k < unknowns; ++k) {
            const double factor = matrix[k][i] / matrix[i][i];
            for (std::size_t j = i; j < unknowns; ++j) {
                matrix[k][j] -= factor * matrix[i][j];
            }
            right[k] -= factor * right[i];
        }
    }
    for (std::size_t i = unknowns; i-- > 0;) {
        for (std::size_t j = i + 1; j < unknowns; ++j) {
            right[i] -= matrix[i][j] * right[j];
        }
        right[i] /= matrix[i][i];
    }
    return right;
}

double linear(const Unknowns& weights, const Unknowns& row) {
    double sum = 0.0;
    for (std::size_t i = 0; i < unknowns; ++i) {
        sum += weights[i] * row[i];
    }
    return sum;
}

/// Newton's method on standardised rows, of which the first number is 1.
Unknowns fit_rows(std::span<const CalibrationCase> cases, std::span<const Unknowns> rows) {
    const double share = 1.0 / static_cast<double>(rows.size());
    Unknowns weights{};
    for (int step = 0; step < 50; ++step) {
        Unknowns slope{};
        std::array<Unknowns, unknowns> curvature{};
        for (std::size_t i = 0; i < unknowns; ++i) {
            slope[i] = i == 0 ? 0.0 : penalty * weights[i];
            curvature[i][i] = i == 0 ? 1e-9 : penalty;
        }
        for (std::size_t n = 0; n < rows.size(); ++n) {
            const double p = 1.0 / (1.0 + std::exp(-linear(weights, rows[n])));
            for (std::size_t i = 0; i < unknowns; ++i) {
                slope[i] += share * (p - (cases[n].composable ? 1.0 : 0.0)) * rows[n][i];
                for (std::size_t j = 0; j < unknowns; ++j) {
                    curvature[i][j] += share * p * (1.0 - p) * rows[n][i] * rows[n][j];
                }
            }
        }
        const Unknowns change = solve(curvature, slope);
        double largest = 0.0;
        for (std::size_t i = 0; i < unknowns; ++i) {
            weights[i] -= change[i];
            largest = std::max(largest, std::abs(change[i]));
        }
        sim::expects(std::isfinite(largest), "with the penalty Newton's steps have a solution");
        if (largest < 1e-10) {
            break;
        }
    }
    return weights;
}

std::vector<double> fit_logistic(std::span<const CalibrationCase> cases) {
    const auto count = static_cast<double>(cases.size());
    std::array<double, composability_scores> mean{};
    std::array<double, composability_scores> deviation{};
    for (std::size_t s = 0; s < composability_scores; ++s) {
        for (const CalibrationCase& one : cases) {
            mean[s] += one.scores[s] / count;
        }
        for (const CalibrationCase& one : cases) {
            deviation[s] += (one.scores[s] - mean[s]) * (one.scores[s] - mean[s]) / count;
        }
        deviation[s] = std::sqrt(deviation[s]);
    }
    std::vector<Unknowns> rows;
    for (const CalibrationCase& one : cases) {
        Unknowns row{1.0};
        for (std::size_t s = 0; s < composability_scores; ++s) {
            row[s + 1] = deviation[s] > 1e-12 ? (one.scores[s] - mean[s]) / deviation[s] : 0.0;
        }
        rows.push_back(row);
    }
    const Unknowns weights = fit_rows(cases, rows);
    std::vector<double> logistic{weights[0]};
    for (std::size_t s = 0; s < composability_scores; ++s) {
        const double weight = deviation[s] > 1e-12 ? weights[s + 1] / deviation[s] : 0.0;
        logistic.push_back(weight);
        logistic[0] -= weight * mean[s];
    }
    return logistic;
}

bool says_yes(std::span<const double> logistic, const CalibrationCase& one) {
    return std::inner_product(one.scores.begin(), one.scores.end(), logistic.begin() + 1, logistic[0]) >= 0.0;
}

}  // namespace

CalibrationCases read_calibration_cases(std::span<const std::filesystem::path> traces, double margin) {
    std::optional<CalibrationCases> all;
    for (const std::filesystem::path& file : traces) {
        const RunTrace trace = read_run_trace(file);
        const CalibrationSubject subject = subject_of(trace);
        if (!all) {
            all = CalibrationCases{.subject = subject, .cases = {}};
        } else if (subject != all->subject) {
            throw sim::InputError({.file = file.string(),
                                   .what = "the run adapted " + words_of(subject),
                                   .expected = words_of(all->subject) + ", as the runs before",
                                   .hint = "calibrate each technique, model and way of scoring on traces of its own"});
        }
        add_cases(trace, static_cast<std::size_t>(&file - traces.data()), margin, *all);
    }
    const auto composable = all ? std::ranges::count(all->cases, true, &CalibrationCase::composable) : 0;
    if (!all || composable == 0 || static_cast<std::size_t>(composable) == all->cases.size()) {
        throw sim::InputError(
            {.what =
                 fmt::format("the traces hold {} adaptations that were integrated alone in their round, of which {} "
                             "did no harm",
                             all ? all->cases.size() : 0, composable),
             .expected = "some that did harm, and some that did none",
             .hint =
                 "play runs with test_time.composability.threshold: 0, strategy tta and assessment.max_flagged: 1"});
    }
    return *all;
}

FittedCalibration fit_calibration(std::span<const CalibrationCase> cases) {
    const auto composable = std::ranges::count(cases, true, &CalibrationCase::composable);
    sim::expects(composable > 0 && composable < static_cast<std::ptrdiff_t>(cases.size()), "both answers occur");
    FittedCalibration fitted{.threshold = best_threshold(cases), .logistic = fit_logistic(cases)};
    fitted.threshold_accuracy =
        balanced_accuracy(cases, [&](const CalibrationCase& one) { return one.score >= fitted.threshold; });
    fitted.logistic_accuracy =
        balanced_accuracy(cases, [&](const CalibrationCase& one) { return says_yes(fitted.logistic, one); });
    return fitted;
}

std::optional<CalibrationElsewhere> judge_elsewhere(std::span<const CalibrationCase> cases) {
    std::vector<CalibrationCase> by_threshold;  // with a score of 1 where the fit says yes, else 0
    std::vector<CalibrationCase> by_logistic;
    std::set<std::size_t> runs;
    for (const CalibrationCase& one : cases) {
        runs.insert(one.run);
    }
    for (const std::size_t run : runs) {
        std::vector<CalibrationCase> others;
        std::ranges::copy_if(cases, std::back_inserter(others),
                             [&](const CalibrationCase& one) { return one.run != run; });
        const auto composable = std::ranges::count(others, true, &CalibrationCase::composable);
        if (composable == 0 || static_cast<std::size_t>(composable) == others.size()) {
            return std::nullopt;
        }
        const FittedCalibration fitted = fit_calibration(others);
        for (const CalibrationCase& one : cases) {
            if (one.run == run) {
                by_threshold.push_back(
                    {.score = one.score >= fitted.threshold ? 1.0 : 0.0, .composable = one.composable});
                by_logistic.push_back(
                    {.score = says_yes(fitted.logistic, one) ? 1.0 : 0.0, .composable = one.composable});
            }
        }
    }
    const auto yes = [](const CalibrationCase& one) { return one.score > 0.5; };
    return CalibrationElsewhere{.threshold = balanced_accuracy(by_threshold, yes),
                                .logistic = balanced_accuracy(by_logistic, yes)};
}

std::string to_yaml(const CalibrationSubject& subject, const FittedCalibration& fitted, std::size_t cases) {
    std::string numbers;
    for (const double number : fitted.logistic) {
        numbers += fmt::format("{}{}", numbers.empty() ? "" : ", ", number);
    }
    return fmt::format(
        "# When a service adapted by this technique is composable: fitted by mlaasim calibrate\n"
        "# The threshold has no effect beside the logistic regression; with logistic: [] it decides\n"
        "technique: {}\nmodel: {}\nintegration: {}\nform: {}\npdam: {}\nlayer_weights: {}\ntau: {}\n"
        "threshold: {}\nlogistic: [{}]\ncases: {}\n",
        subject.technique, subject.model, subject.integration, subject.form, subject.pdam, subject.layer_weights,
        subject.tau, fitted.threshold, numbers, cases);
}

}  // namespace mlaasim::study
