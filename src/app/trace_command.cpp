#include "app/trace_command.hpp"

#include <fmt/core.h>

#include <filesystem>
#include <iostream>

#include "app/trace_file.hpp"
#include "sim/error.hpp"
#include "sim/trace_docs.hpp"
#include "sim/trace_hdf5.hpp"
#include "sim/trace_records.hpp"

namespace mlaasim::app {
namespace {

std::vector<std::string> table_names() {
    std::vector<std::string> names;
    for (const sim::Table* table : sim::all_tables()) {
        names.emplace_back(table->name);
    }
    return names;
}

std::string known_tables() {
    std::string known;
    for (const std::string& name : table_names()) {
        known += (known.empty() ? "one of " : ", ") + name;
    }
    return known;
}

const sim::Table& table_named(const std::string& name) {
    for (const sim::Table* table : sim::all_tables()) {
        if (table->name == name) {
            return *table;
        }
    }
    const std::string near = sim::nearest(name, table_names());
    throw sim::InputError({.what = "no table is named \"" + name + "\"",
                           .expected = known_tables(),
                           .hint = near.empty() ? "" : "did you mean " + near + "?"});
}

void info(const std::filesystem::path& file) {
    const sim::TraceHeader header = sim::read_header(file);
    const auto checkpoint = sim::read_checkpoint(file);
    fmt::print(
        "{}\n  written by  mlaasim {} (commit {})\n  with        {} on {}\n  data        {}\n  seed        {}\n  "
        "committed   "
        "{}\n",
        file.string(), header.program_version, header.git_commit, header.library_versions, header.instruction_set,
        header.data, header.seed,
        checkpoint ? fmt::format("up to round {}", checkpoint->round.value()) : "nothing yet");
    for (const sim::Table* table : sim::all_tables()) {
        const std::size_t rows = sim::read_rows(file, *table).size() / table->record_size;
        fmt::print("  {:<11} {:>8} {}  {}\n", table->name, rows, rows == 1 ? "row " : "rows", table->doc);
    }
}

void verify(const std::filesystem::path& file) {
    sim::verify(file);
    for (const auto& [name, digest] : sim::digests(file)) {
        fmt::print("{}  {}\n", digest, name);
    }
}

}  // namespace

int trace_command(const std::vector<std::string>& arguments) {
    const std::string usage = "mlaasim trace info|verify FILE, mlaasim trace csv FILE TABLE, or mlaasim trace schema";
    if (!arguments.empty() && (arguments[0] == "--help" || arguments[0] == "-h")) {
        fmt::print("usage: {}\n", usage);
        return static_cast<int>(sim::ExitCode::success);
    }
    if (arguments == std::vector<std::string>{"schema"}) {
        fmt::print("{}", sim::trace_markdown());
        return static_cast<int>(sim::ExitCode::success);
    }
    const bool csv = !arguments.empty() && arguments[0] == "csv";
    if (arguments.size() != (csv ? 3U : 2U)) {
        if (csv && arguments.size() == 2) {
            throw sim::InputError({.what = "trace csv needs a table",
                                   .expected = known_tables(),
                                   .hint = "mlaasim trace csv " + arguments[1] + " rounds"});
        }
        throw sim::InputError({.what = "trace takes an action and a file", .expected = usage});
    }
    if (arguments[0] == "info" || arguments[0] == "verify" || csv) {
        expect_trace_file(arguments[1]);
    }
    if (arguments[0] == "info") {
        info(arguments[1]);
    } else if (arguments[0] == "verify") {
        verify(arguments[1]);
    } else if (csv) {
        sim::write_csv(arguments[1], table_named(arguments[2]), std::cout);
        std::cout.flush();
    } else {
        const std::string near = sim::nearest(arguments[0], {"info", "verify", "csv"});
        throw sim::InputError({.what = "unknown action \"" + arguments[0] + "\"",
                               .expected = usage,
                               .hint = near.empty() ? "" : "did you mean " + near + "?"});
    }
    return static_cast<int>(sim::ExitCode::success);
}

}  // namespace mlaasim::app
