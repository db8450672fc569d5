#include "study/report/served.hpp"

#include <fmt/format.h>

#include <cmath>

#include "sim/core/counted.hpp"
#include "study/quantity_text.hpp"

namespace mlaasim::study {
namespace {

constexpr std::size_t most_lines = 12;

std::string proof_of(const sim::ServingRecord& row) {
    return row.labels == 0 ? std::string{}
                           : fmt::format("; on {} the Brier loss, halved, falls by {}, by {} at least",
                                         sim::counted(row.labels, "labelled sample"), number_text(row.benefit),
                                         number_text(row.benefit_bound));
}

std::string_view correction_of(const sim::ServingRecord& row) {
    const std::string_view correction = row.mix_correction.view();
    return correction == "known"       ? ", corrected for the mix of their classes, known from before the drift"
           : correction == "estimated" ? ", corrected for the mix of their classes, which is estimated"
                                       : "";
}

std::string line_of(const sim::ServingRecord& row) {
    const std::string_view branch = row.branch.view();
    if (branch == "aligned") {
        return fmt::format(
            "client {}: turned back by {} degrees; entropy falls by {} nat, in clean windows by {}; {} "
            "flagged then{}",
            row.client, number_text(row.angle), number_text(row.gain), number_text(row.clean_gain),
            percent_text(row.flagged_aligned), proof_of(row));
    }
    if (branch == "adapted") {
        return fmt::format("client {}: flagged samples ({}, from {} on the gate is open) go to a model adapted to {}{}",
                           row.client, percent_text(row.flagged), percent_text(row.flagged_to_open),
                           sim::counted(row.adapted_to, "sample"), proof_of(row));
    }
    if (branch == "weighted") {
        return fmt::format("client {}: predictions weighted by the mix of classes, which moved by {}{}", row.client,
                           percent_text(row.classes_moved), proof_of(row));
    }
    if (branch == "shared") {
        return fmt::format(
            "client {}: drifted samples go to a model with the statistics of {} that have drifted alike{}; its drift "
            "is {}, in 99 % of clean windows below {}{}",
            row.client, sim::counted(row.alike, "client"), correction_of(row), number_text(row.drift),
            number_text(row.clean_drift), proof_of(row));
    }
    if (branch == "restored") {
        return fmt::format(
            "client {}: cluttered samples ({}, from {} on they count) are restored; their entropy changes by {} nat, "
            "{} of "
            "them are flagged then{}",
            row.client, percent_text(row.flagged), percent_text(row.flagged_to_open), number_text(-row.gain),
            percent_text(row.flagged_aligned), proof_of(row));
    }
    return fmt::format("client {}: plainly, {}{}", row.client, row.reason.view(), proof_of(row));
}

}  // namespace

std::vector<std::string> served_lines(const RunTrace& trace, std::uint32_t round) {
    std::vector<std::string> lines;
    std::vector<std::uint32_t> plain;
    std::int64_t more = 0;
    for (const sim::ServingRecord& row : trace.serving) {
        if (row.round != round) {
            continue;
        }
        if (row.reason.view() == "gate closed") {
            plain.push_back(row.client);
        } else if (lines.size() < most_lines) {
            lines.push_back(line_of(row));
        } else {
            ++more;
        }
    }
    if (more > 0) {
        lines.push_back(sim::counted(more, "further client"));
    }
    if (!plain.empty()) {
        lines.push_back(fmt::format("{} {}: plainly, no reason for anything else",
                                    plain.size() == 1 ? "client" : "clients", list_text(plain)));
    }
    return lines;
}

}  // namespace mlaasim::study
