#include <fmt/core.h>

#include <algorithm>
#include <cmath>

#include "study/adaptation_worth_text.hpp"
#include "study/quantity_text.hpp"

namespace mlaasim::study {
namespace {

constexpr std::size_t most_rows = 20;

/// Rounds in a row: 1, 2, 5, 10, 20, ... so that no more than `most_rows` rows come out.
std::size_t rounds_per_row(std::size_t rounds) {
    std::size_t step = 1;
    for (;; step *= 10) {
        for (const std::size_t factor : {1U, 2U, 5U}) {
            if ((rounds + step * factor - 1) / (step * factor) <= most_rows) {
                return step * factor;
            }
        }
    }
}

/// Several rounds as one: means of the shares, sums of the others.
struct Row {
    std::string label;
    double accuracy = 0.0;
    double accuracy_without = 0.0;
    std::int64_t changes = 0;
    std::int64_t adapted = 0;
    double extra_bytes = 0.0;
};

std::vector<Row> rows_of(const AdaptationWorth& worth) {
    const std::size_t last = worth.rounds.size() - 1;
    const std::size_t step = rounds_per_row(last);
    std::vector<Row> rows;
    for (std::size_t first = 1; first <= last; first += step) {
        const std::size_t end = std::min(last + 1, first + step);
        Row& row = rows.emplace_back();
        row.label = end - first == 1 ? std::to_string(first) : fmt::format("{}-{}", first, end - 1);
        for (std::size_t r = first; r < end; ++r) {
            const WorthOfRound& round = worth.rounds[r];
            row.accuracy += round.accuracy / static_cast<double>(end - first);
            row.accuracy_without += round.accuracy_without / static_cast<double>(end - first);
            row.changes += round.changes();
            row.adapted += round.adapted;
            row.extra_bytes += round.extra_bytes;
        }
    }
    return rows;
}

std::string bar(const Row& row, std::size_t width) {
    const auto length = [&](double share) {
        return static_cast<std::size_t>(std::lround(std::clamp(share, 0.0, 1.0) * static_cast<double>(width)));
    };
    const std::size_t with = length(row.accuracy);
    const std::size_t without = length(row.accuracy_without);
    std::string text(std::min(with, without), '=');
    text.append(std::max(with, without) - text.size(), with > without ? '+' : '-');
    text.resize(width, ' ');
    return text;
}

std::string count_text(std::int64_t count) { return count == 0 ? "-" : std::to_string(count); }

std::string extra_text(double bytes) { return bytes == 0.0 ? "-" : (bytes > 0 ? "+" : "") + bytes_text(bytes); }

}  // namespace

std::string worth_picture(const AdaptationWorth& worth) {
    const std::vector<Row> rows = rows_of(worth);
    std::size_t label = 5;
    for (const Row& row : rows) {
        label = std::max(label, row.label.size());
    }
    const std::size_t width = label <= 11 ? 25 : 20;
    std::string text = "What the clients had right, in percent, and what was done for it:\n\n";
    text += fmt::format("{:>{}} without  with |0{:>{}}|  changes adapted   traffic\n", "round", label, 100, width - 1);
    if (worth.rounds.front().extra_bytes != 0.0) {
        text += fmt::format("{:>{}} {:>7} {:>5} |{:{}}| {:>8} {:>7} {:>9}\n", 0, label, "", "", "", width, "", "",
                            extra_text(worth.rounds.front().extra_bytes));
    }
    for (const Row& row : rows) {
        text += fmt::format("{:>{}} {:>7.1f} {:>5.1f} |{}| {:>8} {:>7} {:>9}\n", row.label, label,
                            100.0 * row.accuracy_without, 100.0 * row.accuracy, bar(row, width),
                            count_text(row.changes), count_text(row.adapted), extra_text(row.extra_bytes));
    }
    text += "\n  = with and without adaptation   + gained by adaptation   - lost by it\n";
    text += "  changes: services that were replaced, came or left\n";
    text += "  traffic: modelled, more (+) or less (-) than without adaptation\n";
    return text;
}

}  // namespace mlaasim::study
