#include "app/comparison.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <map>
#include <string_view>

#include "sim/core/error.hpp"
#include "sim/scenario_text/parse.hpp"
#include "sim/storage/trace_file.hpp"

namespace mlaasim::app {
namespace {

namespace fs = std::filesystem;

/// Options that only serve the response, or that change no round: compared runs may differ in these.
constexpr std::string_view free_options[] = {"name",
                                             "rounds",
                                             "checkpoint_every",
                                             "adaptation",
                                             "assessment",
                                             "test_time",
                                             "evaluation.assessment_samples",
                                             "evaluation.update_memory_mib"};

using FlatOptions = std::map<std::string, std::string>;

void flatten(const sim::OptionsNode& node, const std::string& path, FlatOptions& flat) {
    if (node.children.empty()) {
        flat[path] = node.kind == sim::OptionsNode::Kind::scalar ? node.text : "[]";
    }
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        const std::string key = node.keys.empty() ? std::to_string(i) : node.keys[i];
        flatten(node.children[i], path.empty() ? key : fmt::format("{}.{}", path, key), flat);
    }
}

bool is_free(std::string_view path) {
    return std::any_of(std::begin(free_options), std::end(free_options), [&](std::string_view option) {
        return path.starts_with(option) && (path.size() == option.size() || path[option.size()] == '.');
    });
}

struct Run {
    fs::path file;
    sim::TraceHeader header;
    FlatOptions options;
    std::vector<sim::RoundRecord> rounds;
    std::vector<sim::ServiceRecord> services;

