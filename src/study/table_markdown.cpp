// The table of a study, to read.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "study/results.hpp"
#include "study/statistics.hpp"
#include "study/value_text.hpp"

namespace mlaasim::study {
namespace {

/// Four digits that count: "0.9123", "12.35", "1.235e+09".
std::string shown(double value) { return fmt::format("{:.4g}", value); }

std::string cell(const Summary& summary) {
    if (!summary.mean) {
        return "";
    }
    std::string text = shown(*summary.mean);
    if (summary.low && summary.high) {
        text += fmt::format(" [{}, {}]", shown(*summary.low), shown(*summary.high));
    }
    return text + (summary.adjusted_p && *summary.adjusted_p < significance ? " \\*" : "");
}

std::string escaped(const std::string& text) {
    std::string escaped_text;
    for (const char c : text) {
        escaped_text += c == '|' ? "\\|" : std::string(1, c);
    }
    return escaped_text;
}

std::string counts(const std::vector<CollectedPoint>& points) {
    std::string text;
    for (const PointState state : {PointState::complete, PointState::running, PointState::interrupted,
                                   PointState::failed, PointState::missing}) {
        const auto count =
            std::ranges::count_if(points, [&](const auto& point) { return point.status.state == state; });
        if (count > 0) {
            text += fmt::format("{}{} {}", text.empty() ? "" : ", ", count, word_of(state));
        }
    }
    return text;
}

}  // namespace

std::string baseline_text(const StoredStudy& study) {
    std::string text;
    for (const Named& value : study.baseline) {
        text += (text.empty() ? "" : ", ") +
                (value.name == "name" ? value.value : label_of(value.name, study.keys) + "=" + value.value);
    }
    return text;
}

std::string table_markdown(const StoredStudy& study, const std::vector<CollectedPoint>& points,
                           const std::vector<Summary>& table) {
    std::string text = fmt::format("# {}\n\nPoints: {}.\n\n|", study.name, counts(points));
    std::vector<std::string> heads;
    for (const std::string& key : study.keys) {
        heads.push_back(label_of(key, study.keys));
    }
    // Named elements of a list, and a study without keys, are told by their names.
    const bool has_names =
        std::ranges::any_of(table, [&](const Summary& row) { return row.values.size() < study.keys.size(); }) ||
        study.keys.empty();
    if (has_names) {
        heads.insert(heads.begin(), "setting");
    }
    heads.emplace_back("seeds");
    for (const Named& metric : study.metrics) {
        heads.push_back(metric.name);
    }
    for (const std::string& head : heads) {
        text += " " + escaped(head) + " |";
    }
    text += "\n|";
    for (std::size_t i = 0; i < heads.size(); ++i) {
        text += "---|";
    }
    text += "\n";
    const std::size_t metrics = study.metrics.size();
    for (std::size_t first = 0; first < table.size(); first += metrics) {
        const Summary& row = table[first];
        text += "|";
        if (has_names) {
            text += " " + escaped(row.setting.empty() ? "all" : row.setting) + " |";
        }
        for (const std::string& key : study.keys) {
            const auto found = std::ranges::find(row.values, key, &Named::name);
            text += " " + (found == row.values.end() ? std::string{} : escaped(found->value)) + " |";
        }
        std::size_t seeds = 0;
        for (std::size_t metric = 0; metric < metrics; ++metric) {
            seeds = std::max(seeds, table[first + metric].seeds);
        }
        text += fmt::format(" {} |", seeds);
        for (std::size_t metric = 0; metric < metrics; ++metric) {
            text += " " + cell(table[first + metric]) + " |";
        }
        text += "\n";
    }
    text += fmt::format("\nMeans over seeds, with their {:.0f} % bootstrap intervals.", 100.0 * Bootstrap::confidence);
    if (!study.baseline.empty()) {
        text += fmt::format(" \\*: differs from {} (paired Wilcoxon signed-rank test, adjusted by Holm, p < {}).",
                            baseline_text(study), significance);
    }
    return text + "\n";
}

}  // namespace mlaasim::study
