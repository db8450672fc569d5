#include "study/difference.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "sim/storage/trace_file.hpp"
#include "study/damage.hpp"

namespace mlaasim::study {
namespace {

namespace fs = std::filesystem;

/// What a round does first stands first. Tables that are not named here come between, in the order of the file.
constexpr std::array<std::string_view, 5> first_tables{"drift", "services", "clients", "confusion", "assessment"};
constexpr std::array<std::string_view, 8> last_tables{"tta",      "candidates", "bandit", "rules",
                                                      "evidence", "actions",    "events", "rounds"};

std::size_t place_of(const std::string& table) {
    const auto first = std::ranges::find(first_tables, table);
    if (first != first_tables.end()) {
        return static_cast<std::size_t>(first - first_tables.begin());
    }
    const auto last = std::ranges::find(last_tables, table);
    return first_tables.size() +
           (last == last_tables.end() ? 0 : 1 + static_cast<std::size_t>(last - last_tables.begin()));
}

/// The names of the tables to compare, in the order in which a round makes their rows.
std::vector<std::string> tables_in(const fs::path& file) {
    std::vector<std::string> names;
    const std::vector<sim::StoredTable> tables = reading(file, [&] { return sim::tables_of(file); });
    for (const sim::StoredTable& table : tables) {
        if (table.name != "timing" && table.name != "digests") {
            names.push_back(table.name);
        }
    }
    std::ranges::stable_sort(names, {}, place_of);
    return names;
}

std::vector<DifferingFact> differing_versions(const sim::TraceHeader& a, const sim::TraceHeader& b) {
    std::vector<DifferingFact> facts;
    const auto compare = [&](const char* what, const std::string& mine, const std::string& theirs) {
        if (mine != theirs) {
            facts.push_back({.what = what, .a = mine, .b = theirs});
        }
    };
    compare("schema", std::to_string(a.schema_version), std::to_string(b.schema_version));
    compare("program", a.program_version, b.program_version);
    compare("commit", a.git_commit, b.git_commit);
    compare("instruction set", a.instruction_set, b.instruction_set);
    compare("libraries", a.library_versions, b.library_versions);
    return facts;
}

void compare_tables(Difference& difference) {
    const std::vector<std::string> tables_a = tables_in(difference.a.file);
    const std::vector<std::string> tables_b = tables_in(difference.b.file);
    for (const std::string& table : tables_a) {
        if (std::ranges::find(tables_b, table) == tables_b.end()) {
            difference.tables_only_a.push_back(table);
            continue;
        }
        const auto values_in = [&](const fs::path& file) {
            return reading(file, [&] { return sim::read_values(file, table); });
        };
        difference.tables.push_back(
            difference_of(values_in(difference.a.file), values_in(difference.b.file), difference.common_rounds));
    }
    std::ranges::copy_if(tables_b, std::back_inserter(difference.tables_only_b), [&](const std::string& table) {
        return std::ranges::find(tables_a, table) == tables_a.end();
    });
}

void compare_checkpoints(Difference& difference) {
    if (difference.a.header.schema_version != difference.b.header.schema_version) {
        return;
    }
    const auto checkpoint_in = [](const fs::path& file) {
        return reading(file, [&] { return sim::read_checkpoint(file); });
    };
    const std::optional<sim::Checkpoint> a = checkpoint_in(difference.a.file);
    const std::optional<sim::Checkpoint> b = checkpoint_in(difference.b.file);
    difference.checkpoints_compared = a.has_value() == b.has_value() && (!a || a->round == b->round);
    if (a && difference.checkpoints_compared) {
        difference.checkpoint = differences_of(*a, *b);
    }
}

}  // namespace

bool Difference::same_results() const {
    const bool same_tables = tables_only_a.empty() && tables_only_b.empty();
    const bool one_schema = a.header.schema_version == b.header.schema_version;
    return a.last_round == b.last_round && checkpoint.empty() && (same_tables || !one_schema) &&
           std::ranges::all_of(tables, [](const TableDifference& table) { return table.same(); });
}

bool Difference::same() const { return same_results() && options.empty() && !data; }

const TableDifference* Difference::first_table() const {
    const TableDifference* first = nullptr;
    for (const TableDifference& table : tables) {
        if (!table.same() && (first == nullptr || *table.first_round() < *first->first_round())) {
            first = &table;
        }
    }
    return first;
}

Difference difference_between(const fs::path& a, const fs::path& b) {
    Difference difference{.a = read_run(a), .b = read_run(b)};
    const std::array scenarios{&difference.a.options, &difference.b.options};
    difference.options = differing_options(scenarios);
    if (difference.a.header.data != difference.b.header.data) {
        difference.data = {.what = "data", .a = difference.a.header.data, .b = difference.b.header.data};
    }
    difference.versions = differing_versions(difference.a.header, difference.b.header);
    difference.common_rounds = std::min(difference.a.last_round, difference.b.last_round);
    compare_tables(difference);
    compare_checkpoints(difference);
    return difference;
}

}  // namespace mlaasim::study
