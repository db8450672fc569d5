#include "app/run_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>

#include "app/wrapped_text.hpp"
#include "sim/core/counted.hpp"
#include "sim/core/printable.hpp"
#include "study/quantity_text.hpp"
#include "study/report/confusion.hpp"
#include "study/report/findings.hpp"
#include "study/report/round_events.hpp"
#include "study/report/story.hpp"
#include "study/sparkline.hpp"

namespace mlaasim::app {
namespace {

constexpr std::size_t columns = 80;
constexpr std::size_t curve_width = 42;

/// A paragraph whose further lines stand to the right of the first.
std::string hanging(const std::string& words, std::size_t indent) {
    std::string text;
    for (const std::string& line : wrapped(sim::escaped(words), columns - indent)) {
        text += text.empty() ? line : "\n" + std::string(indent, ' ') + line;
    }
    return text + "\n";
}

template <class Value>
std::vector<double> column(const study::RunTrace& trace, Value sim::RoundRecord::*value) {
    std::vector<double> values;
    std::transform(trace.rounds.begin(), trace.rounds.end(), std::back_inserter(values),
                   [&](const sim::RoundRecord& round) { return static_cast<double>(round.*value); });
    return values;
}

std::string curve(const char* name, const std::vector<double>& values, study::Share share, const std::string& summary) {
    const std::string line = study::sparkline(values, curve_width, share);
    const std::size_t per_bar = study::values_per_bar(values.size(), curve_width);
    const std::size_t bars = (values.size() + per_bar - 1) / per_bar;
    return fmt::format("  {:<10}{}{}  {}\n", name, line, std::string(curve_width - bars, ' '), summary);
}

std::string from_to(const std::vector<double>& values, std::string (*words)(double)) {
    const auto [lowest, highest] = std::minmax_element(values.begin(), values.end());
    return fmt::format("{} to {}", words(*lowest), words(*highest));
}

std::string total(const std::vector<double>& values) {
    double sum = 0.0;
    for (const double value : values) {
        sum += value;
    }
    return fmt::format("{:.0f} in all", sum);
}

std::string curves(const study::RunTrace& trace) {
    const auto accuracy = column(trace, &sim::RoundRecord::accuracy);
    const auto loss = column(trace, &sim::RoundRecord::loss);
    const auto weak = column(trace, &sim::RoundRecord::underperforming);
    const auto adapted = column(trace, &sim::RoundRecord::adapted);
    const auto replaced = column(trace, &sim::RoundRecord::replaced);
    std::vector<double> outages(trace.rounds.size());
    std::transform(trace.rounds.begin(), trace.rounds.end(), outages.begin(), [](const sim::RoundRecord& round) {
        return static_cast<double>(round.members) - static_cast<double>(round.available);
    });
    return fmt::format("Round 1 to {}:\n\n", trace.last_round()) +
           curve("right", accuracy, study::Share::mean, from_to(accuracy, study::percent_text)) +
           curve("loss", loss, study::Share::mean, from_to(loss, study::number_text)) +
           curve("weak", weak, study::Share::sum, total(weak)) +
           curve("adapted", adapted, study::Share::sum, total(adapted)) +
           curve("replaced", replaced, study::Share::sum, total(replaced)) +
           curve("outages", outages, study::Share::sum, total(outages));
}

std::string members(const study::RunTrace& trace) {
    const std::vector<std::uint32_t> ids = study::members_at_the_end(trace);
    return hanging(fmt::format("Members at the end ({}): {}", ids.size(), study::list_text(ids, 60)), 2);
}

/// Each phase's time of the rank that took longest, summed over rounds.
std::string times(const study::RunTrace& trace) {
    std::map<std::string, std::map<std::uint32_t, double>> phases;
    for (const sim::TimingRecord& timing : trace.timing) {
        double& slowest = phases[std::string{timing.phase.view()}][timing.round];
        slowest = std::max(slowest, timing.seconds);
    }
    std::vector<std::pair<double, std::string>> totals;
    for (const auto& [phase, rounds] : phases) {
        double sum = 0.0;
        for (const auto& entry : rounds) {
            sum += entry.second;
        }
        totals.emplace_back(sum, phase == "round" ? "all rounds" : phase);
    }
    std::sort(totals.rbegin(), totals.rend());
    std::vector<std::string> words;
    for (const auto& [seconds, phase] : totals) {
        if (seconds < 0.005) {
            continue;
        }
        words.push_back(fmt::format("{} {}", phase, study::seconds_text(seconds)));
    }
    return words.empty() ? std::string{} : hanging("Time, measured: " + study::list_text(words), 2);
}

std::string mistakes(const study::RunTrace& trace) {
    const std::vector<study::ConfusionMatrix> matrices = study::confusion_matrices(trace.confusion);
    if (matrices.empty()) {
        return {};
    }
    std::vector<std::string> words;
    for (const study::Answered& mistake : study::most_frequent_mistakes(matrices.back(), 3)) {
        words.push_back(study::mistake_text(matrices.back(), mistake));
    }
    return words.empty() ? std::string{}
                         : hanging(fmt::format("Most frequent mistakes in round {}: {}", matrices.back().round,
                                               fmt::join(words, "; ")),
                                   2);
}

std::string findings_text(const study::RunTrace& trace) {
    std::string text;
    for (const study::Finding& finding : study::findings_of(trace, study::round_events(trace))) {
        text += "  " + hanging(finding.title + ": " + finding.text, 4);
    }
    return text;
}

}  // namespace

std::string story_text(const study::RunTrace& trace) {
    std::string text;
    for (const std::string& line : study::story_of(trace, study::round_events(trace))) {
        text += hanging(line, 2);
    }
    return text;
}

std::string run_text(const study::RunTrace& trace) {
    if (trace.rounds.empty()) {
        return story_text(trace);
    }
    const std::string found = findings_text(trace);
    return story_text(trace) + "\n" + (found.empty() ? "" : "What was found and done:\n\n" + found + "\n") +
           curves(trace) + "\n" + members(trace) + mistakes(trace) + times(trace);
}

std::string ending_text(const study::RunTrace& trace) {
    const std::string found = findings_text(trace);
    return found.empty() ? std::string{}
                         : "\nWhat was found and done:\n\n" + found + "  " +
                               hanging(
                                   "Worth: mlaasim compare tells, beside the same run with --set "
                                   "adaptation.strategy.kind=none.",
                                   4);
}

std::string explanation_text(const std::vector<study::ExplainedPart>& parts) {
    std::string text;
    for (const study::ExplainedPart& part : parts) {
        text += (text.empty() ? "" : "\n") + part.title + "\n";
        for (const std::string& line : part.lines) {
            text += "  " + hanging(line, 4);
        }
    }
    return text;
}

}  // namespace mlaasim::app
