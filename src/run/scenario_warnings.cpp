#include "run/scenario_warnings.hpp"

#include <algorithm>
#include <string>

#include "run/memory_needs.hpp"
#include "run/requirement_checks.hpp"
#include "run/scenario_checks.hpp"
#include "sim/core/counted.hpp"
#include "sim/core/limits.hpp"

namespace mlaasim::run {
namespace {

using Warnings = std::vector<sim::Problem>;

bool ever_assesses(const Scenario& scenario) {
    return scenario.assesses() && scenario.adaptation.start <= scenario.rounds;
}

void warn_of_late_drift(const Scenario& scenario, const sim::OptionsDocument& document, Warnings& warnings) {
    for (std::size_t entry = 0; entry < scenario.drift.size(); ++entry) {
        const std::int64_t start = scenario.drift[entry].start;
        if (start > scenario.rounds) {
            const std::string path = "drift." + std::to_string(entry);
            warnings.push_back(document.problem_at(
                path + ".start",
                path + " starts in round " + std::to_string(start) + ", after the last one, so it changes nothing",
                "a start of at most rounds = " + std::to_string(scenario.rounds), "lower its start, or raise rounds"));
        }
    }
}

void warn_of_late_adaptation(const Scenario& scenario, const sim::OptionsDocument& document, Warnings& warnings) {
    if (scenario.assesses() && !ever_assesses(scenario)) {
        warnings.push_back(document.problem_at("adaptation.start",
                                               "adaptation.start is " + std::to_string(scenario.adaptation.start) +
                                                   ", after the last round, so nothing is assessed or adapted",
                                               "at most rounds = " + std::to_string(scenario.rounds),
                                               "lower it, raise rounds, or set adaptation.every: 0"));
    }
}

void warn_of_missing_labels(const Scenario& scenario, const sim::OptionsDocument& document, Warnings& warnings) {
    const bool is_told_by_strategy = scenario.adaptation.strategy->acts_on_harm();
    if (scenario.adaptation.every > 0 && !scenario.assesses() && !is_told_by_strategy) {
        warnings.push_back(document.problem_at(
            "adaptation.evidence.labels",
            "assessment.kind " + std::string{scenario.assessment.word()} +
                " needs labelled samples, and adaptation.evidence.labels is 0, so nothing is assessed",
            "labelled samples, or no assessment", "raise it, or set adaptation.every: 0"));
    }
}

void warn_of_no_adaptation(const Scenario& scenario, const sim::OptionsDocument& document, Warnings& warnings) {
    if (ever_assesses(scenario) && adapts_at_test_time(scenario) && !scenario.adaptation.evidence.unlabelled) {
        warnings.push_back(document.problem_at(
            "adaptation.evidence.unlabelled",
            "adaptation.strategy.kind " + std::string{scenario.adaptation.strategy.word()} +
                " adapts services on samples without labels, and adaptation.evidence.unlabelled is false, so none is "
                "adapted",
            "samples without labels", "set it to true, or adaptation.strategy.kind: substitute"));
    }
}

/// Of services outside the composition, and of trials of them.
void warn_of_no_candidates(const Scenario& scenario, const sim::OptionsDocument& document, Warnings& warnings) {
    if (!substitutes(scenario) || !ever_assesses(scenario)) {
        return;
    }
    const bool removes = scenario.adaptation.strategy->acts_on_harm();
    const std::string so = removes ? "so members that harm can only leave" : "so there is no candidate";
    if (scenario.initial_members() == scenario.services.count) {
        warnings.push_back(
            document.problem_at("adaptation.strategy.kind",
                                "services that " + std::string{removes ? "harm" : "underperform"} +
                                    " are to be substituted, but every service is a member, " + so,
                                "services that are no members",
                                "set composition.members below services.count, or adaptation.strategy.kind: none"));
    } else if (removes && scenario.adaptation.evidence.trials == 0) {
        warnings.push_back(document.problem_at(
            "adaptation.evidence.trials", "adaptation.evidence.trials is 0: no candidate is trained on trial, " + so,
            "candidates trained on trial", "raise it"));
    }
}

void warn_of_too_few_trials(const Scenario& scenario, const sim::OptionsDocument& document, Warnings& warnings) {
    const std::int64_t fewest = scenario.adaptation.strategy->fewest_trials(scenario.services.count);
    const std::int64_t granted = scenario.adaptation.evidence.trials;
    if (ever_assesses(scenario) && granted < fewest) {
        warnings.push_back(document.problem_at(
            "adaptation.evidence.trials",
            "adaptation.evidence.trials is " + std::to_string(granted) + ", and adaptation.strategy " +
                std::string{scenario.adaptation.strategy.word()} +
                " trains all services that are up in each of its rounds: it does nothing where they are more",
            "at least services.count = " + std::to_string(fewest) + "; twice to twenty times as many let it train on",
            "raise it, or set adaptation.strategy.start: warm"));
    }
}

void warn_of_healing_without_labels(const Scenario& scenario, const sim::OptionsDocument& document,
                                    Warnings& warnings) {
    if (scenario.adaptation.strategy->acts_on_harm() && scenario.adaptation.every > 0 &&
        scenario.adaptation.start <= scenario.rounds && scenario.adaptation.evidence.labels == 0) {
        warnings.push_back(
            document.problem_at("adaptation.strategy.kind",
                                "adaptation.strategy " + std::string{scenario.adaptation.strategy.word()} +
                                    " changes nothing but what is proven on labelled samples, and none are granted",
                                "labelled samples that are never scored",
                                "set adaptation.evidence.labels: 200, or adaptation.strategy.kind: none"));
    }
}

void warn_of_too_few_labels(const Scenario& scenario, const sim::OptionsDocument& document, Warnings& warnings) {
    const std::int64_t granted = scenario.adaptation.evidence.labels;
    if (scenario.adaptation.strategy->acts_on_harm() && ever_assesses(scenario) && granted > 0 &&
        granted < composition::fewest_labels_that_prove) {
        warnings.push_back(
            document.problem_at("adaptation.evidence.labels",
                                "adaptation.evidence.labels is " + std::to_string(granted) +
                                    ", and adaptation.strategy " + std::string{scenario.adaptation.strategy.word()} +
                                    " takes no change of the members for proven on so few, so it changes nothing",
                                "at least " + std::to_string(composition::fewest_labels_that_prove), "raise it"));
    }
}

/// Samples that a client streams from, on average, if the partition or the data say so; at most.
std::int64_t streamed_from(const Scenario& scenario) {
    const auto share = static_cast<std::int64_t>(
        std::min(static_cast<double>(scenario.data.source->known().most_test), sim::most_samples) /
        static_cast<double>(scenario.clients.count));
    const std::int64_t held =
        scenario.clients.partition->samples > 0 ? std::min(scenario.clients.partition->samples, share) : share;
    const composition::EvidenceOptions& evidence = scenario.adaptation.evidence;
    return evidence.labels > 0 || evidence.set_aside ? (held + 1) / 2 : held;
}

void warn_of_short_windows(const Scenario& scenario, const sim::OptionsDocument& document, Warnings& warnings) {
    const auto fewest = static_cast<std::int64_t>(scenario.adaptation.serving->fewest_samples());
    const std::int64_t held = streamed_from(scenario);
    const std::int64_t window = scenario.clients.stream > 0 ? std::min(scenario.clients.stream, held) : held;
    if (window > 0 && window < fewest) {
        const bool asks_for_few = scenario.clients.stream > 0 && scenario.clients.stream < fewest;
        warnings.push_back(
            document.problem_at("clients.stream",
                                (asks_for_few ? "clients.stream is " + std::to_string(scenario.clients.stream)
                                              : "a client has about " + sim::counted(held, "sample") + " to stream") +
                                    ", and adaptation.serving.kind " + std::string{scenario.adaptation.serving.word()} +
                                    " does not look at so few samples, so every client is served plainly",
                                "at least " + std::to_string(fewest),
                                asks_for_few ? "raise it, or set adaptation.serving.kind: plain"
                                             : "give the clients more samples, or set adaptation.serving.kind: plain"));
    }
}

void warn_of_nothing_to_share(const Scenario& scenario, const sim::OptionsDocument& document, Warnings& warnings) {
    if (!scenario.adaptation.serving->shares()) {
        return;
    }
    const sim::KnownData data = scenario.data.source->known();
    const bool is_known = data.shape.size() > 0;
    const std::string why = scenario.clients.count < 2            ? "there is one client"
                            : scenario.is_ensemble()              ? "the members vote"
                            : is_known && !data.shape.is_series() ? "the samples are images"
                            : is_known && !model_of(scenario, data.shape, data.classes).layout().has_batch_norm()
                                ? "the model has no batch norm"
                                : "";
    if (!why.empty()) {
        warnings.push_back(document.problem_at(
            "adaptation.serving.share_statistics",
            "adaptation.serving.share_statistics is true, and " + why + ", so nothing is shared",
            "series, a model with batch norm, members that are averaged, and two clients", "remove it"));
    }
}

/// Of clients with several samples each, half are never scored, and labels come from those. Without a word in the
/// document, a round has as many as there are.
void warn_of_labels_beyond_samples(const Scenario& scenario, const sim::OptionsDocument& document, Warnings& warnings) {
    const std::int64_t each = scenario.clients.partition->samples;
    const auto all = static_cast<std::int64_t>(
        std::min(static_cast<double>(scenario.data.source->known().most_test), sim::most_samples));
    const std::int64_t most = each > 0 ? std::min(all / 2, each / 2 * scenario.clients.count) : all / 2;
    const std::int64_t granted = scenario.adaptation.evidence.labels;
    const sim::OptionsNode* const adaptation = document.tree().child("adaptation");
    const sim::OptionsNode* const evidence = adaptation != nullptr ? adaptation->child("evidence") : nullptr;
    const bool is_given = evidence != nullptr && evidence->child("labels") != nullptr;
    if (is_given && ever_assesses(scenario) && all > 0 && granted > most) {
        warnings.push_back(document.problem_at(
            "adaptation.evidence.labels",
            "adaptation.evidence.labels is " + std::to_string(granted) +
                ", and half of the samples of all clients together, which are never scored, are at most " +
                std::to_string(most) + ", so no round has more labels",
            "at most half of the clients' samples", "lower it, or give the clients more samples"));
    }
}

/// A class that is all of a mix needs as many samples of a client as it streams.
void warn_of_scarce_classes(const Scenario& scenario, const sim::OptionsDocument& document, Warnings& warnings) {
    const sim::KnownData data = scenario.data.source->known();
    if (!scenario.clients.order->has_class_mix() || data.classes == 0) {
        return;
    }
    const std::int64_t of_class = streamed_from(scenario) / data.classes;
    if (scenario.clients.stream > of_class) {
        warnings.push_back(
            document.problem_at("clients.stream",
                                "clients.stream is " + std::to_string(scenario.clients.stream) +
                                    ", and a client has about " + sim::counted(of_class, "sample") +
                                    " of a class to stream, so rounds in which one class prevails have " +
                                    "more of the others than clients.order asks for",
                                "at most " + std::to_string(std::max(of_class, std::int64_t{1})),
                                "lower it, or give the clients more samples"));
    }
}

/// The assessment that was written gives way to one of harm.
void warn_of_unused_assessment(const Scenario& scenario, const sim::OptionsDocument& document, Warnings& warnings) {
    if (document.tree().child("assessment") == nullptr || !ever_assesses(scenario)) {
        return;
    }
    Scenario as_written;
    document.read([&](sim::OptionVisitor& visitor) { declare(visitor, as_written); });
    if (assesses_harm_instead(as_written)) {
        warnings.push_back(document.problem_at(
            "assessment",
            "adaptation.strategy " + std::string{as_written.adaptation.strategy.word()} +
                " acts on proven harm, so the members are assessed by kind: " +
                std::string{scenario.assessment.word()} + ", not " + std::string{as_written.assessment.word()},
            "assessment: {kind: " + std::string{scenario.assessment.word()} + "}",
            "remove assessment, set its kind to " + std::string{scenario.assessment.word()} +
                ", or choose a strategy that acts on it, as in adaptation.strategy.kind: substitute"));
    }
}

void warn_of_updates_beyond_memory(const Scenario& scenario, const sim::OptionsDocument& document, Warnings& warnings) {
    if (const auto problem = updates_beyond_memory(scenario, memory_limit())) {
        warnings.push_back(document.problem_at(problem->path, problem->what, problem->expected, problem->hint));
    }
}

void warn_of_unmet_requirements(const Scenario& scenario, const sim::OptionsDocument& document, Warnings& warnings) {
    for (const sim::Problem& problem : requirements_in_doubt(scenario)) {
        warnings.push_back(document.problem_at(problem.path, problem.what, problem.expected, problem.hint));
    }
}

}  // namespace

std::vector<sim::Problem> scenario_warnings(const Scenario& scenario, const sim::OptionsDocument& document) {
    Warnings warnings;
    for (const auto& warn :
         {warn_of_late_drift, warn_of_late_adaptation, warn_of_missing_labels, warn_of_no_adaptation,
          warn_of_no_candidates, warn_of_too_few_trials, warn_of_healing_without_labels, warn_of_too_few_labels,
          warn_of_short_windows, warn_of_nothing_to_share, warn_of_labels_beyond_samples, warn_of_scarce_classes,
          warn_of_unused_assessment, warn_of_updates_beyond_memory, warn_of_unmet_requirements}) {
        warn(scenario, document, warnings);
    }
    return warnings;
}

}  // namespace mlaasim::run
