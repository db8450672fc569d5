#include "study/run_summary.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <span>

#include "sim/core/error.hpp"
#include "sim/storage/stored_values.hpp"
#include "study/damage.hpp"
#include "study/differing_options.hpp"
#include "study/report/run_trace.hpp"

namespace mlaasim::study {
namespace {

namespace fs = std::filesystem;

/// Options in which the runs of one setting differ.
constexpr std::array own_options{"name", "seed"};

OptionValues without_own(OptionValues options) {
    for (const char* option : own_options) {
        options.erase(option);
    }
    return options;
}

/// The values of all runs in one map; those that differ are counted.
OptionValues merged(std::span<const OptionValues* const> all) {
    OptionValues merged = *all.front();
    for (const DifferingOption& option : differing_options(all)) {
        const std::set<std::optional<std::string>> values{option.values.begin(), option.values.end()};
        merged[option.path] = fmt::format("({} values)", values.size());
    }
    return merged;
}

OptionValues versions_of(const sim::TraceHeader& header) {
    return {{"data", header.data},
            {"program", header.program_version},
            {"libraries", header.library_versions},
            {"instruction set", header.instruction_set}};
}

std::uint32_t rounds_planned(const RecordedRun& run) {
    const auto rounds = run.options.find("rounds");
    std::uint32_t planned = 0;
    if (rounds != run.options.end()) {
        std::from_chars(rounds->second.data(), rounds->second.data() + rounds->second.size(), planned);
    }
    return planned;
}

/// Adds a share of a run to the means of the summary, up to round `last`.
void add(RunSummary& summary, const RecordedRun& run, std::size_t last, double share) {
    const auto add_curve = [&](std::vector<double>& curve, const std::vector<double>& values) {
        curve.resize(last);
        for (std::size_t i = 0; i < last; ++i) {
            curve[i] += share * values[i];
        }
    };
    const auto sum = [&](const std::vector<double>& values) {
        return share * std::accumulate(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(last), 0.0);
    };
    const sim::StoredValues rounds = sim::read_values(run.file, "rounds");
    add_curve(summary.accuracy, rounds.numbers("accuracy"));
    add_curve(summary.loss, rounds.numbers("loss"));
    summary.replaced += sum(rounds.numbers("replaced"));
    summary.adapted += sum(rounds.numbers("adapted"));
    summary.modelled_s += sum(rounds.numbers("latency_ms")) / 1000.0;

    const auto up_to_last = [&](double round) { return round <= static_cast<double>(last); };
    for (const sim::StoredValues& trainings : tables_of_trainings(run.file)) {
        const std::vector<double> training_rounds = trainings.numbers("round");
        const std::vector<double> bytes = trainings.numbers("bytes");
        const std::vector<double> energy = trainings.numbers("energy_j");
        for (std::size_t i = 0; i < trainings.rows; ++i) {
            summary.bytes += up_to_last(training_rounds[i]) ? share * bytes[i] : 0.0;
            summary.energy_j += up_to_last(training_rounds[i]) ? share * energy[i] : 0.0;
        }
    }
    const sim::StoredValues timing = sim::read_values(run.file, "timing");
    const std::vector<double> timing_rounds = timing.numbers("round");
    const std::vector<double> ranks = timing.numbers("rank");
    const std::vector<double> seconds = timing.numbers("seconds");
    const std::vector<std::string>& phases = timing.texts("phase");
    for (std::size_t i = 0; i < timing.rows; ++i) {
        const bool counts = phases[i] == "round" && ranks[i] == 0.0 && up_to_last(timing_rounds[i]);
        summary.measured_s += counts ? share * seconds[i] : 0.0;
    }
}

RunSummary summary_of(const std::string& source, const std::vector<RecordedRun>& runs) {
    RunSummary summary{.source = source, .runs = runs.size()};
    std::vector<const OptionValues*> options;
    std::vector<OptionValues> versions;
    std::uint32_t last = runs.front().last_round;
    for (const RecordedRun& run : runs) {
        options.push_back(&run.options);
        versions.push_back(versions_of(run.header));
        last = std::min(last, run.last_round);
        summary.unfinished += run.last_round < rounds_planned(run) ? 1 : 0;
    }
    summary.options = merged(options);
    std::vector<const OptionValues*> all_versions;
    for (const OptionValues& version : versions) {
        all_versions.push_back(&version);
    }
    summary.versions = merged(all_versions);
    for (const RecordedRun& run : runs) {
        reading(run.file, [&] { add(summary, run, last, 1.0 / static_cast<double>(runs.size())); });
    }
    return summary;
}

/// A run whose numbers can be read, too.
RecordedRun readable_run(const fs::path& file) {
    RecordedRun run = read_run(file);
    RunSummary unused;
    reading(file, [&] { add(unused, run, run.last_round, 1.0); });
    return run;
}

/// The traces of a study's points, in the order of their names.
std::vector<RecordedRun> runs_of_study(const fs::path& points, std::vector<std::string>& unreadable) {
    std::set<fs::path> files;
    for (const fs::directory_entry& point : fs::directory_iterator{points}) {
        if (fs::is_regular_file(point.path() / "trace.h5")) {
            files.insert(point.path() / "trace.h5");
        }
    }
    std::vector<RecordedRun> runs;
    for (const fs::path& file : files) {
        try {
            runs.push_back(readable_run(file));
        } catch (const sim::InputError& error) {
            unreadable.emplace_back(error.what());
        }
    }
    std::erase_if(runs, [](const RecordedRun& run) { return run.last_round == 0; });
    if (runs.empty()) {
        throw sim::InputError(
            {.file = points.string(),
             .what = unreadable.empty() ? "no point of the study has committed a round yet"
                                        : "no point of the study has a round that can be read: " + unreadable.front(),
             .expected = "at least one trace.h5 with a round in a folder of this one",
             .hint = "mlaasim sweep plays the points that are missing"});
    }
    return runs;
}

Summaries summaries_of_study(const std::string& folder) {
    Summaries summaries;
    std::map<OptionValues, std::size_t> group_with;
    std::vector<std::vector<RecordedRun>> groups;
    for (RecordedRun& run : runs_of_study(fs::path{folder} / "points", summaries.unreadable)) {
        const auto [group, added] = group_with.try_emplace(without_own(run.options), groups.size());
        if (added) {
            groups.emplace_back();
        }
        groups[group->second].push_back(std::move(run));
    }
    std::vector<const OptionValues*> settings(groups.size());
    for (const auto& [options, group] : group_with) {
        settings[group] = &options;
    }
    const std::vector<DifferingOption> differing = differing_options(settings);
    for (std::size_t group = 0; group < groups.size(); ++group) {
        std::string setting;
        for (const DifferingOption& option : differing) {
            if (option.values[group]) {
                setting += (setting.empty() ? ": " : ", ") + option.path + "=" + *option.values[group];
            }
        }
        summaries.runs.push_back(summary_of(folder + setting, groups[group]));
    }
    return summaries;
}

}  // namespace

BestRound highest(const std::vector<double>& curve) {
    const auto best = std::max_element(curve.begin(), curve.end());
    return {.value = *best, .round = static_cast<std::size_t>(best - curve.begin()) + 1};
}

BestRound lowest(const std::vector<double>& curve) {
    const auto best = std::min_element(curve.begin(), curve.end());
    return {.value = *best, .round = static_cast<std::size_t>(best - curve.begin()) + 1};
}

double mean_of(const std::vector<double>& curve) {
    return std::accumulate(curve.begin(), curve.end(), 0.0) / static_cast<double>(curve.size());
}

Summaries summaries_of(const std::string& path) {
    if (fs::is_directory(fs::path{path} / "points")) {
        return summaries_of_study(path);
    }
    const RecordedRun run = read_run(trace_in(path));
    if (run.last_round == 0) {
        throw sim::InputError({.file = run.file.string(),
                               .what = "the run has not committed a round yet",
                               .expected = "at least one round",
                               .hint = "let it run on, with --resume if it was stopped"});
    }
    return {.runs = {summary_of(path, {run})}, .unreadable = {}};
}

}  // namespace mlaasim::study
