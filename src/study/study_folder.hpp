// The folder of a study on disk: which points it has, and how far each of them has come.
//
//     DIR/study.yaml     the study file as it was given
//     DIR/study.json     what it asks for, point by point: StoredStudy
//     DIR/points/NAME/   the output folder of one run: scenario.yaml, trace.h5, log.txt, and failed.txt after a failure
//     DIR/runs.csv  DIR/rounds.csv  DIR/table.csv  DIR/table.md    the results: absent, or complete
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace mlaasim::study {

/// A name and what it stands for: a swept key and its value, a metric and its expression.
struct Named {
    std::string name;
    std::string value;

    friend bool operator==(const Named&, const Named&) = default;
};

/// One run of a study.
struct StoredPoint {
    std::size_t index = 0;      ///< from 1, in the order of the study
    std::string name;           ///< its folder in DIR/points
    std::string setting;        ///< the name without the seed: points of one setting differ in their seed alone
    std::vector<Named> values;  ///< of the swept keys, in the order of StoredStudy::keys; without the seed
    std::int64_t seed = 0;
    std::int64_t rounds = 0;  ///< the run is complete with this round
    std::string digest;       ///< SHA-256 of the point's scenario.yaml

    friend bool operator==(const StoredPoint&, const StoredPoint&) = default;
};

struct StoredStudy {
    std::string name;
    std::string version;            ///< of the program that wrote it
    std::vector<std::string> keys;  ///< that are swept: "services.partition.alpha"
    std::vector<Named> metrics;     ///< a name and its expression
    /// What settings are compared with: values of swept keys, or the one key "name" with the name of a setting. Empty
    /// when the study names no baseline.
    std::vector<Named> baseline;
    std::vector<StoredPoint> points;
    std::string scenario;  ///< of the first point, as YAML: says what a changed study has changed
};

/// Throws InputError unless the folder is one of a study.
[[nodiscard]] StoredStudy read_study(const std::filesystem::path& folder);
/// Whether the folder has a study.json.
[[nodiscard]] bool is_study_folder(const std::filesystem::path& folder);
/// Replaces DIR/study.json in one step.
void write_study(const std::filesystem::path& folder, const StoredStudy& study);

/// DIR/points/NAME, and files in it.
[[nodiscard]] std::filesystem::path folder_of(const std::filesystem::path& study, const StoredPoint& point);
[[nodiscard]] std::filesystem::path trace_of(const std::filesystem::path& study, const StoredPoint& point);
[[nodiscard]] std::filesystem::path log_of(const std::filesystem::path& study, const StoredPoint& point);
[[nodiscard]] std::filesystem::path failure_of(const std::filesystem::path& study, const StoredPoint& point);

enum class PointState {
    missing,      ///< not begun
    running,      ///< a process plays it now
    interrupted,  ///< begun; nobody plays it now
    complete,     ///< its last round is committed
    failed,       ///< its last attempt ended with an error
};
/// "missing", "running", ...
[[nodiscard]] std::string_view word_of(PointState state);

struct PointStatus {
    PointState state = PointState::missing;
    std::int64_t round = 0;  ///< the last one that is committed
    std::string failure{};   ///< the first line of failed.txt, when it has failed
};

/// Whether a process holds the lock of an output folder: its run lives.
[[nodiscard]] bool is_played(const std::filesystem::path& folder);

/// Of one run of so many rounds, by its output folder. Reads the trace's rounds, and tries the lock of the folder. A
/// trace that can't be read counts as a failure.
[[nodiscard]] PointStatus status_of_run(const std::filesystem::path& folder, std::int64_t rounds);
[[nodiscard]] PointStatus status_of(const std::filesystem::path& study, const StoredPoint& point);

/// The last lines of a text file, at most `count`, without reading all of it; empty when there is no such file.
[[nodiscard]] std::vector<std::string> last_lines(const std::filesystem::path& file, std::size_t count);

}  // namespace mlaasim::study
