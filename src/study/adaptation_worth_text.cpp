#include "study/adaptation_worth_text.hpp"

#include <fmt/core.h>

#include <cmath>
#include <cstdlib>
#include <string_view>

#include "sim/core/counted.hpp"
#include "study/quantity_text.hpp"
#include "study/report/round_events.hpp"

namespace mlaasim::study {
namespace {

/// A share in tenths of a percent, as it is shown, so that differences are those of the numbers on the screen.
std::int64_t tenths(double share) { return std::llround(1000.0 * share); }

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

std::uint32_t first_response(const AdaptationWorth& worth) {
    for (const WorthOfRound& round : worth.rounds) {
        if (round.changes() + round.adapted > 0) {
            return round.round;
        }
    }
    return 0;
}

}  // namespace

std::string worth_sentence(const AdaptationWorth& worth) {
    const WorthOfRound& last = worth.rounds.back();
    Changes changes;
    for (const WorthOfRound& round : worth.rounds) {
        changes.replaced += round.replaced;
        changes.integrated += round.integrated;
        changes.removed += round.removed;
        changes.adapted += round.adapted;
    }
    std::vector<std::string> price = changes.words();
    if (price.empty()) {
        price.emplace_back("no service replaced or adapted");
    }
    price.push_back(change_text(worth.cost.bytes, worth.cost_without.bytes, "modelled traffic"));
    const std::string when = worth.rounds_with == worth.rounds_without
                                 ? "At the end"
                                 : fmt::format("In round {}, the last of both runs,", last.round);
    return fmt::format("{} the clients had {} right; without adaptation it would have been {}: {}, for {}.", when,
                       percent_text(last.accuracy), percent_text(last.accuracy_without),
                       gain_text(last.accuracy, last.accuracy_without), list_text(price));
}

std::vector<std::string> worth_details(const AdaptationWorth& worth) {
    std::vector<std::string> paragraphs;
    const WorthOfRound& last = worth.rounds.back();
    if (worth.rounds_with != worth.rounds_without) {
        paragraphs.push_back(fmt::format(
            "Compared over round{} that both runs have: the run with adaptation has {}, "
            "the run without has {}.",
            last.round == 1 ? " 1" : fmt::format("s 1 to {}", last.round), worth.rounds_with, worth.rounds_without));
    }
    const std::uint32_t first = first_response(worth);
    if (first > 0 && first + 1 < last.round) {
        double accuracy = 0.0;
        double accuracy_without = 0.0;
        for (std::uint32_t r = first + 1; r <= last.round; ++r) {
            accuracy += worth.rounds[r].accuracy / (last.round - first);
            accuracy_without += worth.rounds[r].accuracy_without / (last.round - first);
        }
        paragraphs.push_back(fmt::format(
            "The first response was in round {}. Mean of rounds {} to {}: {} right; without adaptation {}: {}.", first,
            first + 1, last.round, percent_text(accuracy), percent_text(accuracy_without),
            gain_text(accuracy, accuracy_without)));
    }
    paragraphs.push_back(fmt::format(
        "\"Right\" is the share of the clients' samples ({} in the last round) that were answered right as they "
        "came in, before the round's own response.",
        worth.samples));
    std::string cost = fmt::format(
        "Traffic and energy are those of all trainings by the cost model (docs/qos.md): {}, {} without adaptation; and "
        "{}, {} without adaptation ({}).",
        bytes_text(worth.cost.bytes), bytes_text(worth.cost_without.bytes), energy_text(worth.cost.energy_j),
        energy_text(worth.cost_without.energy_j),
        change_text(worth.cost.energy_j, worth.cost_without.energy_j, "energy"));
    std::vector<std::string> trainings;
    if (worth.advertising_trainings > 0) {
        trainings.push_back(sim::counted(worth.advertising_trainings, "training") +
                            " in round 0, by which services advertise themselves,");
    }
    if (worth.trials > 0) {
        trainings.push_back(sim::counted(worth.trials, "trial") + " of candidates");
    }
    if (!trainings.empty()) {
        cost += fmt::format(" With adaptation there were also {}.", list_text(trainings));
    }
    paragraphs.push_back(cost + " Assessment, serving and adaptation at test time have no modelled cost.");
    paragraphs.insert(paragraphs.end(), worth.notes.begin(), worth.notes.end());
    return paragraphs;
}

}  // namespace mlaasim::study