    [[nodiscard]] bool adapts() const {
        return options.at("adaptation.strategy.kind") != "none" && options.at("adaptation.every") != "0";
    }
};

template <class Record>
std::vector<Record> read_records(const fs::path& file) {
    const std::vector<std::byte> bytes = sim::read_rows(file, Record::table());
    std::vector<Record> records(bytes.size() / sizeof(Record));
    if (!records.empty()) {
        std::memcpy(records.data(), bytes.data(), records.size() * sizeof(Record));
    }
    return records;
}

Run read_run(const fs::path& file) {
    Run run{.file = file,
            .header = sim::read_header(file),
            .options = {},
            .rounds = read_records<sim::RoundRecord>(file),
            .services = read_records<sim::ServiceRecord>(file)};
    flatten(sim::parse_options({.text = run.header.scenario_yaml, .file = file.string()}), "", run.options);
    for (const char* option : {"adaptation.strategy.kind", "adaptation.every"}) {
        if (!run.options.contains(option)) {
            throw sim::InputError({.file = file.string(), .what = std::string{"the trace's scenario lacks "} + option});
        }
    }
    if (run.rounds.empty()) {
        throw sim::InputError({.file = file.string(),
                               .what = "the run has not committed a round yet",
                               .expected = "at least one round",
                               .hint = "let it run on, with --resume if it was stopped"});
    }
    for (std::size_t i = 0; i < run.rounds.size(); ++i) {
        if (run.rounds[i].round != i + 1) {
            throw sim::InputError({.file = file.string(),
                                   .what = fmt::format("row {} of rounds is of round {}", i, run.rounds[i].round),
                                   .expected = "rounds 1, 2, 3, ...",
                                   .hint = "mlaasim trace verify says whether the file is whole"});
        }
    }
    return run;
}

/// Each option in which the runs differ but must not, in the order of the names.
std::vector<sim::Problem> differences(const Run& with, const Run& without) {
    std::vector<sim::Problem> problems;
    const auto add = [&](const std::string& what, const std::string& value, const std::string& value_without) {
        problems.push_back(
            {.file = without.file.string(),
             .what = fmt::format("{} is {}, but {} in {}", what, value_without, value, with.file.string()),
             .expected = "two runs that differ in their adaptation alone"});
    };
    if (with.header.data != without.header.data) {
        add("the data", with.header.data, without.header.data);
    }
    FlatOptions all = with.options;
    all.insert(without.options.begin(), without.options.end());
    const auto value_of = [](const Run& run, const std::string& path) {
        const auto option = run.options.find(path);
        return option == run.options.end() ? std::string{"absent"} : option->second;
    };
    for (const auto& [path, value] : all) {
        if (!is_free(path) && value_of(with, path) != value_of(without, path)) {
            add(path, value_of(with, path), value_of(without, path));
        }
    }
    return problems;
}

void check_comparable(const Run& with, const Run& without) {
    // Versions of the program that differ so much also write the same scenario differently.
    if (with.header.schema_version != without.header.schema_version) {
        throw sim::InputError(
            {.file = without.file.string(),
             .what = fmt::format("this trace is of schema {}, but {} is of schema {}", without.header.schema_version,
                                 with.file.string(), with.header.schema_version),
             .expected = "two traces of one schema",
             .hint = "play the older one again with this version of the program"});
    }
    if (const auto problems = differences(with, without); !problems.empty()) {
        throw sim::InputError(problems);
    }
    if (!with.adapts()) {
        throw sim::InputError({.file = with.file.string(),
                               .what = "this run had no adaptation",
                               .expected = "the run with adaptation first, then the one without",
                               .hint = without.adapts() ? "swap the two" : ""});
    }
    if (without.adapts()) {
        throw sim::InputError({.file = without.file.string(),
                               .what = "this run had adaptation, too",
                               .expected = "as the second a run without adaptation",
                               .hint = "run the scenario with --set adaptation.strategy.kind=none"});
    }
}

/// What the two programs may have computed differently; not a reason to refuse.
std::vector<std::string> notes_of(const Run& with, const Run& without) {
    std::vector<std::string> notes;
    const auto compare_text = [&](const char* what, const std::string& a, const std::string& b) {
        if (a != b) {
            notes.push_back(fmt::format(
                "Note: {} of the two runs differ ({}; {}), so results may differ a little by that, too.", what, a, b));
        }
    };
    compare_text("the program versions", with.header.program_version, without.header.program_version);
    compare_text("the libraries", with.header.library_versions, without.header.library_versions);
    compare_text("the instruction sets", with.header.instruction_set, without.header.instruction_set);
    return notes;
}

/// Sums costs up to the last of `rounds`; adds each round's traffic to it, times `sign`.
TrainingCost sum_costs(const Run& run, std::vector<ComparedRound>& rounds, int sign) {
    TrainingCost cost;
    for (const sim::ServiceRecord& service : run.services) {
        if (service.round < rounds.size()) {
            cost.bytes += service.bytes;
            cost.energy_j += service.energy_j;
            rounds[service.round].extra_bytes += sign * service.bytes;
        }
    }
    return cost;
}

}  // namespace

Comparison compare(const fs::path& with_file, const fs::path& without_file) {
    const Run with = read_run(with_file);
    const Run without = read_run(without_file);
    check_comparable(with, without);

    Comparison comparison;
    comparison.rounds_with = static_cast<std::uint32_t>(with.rounds.size());
    comparison.rounds_without = static_cast<std::uint32_t>(without.rounds.size());
    const std::size_t common = std::min(with.rounds.size(), without.rounds.size());
    comparison.samples = with.rounds[common - 1].samples;
    comparison.rounds.emplace_back();
    for (std::size_t i = 0; i < common; ++i) {
        comparison.rounds.push_back({.round = with.rounds[i].round,
                                     .accuracy = with.rounds[i].accuracy,
                                     .accuracy_without = without.rounds[i].accuracy,
                                     .replaced = with.rounds[i].replaced,
                                     .adapted = with.rounds[i].adapted});
    }
    comparison.cost = sum_costs(with, comparison.rounds, 1);
    comparison.cost_without = sum_costs(without, comparison.rounds, -1);
    for (const sim::ServiceRecord& service : with.services) {
        comparison.advertising_trainings += service.round == 0 ? 1 : 0;
        comparison.trials += service.round > 0 && service.round <= common && service.role.view() == "candidate" ? 1 : 0;
    }
    comparison.notes = notes_of(with, without);
    return comparison;
}

}  // namespace mlaasim::app
