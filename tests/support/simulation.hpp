// `mlaasim` on the command line: how tests start it, and what they read from the traces it leaves.
#pragma once

#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <map>
#include <sstream>
#include <string>

#include "support/program.hpp"

namespace mlaasim::testing {

/// On how many ranks a command runs; `alone`: without mpirun.
enum class Ranks : int { alone = 0 };

inline void PrintTo(Ranks ranks, std::ostream* stream) { *stream << static_cast<int>(ranks) << " ranks"; }

inline Arguments operator+(Arguments first, const Arguments& second) {
    first.insert(first.end(), second.begin(), second.end());
    return first;
}

/// The command line of `mlaasim ARGUMENTS`.
inline Arguments mlaasim(const Arguments& arguments, Ranks ranks = Ranks::alone) {
    const Arguments program = Arguments{MLAASIM_PROGRAM} + arguments;
    if (ranks == Ranks::alone) {
        return program;
    }
    // Not bound to cores: other tests may run beside this one.
    return Arguments{
               MLAASIM_MPIEXEC, "--oversubscribe", "--bind-to", "none", "-n", std::to_string(static_cast<int>(ranks))} +
           program;
}

/// The command line that starts each of `commands` as one rank of one run. Before the program's name a command may have
/// options of mpirun.
inline Arguments each_on_a_rank(const std::vector<Arguments>& commands) {
    Arguments line{MLAASIM_MPIEXEC, "--oversubscribe", "--bind-to", "none"};
    for (std::size_t rank = 0; rank < commands.size(); ++rank) {
        line = line + (rank == 0 ? Arguments{} : Arguments{":"}) + Arguments{"-n", "1"} + commands[rank];
    }
    return line;
}

/// The command line that runs a scenario into a folder.
inline Arguments simulate(const std::filesystem::path& scenario, const std::filesystem::path& folder, Ranks ranks,
                          const Arguments& further = {}) {
    return mlaasim(Arguments{"run", scenario.string(), "--output", folder.string()} + further, ranks);
}

/// A scenario beside the tests.
inline std::filesystem::path test_scenario(const std::string& name) {
    return std::filesystem::path{MLAASIM_SOURCE_DIR} / "tests" / name;
}

inline void write_text(const std::filesystem::path& file, const std::string& text) {
    std::ofstream{file, std::ios::binary} << text;
}

/// What has to be equal between two runs of one scenario: the digest of every table but timing, and of the checkpoint.
/// Empty, with a failure, when the trace is not whole.
inline std::map<std::string, std::string> digests(const std::filesystem::path& folder) {
    const Outcome verified = run(mlaasim({"trace", "verify", (folder / "trace.h5").string()}));
    EXPECT_EQ(verified.exit_code, 0) << verified;
    std::map<std::string, std::string> by_name;
    std::istringstream lines{verified.output};
    for (std::string digest, name; lines >> digest >> name;) {
        by_name[name] = digest;
    }
    EXPECT_TRUE(verified.exit_code != 0 || (by_name.contains("all") && by_name.contains("checkpoint"))) << verified;
    by_name.erase("timing");
    return by_name;
}

/// Rows of a table that hold every one of `words`.
inline int count_rows(const std::filesystem::path& folder, const std::string& table,
                      std::initializer_list<std::string> words) {
    const Outcome csv = run(mlaasim({"trace", "csv", (folder / "trace.h5").string(), table}));
    EXPECT_EQ(csv.exit_code, 0) << csv;
    int rows = 0;
    std::istringstream lines{csv.output};
    for (std::string line; std::getline(lines, line);) {
        bool all = true;
        for (const std::string& word : words) {
            all = all && line.find(word) != std::string::npos;
        }
        rows += all ? 1 : 0;
    }
    return rows;
}

/// Rows of a table, by column; no column holds a comma.
inline std::vector<std::map<std::string, std::string>> table_of(const std::filesystem::path& folder,
                                                                const std::string& table) {
    const Outcome csv = run(mlaasim({"trace", "csv", (folder / "trace.h5").string(), table}));
    EXPECT_EQ(csv.exit_code, 0) << csv;
    const auto cells = [](const std::string& line) {
        std::vector<std::string> values;
        std::istringstream rest{line};
        for (std::string value; std::getline(rest, value, ',');) {
            values.push_back(value);
        }
        return values;
    };
    std::istringstream lines{csv.output};
    std::string line;
    std::getline(lines, line);
    const std::vector<std::string> columns = cells(line);
    std::vector<std::map<std::string, std::string>> rows;
    while (std::getline(lines, line)) {
        const std::vector<std::string> values = cells(line);
        std::map<std::string, std::string>& row = rows.emplace_back();
        for (std::size_t i = 0; i < columns.size(); ++i) {
            row[columns[i]] = values.at(i);
        }
    }
    return rows;
}

}  // namespace mlaasim::testing
