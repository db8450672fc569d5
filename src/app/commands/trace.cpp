// `mlaasim trace`: what a trace holds.
#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "app/commands/subcommand.hpp"
#include "run/trace_file.hpp"
#include "sim/core/error.hpp"
#include "sim/storage/trace_file.hpp"
#include "sim/trace/docs.hpp"
#include "sim/trace/records.hpp"

namespace mlaasim::app {
namespace {

constexpr const char* usage = "mlaasim trace info|verify FILE, mlaasim trace csv FILE TABLE, or mlaasim trace schema";

/// The names that `tables` offers, for messages.
std::string joined(const std::vector<std::string>& tables) {
    std::string known;
    for (const std::string& name : tables) {
        known += (known.empty() ? "one of " : ", ") + name;
    }
    return known;
}

std::vector<std::string> newest_table_names() {
    std::vector<std::string> names;
    for (const sim::Table* table : sim::all_tables()) {
        names.emplace_back(table->name);
    }
    return names;
}

std::vector<std::string> table_names(const std::filesystem::path& file) {
    std::vector<std::string> names;
    for (const sim::StoredTable& table : sim::tables_of(file)) {
        names.push_back(table.name);
    }
    return names;
}

void csv(const std::filesystem::path& file, const std::string& table) {
    const std::vector<std::string> names = table_names(file);
    if (std::find(names.begin(), names.end(), table) == names.end()) {
        const std::string near = sim::nearest(table, names);
        throw sim::InputError({.file = file.string(),
                               .what = "no table is named \"" + table + "\"",
                               .expected = joined(names),
                               .hint = near.empty() ? "" : "did you mean " + near + "?"});
    }
    sim::write_csv(file, table, std::cout);
    std::cout.flush();
}

std::string_view doc_of(const std::string& table) {
    const auto tables = sim::all_tables();
    const auto found =
        std::find_if(tables.begin(), tables.end(), [&](const sim::Table* known) { return known->name == table; });
    return found == tables.end() ? "A table of an older schema." : (*found)->doc;
}

void info(const std::filesystem::path& file) {
    const sim::TraceHeader header = sim::read_header(file);
    const auto checkpoint = sim::read_checkpoint(file);
    fmt::print(
        "{}\n  written by  mlaasim {} (commit {}), schema {}\n  with        {} on {}\n  data        {}\n  seed        "
        "{}\n"
        "  committed   {}\n",
        file.string(), header.program_version, header.git_commit, header.schema_version, header.library_versions,
        header.instruction_set, header.data, header.seed,
        checkpoint ? fmt::format("up to round {}", checkpoint->round.value()) : "nothing yet");
    for (const sim::StoredTable& table : sim::tables_of(file)) {
        fmt::print("  {:<11} {:>8} {}  {}\n", table.name, table.rows, table.rows == 1 ? "row " : "rows",
                   doc_of(table.name));
    }
}

void verify(const std::filesystem::path& file) {
    const sim::Verified verified = sim::verify(file);
    for (const auto& [name, digest] : sim::digests(file)) {
        fmt::print("{}  {}\n", digest, name);
    }
    if (verified == sim::Verified::without_digests) {
        fmt::print(stderr,
                   "note: {} carries no digests: schema {} is older than they are. Its form was checked, its values "
                   "could not be.\n",
                   file.string(), sim::read_header(file).schema_version);
    }
}

int trace(const Arguments& arguments) {
    if (arguments == Arguments{"schema"}) {
        fmt::print("{}", sim::trace_markdown());
        return static_cast<int>(sim::ExitCode::success);
    }
    const bool wants_csv = !arguments.empty() && arguments[0] == "csv";
    if (arguments.size() != (wants_csv ? 3U : 2U)) {
        if (wants_csv && arguments.size() == 2) {
            throw sim::InputError({.what = "trace csv needs a table",
                                   .expected = joined(newest_table_names()),
                                   .hint = "mlaasim trace csv " + arguments[1] + " rounds"});
        }
        throw sim::InputError(sim::Problem{.what = "trace takes an action and a file", .expected = usage});
    }
    if (arguments[0] == "info" || arguments[0] == "verify" || wants_csv) {
        run::expect_trace_file(arguments[1]);
    }
    if (arguments[0] == "info") {
        info(arguments[1]);
    } else if (arguments[0] == "verify") {
        verify(arguments[1]);
    } else if (wants_csv) {
        csv(arguments[1], arguments[2]);
    } else {
        const std::string near = sim::nearest(arguments[0], {"info", "verify", "csv"});
        throw sim::InputError({.what = "unknown action \"" + arguments[0] + "\"",
                               .expected = usage,
                               .hint = near.empty() ? "" : "did you mean " + near + "?"});
    }
    return static_cast<int>(sim::ExitCode::success);
}

}  // namespace

Subcommand trace_subcommand() {
    return {.word = "trace",
            .usage = usage,
            .forms = {{.second_word = "info", .operands = {Operand::trace_file}, .purpose = "what a trace holds"},
                      {.second_word = "verify",
                       .operands = {Operand::trace_file},
                       .purpose = "whether a trace is whole, and its digests"},
                      {.second_word = "csv",
                       .operands = {Operand::trace_file, Operand::table},
                       .purpose = "one table as CSV"},
                      {.second_word = "schema", .purpose = "every table and column of a trace: docs/trace.md"}},
            .carry_out = OnRankZero{trace}};
}

}  // namespace mlaasim::app
