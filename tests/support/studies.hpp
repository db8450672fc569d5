// A small study, and what tests read of its folder.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "support/simulation.hpp"

namespace mlaasim::testing {

/// Two settings with two seeds each: four points of `rounds` short rounds.
inline std::string small_study_text(int rounds) {
    return "name: small\n"
           "rounds: " +
           std::to_string(rounds) +
           "\n"
           "data: {source: synthetic_digits, synthetic_train: 600, synthetic_test: 200}\n"
           "model: {kind: logistic}\n"
           "services: {count: 4, partition: {samples: 40}}\n"
           "clients: {count: 2, stream: 20}\n"
           "training: {learning_rate: 0.05}\n"
           "sweep:\n"
           "  grid: {training.epochs: [1, 2]}\n"
           "  seeds: 2\n"
           "  baseline: {epochs: 1}\n";
}

/// The command that plays a study into a folder.
inline Arguments sweep(const std::filesystem::path& file, const std::filesystem::path& folder,
                       const Arguments& further = {}) {
    return mlaasim(Arguments{"sweep", file.string(), "--output", folder.string()} + further);
}

/// The results of a study, by the names of their files.
inline std::map<std::string, std::string> results(const std::filesystem::path& folder) {
    std::map<std::string, std::string> files;
    for (const char* name : {"runs.csv", "rounds.csv", "table.csv", "table.md"}) {
        files[name] = text_of(folder / name);
        EXPECT_FALSE(files[name].empty()) << name;
    }
    return files;
}

}  // namespace mlaasim::testing
