#include "app/comparison_text.hpp"

#include <fmt/core.h>

#include <array>
#include <cmath>
#include <cstdlib>
#include <string_view>

#include "sim/core/counted.hpp"

namespace mlaasim::app {
namespace {

/// A share in tenths of a percent, as it is shown, so that differences are those of the numbers on the screen.
std::int64_t tenths(double share) { return std::llround(1000.0 * share); }

std::string percent_text(double share) { return fmt::format("{:.1f} %", static_cast<double>(tenths(share)) / 10.0); }

std::string gain_text(double accuracy, double accuracy_without) {
    const std::int64_t gain = tenths(accuracy) - tenths(accuracy_without);
    return gain == 0 ? "no difference"
                     : fmt::format("{:.1f} points {}", static_cast<double>(std::llabs(gain)) / 10.0,
                                   gain > 0 ? "more" : "less");
}

/// "12 % more modelled traffic"
std::string change_text(double value, double value_without, std::string_view what) {
    const std::string_view direction = value > value_without ? "more" : "less";
    if (value_without == 0.0 && value != 0.0) {
        return fmt::format("{} {}", direction, what);
    }
    const double percent = value == value_without ? 0.0 : 100.0 * std::fabs(value / value_without - 1.0);
    return percent < 0.05 ? fmt::format("the same {}", what)
                          : fmt::format("{:.{}f} % {} {}", percent, percent < 9.95 ? 1 : 0, direction, what);
}

std::string energy_text(double joules) {
    return joules < 9999.95 ? fmt::format("{:.1f} J", joules) : fmt::format("{:.1f} kJ", joules / 1000.0);
}

std::string joined(const std::vector<std::string>& parts) {
    std::string text;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        text += (i == 0 ? "" : i + 1 == parts.size() ? " and " : ", ") + parts[i];
    }
    return text;
}

std::uint32_t first_response(const Comparison& comparison) {
    for (const ComparedRound& round : comparison.rounds) {
        if (round.replaced + round.adapted > 0) {
            return round.round;
        }
    }
    return 0;
}

}  // namespace

std::string bytes_text(std::int64_t bytes) {
    constexpr std::array units{"kB", "MB", "GB", "TB", "PB", "EB"};
    if (std::llabs(bytes) < 1000) {
        return fmt::format("{} B", bytes);
    }
    double value = static_cast<double>(bytes) / 1000.0;
    std::size_t unit = 0;
    while (std::fabs(value) >= 999.95 && unit + 1 < units.size()) {
        value /= 1000.0;
        ++unit;
    }
    return fmt::format("{:.1f} {}", value, units[unit]);
}

std::string sentence(const Comparison& comparison) {
    const ComparedRound& last = comparison.rounds.back();
    std::int64_t replaced = 0;
    std::int64_t adapted = 0;
    for (const ComparedRound& round : comparison.rounds) {
        replaced += round.replaced;
        adapted += round.adapted;
    }
    std::vector<std::string> price;
    if (replaced > 0) {
        price.push_back(sim::counted(replaced, "service") + " replaced");
    }
    if (adapted > 0) {
        price.push_back(sim::counted(adapted, "adaptation") + " at test time");
    }
    if (price.empty()) {
        price.emplace_back("no service replaced or adapted");
    }
    price.push_back(change_text(static_cast<double>(comparison.cost.bytes),
                                static_cast<double>(comparison.cost_without.bytes), "modelled traffic"));
    const std::string when = comparison.rounds_with == comparison.rounds_without
                                 ? "At the end"
                                 : fmt::format("In round {}, the last of both runs,", last.round);
    return fmt::format("{} the clients had {} right; without adaptation it would have been {}: {}, for {}.", when,
                       percent_text(last.accuracy), percent_text(last.accuracy_without),
                       gain_text(last.accuracy, last.accuracy_without), joined(price));
}

std::vector<std::string> details(const Comparison& comparison) {
    std::vector<std::string> paragraphs;
    const ComparedRound& last = comparison.rounds.back();
    if (comparison.rounds_with != comparison.rounds_without) {
        paragraphs.push_back(
            fmt::format("Compared over round{} that both runs have: the run with adaptation has {}, "
                        "the run without has {}.",
                        last.round == 1 ? " 1" : fmt::format("s 1 to {}", last.round), comparison.rounds_with,
                        comparison.rounds_without));
    }
    const std::uint32_t first = first_response(comparison);
    if (first > 0 && first + 1 < last.round) {
        double accuracy = 0.0;
        double accuracy_without = 0.0;
        for (std::uint32_t r = first + 1; r <= last.round; ++r) {
            accuracy += comparison.rounds[r].accuracy / (last.round - first);
            accuracy_without += comparison.rounds[r].accuracy_without / (last.round - first);
        }
        paragraphs.push_back(fmt::format(
            "The first response was in round {}. Mean of rounds {} to {}: {} right; without adaptation {}: {}.", first,
            first + 1, last.round, percent_text(accuracy), percent_text(accuracy_without),
            gain_text(accuracy, accuracy_without)));
    }
    paragraphs.push_back(fmt::format(
        "\"Right\" is the share of the clients' samples ({} in the last round) that were answered right as they "
        "came in, before the round's own response.",
        comparison.samples));
    std::string cost = fmt::format(
        "Traffic and energy are those of all trainings by the cost model (docs/qos.md): {}, {} without adaptation; and "
        "{}, {} without adaptation ({}).",
        bytes_text(comparison.cost.bytes), bytes_text(comparison.cost_without.bytes),
        energy_text(comparison.cost.energy_j), energy_text(comparison.cost_without.energy_j),
        change_text(comparison.cost.energy_j, comparison.cost_without.energy_j, "energy"));
    std::vector<std::string> trainings;
    if (comparison.advertising_trainings > 0) {
        trainings.push_back(sim::counted(comparison.advertising_trainings, "training") +
                            " in round 0, by which services advertise themselves,");
    }
    if (comparison.trials > 0) {
        trainings.push_back(sim::counted(comparison.trials, "trial") + " of candidates");
    }
    if (!trainings.empty()) {
        cost += fmt::format(" With adaptation there were also {}.", joined(trainings));
    }
    paragraphs.push_back(cost + " Assessment and adaptation at test time have no modelled cost.");
    paragraphs.insert(paragraphs.end(), comparison.notes.begin(), comparison.notes.end());
    return paragraphs;
}

}  // namespace mlaasim::app
