#include "study/results.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>

#include "sim/core/durable_files.hpp"
#include "sim/options/option_value.hpp"
#include "sim/storage/csv_field.hpp"
#include "sim/storage/stored_values.hpp"
#include "study/damage.hpp"
#include "study/whole_file.hpp"

namespace mlaasim::study {
namespace {

/// Held while results are made: who comes later has seen at least as many traces.
class ResultsLock {
public:
    explicit ResultsLock(const std::filesystem::path& folder)
        : descriptor_{::open((folder / ".results.lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644)} {
        if (descriptor_ < 0) {
            sim::throw_system_error(folder, "write results to the folder", errno);
        }
        int taken = 0;
        do {
            taken = ::flock(descriptor_, LOCK_EX);
        } while (taken != 0 && errno == EINTR);
        if (taken != 0) {
            const int error = errno;
            ::close(descriptor_);
            sim::throw_system_error(folder, "lock the results", error);
        }
    }
    ~ResultsLock() { ::close(descriptor_); }
    ResultsLock(const ResultsLock&) = delete;
    ResultsLock& operator=(const ResultsLock&) = delete;

private:
    int descriptor_;
};

std::string number(double value) { return std::isfinite(value) ? sim::number_text(value) : fmt::format("{}", value); }

std::string number(const std::optional<double>& value) { return value ? number(*value) : ""; }

std::string keys_header(const StoredStudy& study) {
    std::string text;
    for (const std::string& key : study.keys) {
        text += "," + sim::csv_field(key);
    }
    return text;
}

std::string key_fields(const StoredStudy& study, const std::vector<Named>& values) {
    std::string text;
    for (const std::string& key : study.keys) {
        const auto found = std::ranges::find(values, key, &Named::name);
        text += "," + (found == values.end() ? std::string{} : sim::csv_field(found->value));
    }
    return text;
}

std::string point_fields(const StoredStudy& study, const StoredPoint& point) {
    return fmt::format("{},{},{}{}", sim::csv_field(point.name), point.index, point.seed,
                       key_fields(study, point.values));
}

std::string cell(const sim::ValuesOfColumn& column, std::size_t row) {
    return std::visit(
        [&](const auto& values) {
            if constexpr (std::is_same_v<std::decay_t<decltype(values)>, std::vector<std::string>>) {
                return sim::csv_field(values[row]);
            } else if constexpr (std::is_same_v<std::decay_t<decltype(values)>, std::vector<double>>) {
                return number(values[row]);
            } else {
                return std::to_string(values[row]);
            }
        },
        column.values);
}

}  // namespace

std::string runs_csv(const StoredStudy& study, const std::vector<CollectedPoint>& points) {
    std::string text = "point,index,seed" + keys_header(study) + ",state";
    for (const Named& metric : study.metrics) {
        text += "," + sim::csv_field(metric.name);
    }
    text += "\n";
    for (const CollectedPoint& collected : points) {
        text += fmt::format("{},{}", point_fields(study, collected.point), word_of(collected.status.state));
        for (const std::optional<double>& value : collected.metrics) {
            text += "," + number(value);
        }
        text += "\n";
    }
    return text;
}

std::string rounds_csv(const std::filesystem::path& folder, const StoredStudy& study,
                       const std::vector<CollectedPoint>& points) {
    std::string text;
    for (const CollectedPoint& collected : points) {
        if (collected.status.state != PointState::complete) {
            continue;
        }
        const std::filesystem::path trace = trace_of(folder, collected.point);
        const sim::StoredValues rounds = reading(trace, [&] { return sim::read_values(trace, "rounds"); });
        if (text.empty()) {
            text = "point,index,seed" + keys_header(study);
            for (const sim::ValuesOfColumn& column : rounds.columns) {
                text += "," + sim::csv_field(column.name);
            }
            text += "\n";
        }
        const std::string begin = point_fields(study, collected.point);
        for (std::size_t row = 0; row < rounds.rows; ++row) {
            text += begin;
            for (const sim::ValuesOfColumn& column : rounds.columns) {
                text += "," + cell(column, row);
            }
            text += "\n";
        }
    }
    return text.empty() ? "point,index,seed" + keys_header(study) + ",round\n" : text;
}

std::string table_csv(const StoredStudy& study, const std::vector<Summary>& table) {
    std::string text =
        "setting" + keys_header(study) +
        ",metric,seeds,mean,low95,high95,baseline,pairs,difference,difference_low95,difference_high95,p,p_holm\n";
    for (const Summary& row : table) {
        text += fmt::format(
            "{}{},{},{},{},{},{},{},{},{},{},{},{},{}\n", sim::csv_field(row.setting), key_fields(study, row.values),
            sim::csv_field(row.metric), row.seeds, number(row.mean), number(row.low), number(row.high),
            sim::csv_field(row.baseline), row.baseline.empty() ? "" : std::to_string(row.pairs), number(row.difference),
            number(row.difference_low), number(row.difference_high), number(row.p), number(row.adjusted_p));
    }
    return text;
}

Results write_results(const std::filesystem::path& folder, const StoredStudy& study) {
    const ResultsLock lock{folder};
    Results results{.points = collect(folder, study)};
    results.table = summaries(study, results.points);
    write_whole_file(folder / "runs.csv", runs_csv(study, results.points));
    write_whole_file(folder / "rounds.csv", rounds_csv(folder, study, results.points));
    write_whole_file(folder / "table.csv", table_csv(study, results.table));
    write_whole_file(folder / "table.md", table_markdown(study, results.points, results.table));
    return results;
}

}  // namespace mlaasim::study
