// A study made by hand: two keys with two values each, six seeds. Its last two points are failed and not begun.
#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "study/report/made_run.hpp"
#include "study/study_folder.hpp"

namespace mlaasim::study::testing {

/// Accuracy is higher with a higher alpha, and with `substitute`; it differs from seed to seed.
inline double made_accuracy(const std::string& alpha, const std::string& strategy, std::int64_t seed,
                            std::uint32_t round) {
    return 0.4 + (alpha == "1" ? 0.1 : 0.0) +
           (strategy == "substitute" ? 0.2 + 0.001 * static_cast<double>(seed) : 0.0) +
           0.01 * static_cast<double>(seed) + 0.02 * static_cast<double>(round);
}

inline void make_point(const std::filesystem::path& study, const StoredPoint& point) {
    std::filesystem::create_directories(folder_of(study, point));
    sim::TraceFile trace = sim::TraceFile::create(folder_of(study, point), made_header(point.name, 5));
    sim::RowBuffer rows;
    for (std::uint32_t round = 1; round <= 5; ++round) {
        append_round(rows, round, made_accuracy(point.values[0].value, point.values[1].value, point.seed, round));
    }
    trace.commit(rows, {.round = sim::Round{5}});
}

/// The study in its folder; `name` is its name.
inline StoredStudy make_study(const std::filesystem::path& folder, const std::string& name = "made study") {
    StoredStudy study{.name = name,
                      .version = "1.2.3",
                      .keys = {"services.partition.alpha", "adaptation.strategy.kind"},
                      .metrics = {{"final", "rounds.accuracy.last"}, {"mean_loss", "rounds.loss.mean"}},
                      .baseline = {{"adaptation.strategy.kind", "none"}},
                      .scenario = made_scenario(name, 5)};
    for (const char* alpha : {"0.1", "1"}) {
        for (const char* strategy : {"none", "substitute"}) {
            for (std::int64_t seed = 1; seed <= 6; ++seed) {
                const std::string setting = std::string{"alpha="} + alpha + ",strategy=" + strategy;
                study.points.push_back({.index = study.points.size() + 1,
                                        .name = setting + ",seed=" + std::to_string(seed),
                                        .setting = setting,
                                        .values = {{study.keys[0], alpha}, {study.keys[1], strategy}},
                                        .seed = seed,
                                        .rounds = 5});
            }
        }
    }
    std::filesystem::create_directories(folder);
    write_study(folder, study);
    for (std::size_t i = 0; i + 2 < study.points.size(); ++i) {
        make_point(folder, study.points[i]);
    }
    const StoredPoint& failed = study.points[study.points.size() - 2];
    std::filesystem::create_directories(folder_of(folder, failed));
    std::ofstream{failure_of(folder, failed)} << "mlaasim: error: out of luck\n";
    return study;
}

}  // namespace mlaasim::study::testing
