// Where two runs part: their scenarios, their data, their tables and their checkpoints.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "study/checkpoint_difference.hpp"
#include "study/differing_options.hpp"
#include "study/recorded_run.hpp"
#include "study/table_difference.hpp"

namespace mlaasim::study {

/// Something that the headers of two traces say differently.
struct DifferingFact {
    std::string what;  ///< "libraries"
    std::string a;
    std::string b;
};

struct Difference {
    RecordedRun a;
    RecordedRun b;
    std::vector<DifferingOption> options;
    std::optional<DifferingFact> data;
    std::vector<DifferingFact> versions;  ///< what the runs were played with; such facts are no difference of results
    std::int64_t common_rounds = 0;       ///< rows up to this round are compared
    std::vector<TableDifference> tables;  ///< in the order in which a round makes their rows
    std::vector<std::string> tables_only_a;
    std::vector<std::string> tables_only_b;
    bool checkpoints_compared = false;  ///< when both are of the same round and the traces of one schema
    std::vector<ArrayDifference> checkpoint;

    /// The same bits in every row and in the checkpoint, over as many rounds. Between schemas, in the tables of both.
    [[nodiscard]] bool same_results() const;
    /// The same results of the same scenario and data.
    [[nodiscard]] bool same() const;
    /// Of the tables that differ the one that does so in the earliest round; null when none does.
    [[nodiscard]] const TableDifference* first_table() const;
};

/// Compares two traces. `timing` is left out, because it is measured, and `digests`, because they follow from the rows.
/// Throws InputError when a file is no trace.
[[nodiscard]] Difference difference_between(const std::filesystem::path& a, const std::filesystem::path& b);

}  // namespace mlaasim::study
