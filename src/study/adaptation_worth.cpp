#include "study/adaptation_worth.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "sim/core/error.hpp"
#include "sim/storage/stored_values.hpp"
#include "study/damage.hpp"
#include "study/differing_options.hpp"

namespace mlaasim::study {
namespace {

/// Options that only serve the response, or that change no round: compared runs may differ in these. The samples of an
/// assessment have been an option of `evaluation` up to schema 5.
constexpr std::string_view free_options[] = {"name",
                                             "rounds",
                                             "checkpoint_every",
                                             "adaptation",
                                             "assessment",
                                             "test_time",
                                             "evaluation.assessment_samples",
                                             "evaluation.update_memory_mib"};

bool is_free(std::string_view path) {
    return std::any_of(std::begin(free_options), std::end(free_options), [&](std::string_view option) {
        return path.starts_with(option) && (path.size() == option.size() || path[option.size()] == '.');
    });
}

bool adapts(const RecordedRun& run) {
    return run.options.at("adaptation.strategy.kind") != "none" && run.options.at("adaptation.every") != "0";
}

/// Half of the clients' samples is never scored then.
bool grants_labels(const RecordedRun& run) {
    const auto labels = run.options.find("adaptation.evidence.labels");
    return labels != run.options.end() && labels->second != "0";
}

bool differ_in_response_alone(const RecordedRun& a, const RecordedRun& b) {
    const std::array scenarios{&a.options, &b.options};
    return a.header.schema_version == b.header.schema_version && a.header.data == b.header.data &&
           grants_labels(a) == grants_labels(b) &&
           std::ranges::all_of(differing_options(scenarios),
                               [](const DifferingOption& option) { return is_free(option.path); });
}

/// The rounds of a run, which are 1, 2, 3, ..., and at least one.
sim::StoredValues read_rounds(const RecordedRun& run) {
    sim::StoredValues rounds = reading(run.file, [&] { return sim::read_values(run.file, "rounds"); });
    const std::vector<double> numbers = rounds.numbers("round");
    if (numbers.empty()) {
        throw sim::InputError({.file = run.file.string(),
                               .what = "the run has not committed a round yet",
                               .expected = "at least one round",
                               .hint = "let it run on, with --resume if it was stopped"});
    }
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (numbers[i] != static_cast<double>(i + 1)) {
            throw sim::InputError({.file = run.file.string(),
                                   .what = fmt::format("row {} of rounds is of round {}", i, numbers[i]),
                                   .expected = "rounds 1, 2, 3, ...",
                                   .hint = "mlaasim trace verify says whether the file is whole"});
        }
    }
    return rounds;
}

/// What the two programs may have computed differently; not a reason to refuse.
std::vector<std::string> notes_of(const RecordedRun& with, const RecordedRun& without) {
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
TrainingCost sum_costs(const RecordedRun& run, std::vector<WorthOfRound>& rounds, double sign) {
    TrainingCost cost;
    for (const sim::StoredValues& trainings : reading(run.file, [&] { return tables_of_trainings(run.file); })) {
        const std::vector<double> round = trainings.numbers("round");
        const std::vector<double> bytes = trainings.numbers("bytes");
        const std::vector<double> energy = trainings.numbers("energy_j");
        for (std::size_t i = 0; i < trainings.rows; ++i) {
            if (round[i] < static_cast<double>(rounds.size())) {
                cost.bytes += bytes[i];
                cost.energy_j += energy[i];
                rounds[static_cast<std::size_t>(round[i])].extra_bytes += sign * bytes[i];
            }
        }
    }
    return cost;
}

/// Counts who came and left without a substitution.
void count_changes(const sim::StoredValues& events, std::vector<WorthOfRound>& rounds) {
    const std::vector<double> round = events.numbers("round");
    const std::vector<double> other = events.numbers("other");
    const std::vector<std::string>& kind = events.texts("kind");
    for (std::size_t i = 0; i < events.rows; ++i) {
        if (round[i] < static_cast<double>(rounds.size())) {
            WorthOfRound& of = rounds[static_cast<std::size_t>(round[i])];
            of.integrated += kind[i] == "integration" ? 1 : 0;
            of.removed += kind[i] == "removal" || (kind[i] == "rollback" && other[i] < 0.0) ? 1 : 0;
        }
    }
}

/// Counts what services trained for beside their membership. Rows of trials are never left out.
void count_trainings(const RecordedRun& run, AdaptationWorth& worth) {
    for (const sim::StoredValues& trainings : reading(run.file, [&] { return tables_of_trainings(run.file); })) {
        const bool are_sums = trainings.find("trainings") != nullptr;
        const std::vector<double> counts =
            are_sums ? trainings.numbers("trainings") : std::vector<double>(trainings.rows, 1.0);
        const std::vector<double> round = trainings.numbers("round");
        const std::vector<std::string>& role = trainings.texts("role");
        for (std::size_t i = 0; i < trainings.rows; ++i) {
            const auto count = static_cast<std::int64_t>(counts[i]);
            worth.advertising_trainings += round[i] == 0.0 ? count : 0;
            const bool compared = round[i] > 0.0 && round[i] < static_cast<double>(worth.rounds.size());
            worth.trials += compared && role[i] == "candidate" ? count : 0;
        }
    }
}

}  // namespace

std::optional<AdaptationPair> adaptation_pair(const RecordedRun& a, const RecordedRun& b) {
    for (const char* option : {"adaptation.strategy.kind", "adaptation.every"}) {
        if (!a.options.contains(option) || !b.options.contains(option)) {
            return std::nullopt;  // of an older schema
        }
    }
    if (adapts(a) == adapts(b) || !differ_in_response_alone(a, b)) {
        return std::nullopt;
    }
    return adapts(a) ? AdaptationPair{.with = &a, .without = &b} : AdaptationPair{.with = &b, .without = &a};
}

AdaptationWorth worth_of_adaptation(const AdaptationPair& pair) {
    const sim::StoredValues with = read_rounds(*pair.with);
    const sim::StoredValues without = read_rounds(*pair.without);
    const std::size_t common = std::min(with.rows, without.rows);
    AdaptationWorth worth;
    worth.rounds_with = static_cast<std::uint32_t>(with.rows);
    worth.rounds_without = static_cast<std::uint32_t>(without.rows);
    worth.samples = static_cast<std::int64_t>(with.numbers("samples")[common - 1]);
    worth.rounds.emplace_back();
    const std::vector<double> accuracy = with.numbers("accuracy");
    const std::vector<double> accuracy_without = without.numbers("accuracy");
    const std::vector<double> replaced = with.numbers("replaced");
    const std::vector<double> adapted = with.numbers("adapted");
    for (std::size_t i = 0; i < common; ++i) {
        worth.rounds.push_back({.round = static_cast<std::uint32_t>(i + 1),
                                .accuracy = accuracy[i],
                                .accuracy_without = accuracy_without[i],
                                .replaced = static_cast<std::uint32_t>(replaced[i]),
                                .adapted = static_cast<std::uint32_t>(adapted[i])});
    }
    worth.cost = sum_costs(*pair.with, worth.rounds, 1.0);
    worth.cost_without = sum_costs(*pair.without, worth.rounds, -1.0);
    count_trainings(*pair.with, worth);
    count_changes(reading(pair.with->file, [&] { return sim::read_values(pair.with->file, "events"); }), worth.rounds);
    worth.notes = notes_of(*pair.with, *pair.without);
    return worth;
}

}  // namespace mlaasim::study
