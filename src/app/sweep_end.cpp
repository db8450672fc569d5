#include "app/sweep_end.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <csignal>
#include <string>

#include "sim/core/counted.hpp"
#include "sim/core/error.hpp"
#include "sim/core/printable.hpp"

namespace mlaasim::app {
namespace {

constexpr std::size_t most_rows = 40;
constexpr std::size_t most_failures = 10;
constexpr std::size_t lines_of_a_failure = 12;

std::string points_of(std::size_t count) { return sim::counted(static_cast<std::int64_t>(count), "point"); }

void print_failure(const std::filesystem::path& folder, const study::StoredPoint& point, const std::string& failure,
                   const std::vector<std::string>& lines) {
    fmt::print(stderr, "\npoint {} ({}) failed: {}\n", point.index, point.name, failure);
    for (const std::string& line : lines) {
        fmt::print(stderr, "    {}\n", sim::escaped(line));
    }
    fmt::print(stderr, "    all of its log: {}\n", sim::escaped(study::log_of(folder, point).string()));
}

void print_rest(std::size_t failed) {
    if (failed > most_failures) {
        fmt::print(stderr, "\nand {} more; failed.txt in the folder of a point says why it failed\n",
                   failed - most_failures);
    }
}

}  // namespace

void print_results(const std::filesystem::path& folder, const study::StoredStudy& study,
                   const study::Results& results) {
    const std::vector<study::CollectedPoint>& points = results.points;
    if (results.table.size() <= most_rows * study.metrics.size()) {
        fmt::print("\n{}", study::table_markdown(study, points, results.table));
    }
    fmt::print("\nresults: {}\n", sim::escaped((folder / "{runs,rounds,table}.csv, table.md").string()));
    const auto open = std::ranges::count_if(
        points, [](const auto& collected) { return collected.status.state != study::PointState::complete; });
    if (open > 0) {
        fmt::print("{} of {} not complete\n", open, points_of(points.size()));
    }
    std::fflush(stdout);
    for (const study::Named& metric : study::metrics_without_rows(study, points)) {
        fmt::print(
            stderr,
            "mlaasim: warning: the metric {} finds no row in any run: {}. Is a word in it misspelt? mlaasim trace "
            "csv prints a table's rows\n",
            metric.name, metric.value);
    }
}

void print_failures(const std::filesystem::path& folder, const std::vector<study::CollectedPoint>& points) {
    std::size_t failed = 0;
    for (const study::CollectedPoint& collected : points) {
        if (collected.status.state == study::PointState::failed && ++failed <= most_failures) {
            print_failure(folder, collected.point, collected.status.failure,
                          study::last_lines(study::log_of(folder, collected.point), lines_of_a_failure));
        }
    }
    print_rest(failed);
}

void print_failures(const std::filesystem::path& folder, const std::vector<study::FailedPoint>& points) {
    for (std::size_t i = 0; i < std::min(most_failures, points.size()); ++i) {
        const study::FailedPoint& failed = points[i];
        print_failure(folder, failed.point, failed.end.failure, failed.end.last_lines);
    }
    print_rest(points.size());
}

int end_of_sweep(const std::filesystem::path& folder, const study::SweepOutcome& outcome) {
    print_failures(folder, outcome.failed);
    if (outcome.elsewhere > 0) {
        fmt::print("{} played by another process\n", points_of(outcome.elsewhere));
    }
    if (outcome.killed_by != 0) {
        std::fflush(nullptr);
        ::signal(outcome.killed_by, SIG_DFL);
        ::raise(outcome.killed_by);
        return 128 + outcome.killed_by;
    }
    if (outcome.stopped || outcome.out_of_time || outcome.interrupted > 0) {
        fmt::print(stderr, "mlaasim: stopped by {}; to continue, give the same command\n",
                   outcome.out_of_time ? "--max-time" : "a signal");
        return static_cast<int>(sim::ExitCode::stopped);
    }
    if (!outcome.failed.empty()) {
        fmt::print(stderr, "\nmlaasim: {} failed; the same command plays them again, and no others\n",
                   points_of(outcome.failed.size()));
        return static_cast<int>(sim::ExitCode::points_failed);
    }
    return static_cast<int>(sim::ExitCode::success);
}

}  // namespace mlaasim::app
