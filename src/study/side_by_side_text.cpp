#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "sim/core/counted.hpp"
#include "study/quantity_text.hpp"
#include "study/side_by_side.hpp"
#include "study/sparkline.hpp"

namespace mlaasim::study {
namespace {

constexpr std::size_t most_bars = 36;  ///< of one curve; two stand beside each other

std::string names_text(const SideBySide& compared) {
    std::string text;
    for (std::size_t i = 0; i < compared.runs.size(); ++i) {
        const RunSummary& run = compared.runs[i];
        text += fmt::format("{:<4} {}\n", letter_of(i), run.source);
        if (run.runs > 1) {
            text += fmt::format("     means of {} runs\n", run.runs);
        }
        if (run.unfinished > 0) {
            text += fmt::format("     {} not finished\n", run.runs == 1 ? "the run is"
                                                          : run.unfinished == 1
                                                              ? "1 run is"
                                                              : fmt::format("{} runs are", run.unfinished));
        }
    }
    return text;
}

std::string options_text(const std::string& title, const std::vector<DifferingOption>& options) {
    std::string text = title + "\n";
    for (const DifferingOption& option : options) {
        text += fmt::format("  {}\n", option.path);
        for (const SharedValue& shared : shared_values(option)) {
            text += fmt::format("    {}: {}\n", list_text(shared.letters), shared.value);
        }
    }
    return text;
}

std::string loss_text(double loss) {
    return !std::isfinite(loss) ? "-" : loss < 99.9995 ? fmt::format("{:.4f}", loss) : fmt::format("{:.3g}", loss);
}

std::string quality_text(const SideBySide& compared) {
    std::string text = fmt::format("{:>33}{:>30}\n", "accuracy, %", "loss");
    text += fmt::format("{:<4}{:>7}{:>8}{:>8}{:>8} {:>7}{:>10}{:>9}{:>9} {:>7}\n", "", "rounds", "last", "mean", "best",
                        "round", "last", "mean", "best", "round");
    for (std::size_t i = 0; i < compared.runs.size(); ++i) {
        const RunSummary& run = compared.runs[i];
        const BestRound accuracy = highest(run.accuracy);
        const BestRound loss = lowest(run.loss);
        text += fmt::format("{:<4}{:>7}{:>8.1f}{:>8.1f}{:>8.1f} {:>7}{:>10}{:>9}{:>9} {:>7}\n", letter_of(i),
                            run.accuracy.size(), 100.0 * run.accuracy.back(), 100.0 * mean_of(run.accuracy),
                            100.0 * accuracy.value, accuracy.round, loss_text(run.loss.back()),
                            loss_text(mean_of(run.loss)), loss_text(loss.value), loss.round);
    }
    return text;
}

std::string curves_text(const SideBySide& compared) {
    std::vector<const std::vector<double>*> accuracies;
    std::vector<const std::vector<double>*> losses;
    std::size_t rounds = 0;
    for (const RunSummary& run : compared.runs) {
        accuracies.push_back(&run.accuracy);
        losses.push_back(&run.loss);
        rounds = std::max(rounds, run.accuracy.size());
    }
    const ValueRange accuracy = range_of(accuracies);
    const ValueRange loss = range_of(losses);
    const std::size_t per_bar = values_per_bar(rounds, most_bars);
    std::string text =
        fmt::format("{:<4} {:<{}}  {}\n", "",
                    fmt::format("accuracy, {:.1f} to {:.1f} %", 100.0 * accuracy.lowest, 100.0 * accuracy.highest),
                    most_bars, fmt::format("loss, {} to {}", loss_text(loss.lowest), loss_text(loss.highest)));
    for (std::size_t i = 0; i < compared.runs.size(); ++i) {
        const RunSummary& run = compared.runs[i];
        const std::size_t bars = (run.accuracy.size() + per_bar - 1) / per_bar;
        text += fmt::format("{:<4} {}{}  {}\n", letter_of(i), sparkline(run.accuracy, accuracy, per_bar),
                            std::string(most_bars - bars, ' '), sparkline(run.loss, loss, per_bar));
    }
    return per_bar == 1 ? text : text + fmt::format("     a bar is the mean of {} rounds\n", per_bar);
}

/// A count, or the mean of several: "3", "2.4".
std::string count_text(double count) { return fmt::format("{:.{}f}", count, count == std::floor(count) ? 0 : 1); }

std::string cost_text(const SideBySide& compared) {
    std::string text = fmt::format("{:<4}{:>9}{:>9}{:>12}{:>12}{:>16}{:>16}\n", "", "replaced", "adapted", "traffic",
                                   "energy", "modelled time", "measured time");
    for (std::size_t i = 0; i < compared.runs.size(); ++i) {
        const RunSummary& run = compared.runs[i];
        text += fmt::format("{:<4}{:>9}{:>9}{:>12}{:>12}{:>16}{:>16}\n", letter_of(i), count_text(run.replaced),
                            count_text(run.adapted), bytes_text(run.bytes), energy_text(run.energy_j),
                            seconds_text(run.modelled_s), run.measured_s > 0.0 ? seconds_text(run.measured_s) : "-");
    }
    return text + "     traffic, energy: modelled, of all trainings; modelled time: of all rounds\n";
}

}  // namespace

std::string side_by_side_text(const SideBySide& compared) {
    std::string text = names_text(compared) + "\n";
    text += compared.options.empty() ? "No option differs.\n"
                                     : options_text("Options in which they differ", compared.options);
    if (!compared.versions.empty()) {
        text += "\n" + options_text("Also different, so results may differ by that, too", compared.versions);
    }
    return text + "\n" + quality_text(compared) + "\n" + curves_text(compared) + "\n" + cost_text(compared);
}

}  // namespace mlaasim::study
