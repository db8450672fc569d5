// A study file: a scenario with the sections `sweep`, `metrics` and `quick`.
//
//     name: heterogeneity
//     rounds: 20
//     sweep:
//       grid: {services.partition.alpha: [0.1, 1, 10], adaptation.strategy.kind: [none, substitute]}
//       seeds: 20
//       baseline: {strategy: none}
//     metrics: {late: "rounds.accuracy[-5:].mean"}
//     quick: {rounds: 3, sweep: {seeds: 2}}
//
// docs/studies.md describes the sections.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "sim/scenario_text/tree.hpp"
#include "study/point_reader.hpp"
#include "study/settings.hpp"
#include "study/study_folder.hpp"

namespace mlaasim::study {

/// Whether the reduction that the file names `quick` is to be applied.
enum class Size { whole, quick };

struct StudyRequest {
    std::string text;
    std::string file;                      ///< names the text in messages
    std::vector<std::string> overrides{};  ///< "key.path=value", of the scenario or of `sweep`; later than `quick`
    Size size = Size::whole;
    std::string version{};  ///< of this program
};

/// The most bytes of a study file.
inline constexpr std::size_t most_study_bytes = sim::most_option_bytes;

class StudyFile {
public:
    /// Reads the file and every setting's scenario. Throws InputError with all mistakes, located. `reader` outlives the
    /// study.
    StudyFile(const StudyRequest& request, const PointReader& reader);

    [[nodiscard]] const StoredStudy& study() const { return study_; }
    /// As it was given.
    [[nodiscard]] const std::string& text() const { return text_; }
    /// The most that a point needs, as far as that is known beforehand.
    [[nodiscard]] double most_memory_mib() const { return most_memory_mib_; }
    /// The scenario of a point of this study, written out.
    [[nodiscard]] std::string scenario_of(const StoredPoint& point) const;

private:
    void split(sim::OptionsNode tree, Size size, sim::ProblemList& problems);
    void expect_not_swept(const std::vector<std::string>& overrides, sim::ProblemList& problems) const;
    /// Makes the points. Returns the seeds of all, also of those that are excluded.
    std::set<std::int64_t> read_settings(const PointReader& reader, sim::ProblemList& problems);
    [[nodiscard]] bool is_excluded(const Setting& setting, std::int64_t seed) const;
    void expect_exclusions_met(const std::set<std::int64_t>& seeds, sim::ProblemList& problems) const;
    [[nodiscard]] sim::OptionsDocument document_of(const Setting& setting) const;

    const PointReader& reader_;
    std::string text_;
    std::vector<std::string> sources_;  ///< names of OptionsPlace::source; the last is that of swept values
    sim::OptionsNode scenario_;         ///< without the sections of the study
    SweepSection sweep_;
    Settings settings_;
    StoredStudy study_;
    double most_memory_mib_ = 0.0;
};

}  // namespace mlaasim::study
