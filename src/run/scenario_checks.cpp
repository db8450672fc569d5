#include "run/scenario_checks.hpp"

#include <algorithm>
#include <limits>

#include "run/needs.hpp"
#include "run/requirement_checks.hpp"
#include "sim/core/counted.hpp"

namespace mlaasim::run {
namespace {

/// Runs a check of the options at `path` and collects its findings.
template <class Check>
void collect(const sim::OptionsDocument& document, const std::string& path, std::vector<sim::Problem>& problems,
             Check check) {
    try {
        sim::below(path, check);
    } catch (const sim::InputError& error) {
        const sim::InputError placed = located(error, document);
        problems.insert(problems.end(), placed.problems().begin(), placed.problems().end());
    }
}

void check_weights(const Scenario& scenario, const sim::OptionsDocument& document,
                   std::vector<sim::Problem>& problems) {
    collect(document, "assessment", problems, [&] { scenario.assessment->check(); });
    collect(document, "adaptation.substitution.confidence", problems,
            [&] { scenario.adaptation.substitution.confidence.form->check(); });
}

/// The trace, and what changes the predictions of members, tell techniques apart by their words.
void check_techniques(const Scenario& scenario, const sim::OptionsDocument& document,
                      std::vector<sim::Problem>& problems) {
    std::vector<std::string_view> words{scenario.test_time.technique.word()};
    for (std::size_t i = 0; i < scenario.test_time.also.size(); ++i) {
        const std::string_view word = scenario.test_time.also[i].technique.word();
        if (std::ranges::find(words, word) != words.end()) {
            const std::string path = "test_time.also." + std::to_string(i) + ".technique";
            problems.push_back(document.problem_at(path, path + " is " + std::string{word} + ", which is tried already",
                                                   "a technique that is not tried yet", "leave it out"));
        }
        words.push_back(word);
    }
}

void check_serving(const Scenario& scenario, const sim::OptionsDocument& document,
                   std::vector<sim::Problem>& problems) {
    const auto& serving = scenario.adaptation.serving;
    if (serving->looks() && !scenario.adaptation.evidence.unlabelled) {
        problems.push_back(document.problem_at(
            "adaptation.serving.kind",
            "adaptation.serving " + std::string{serving.word()} +
                " looks at what clients stream, without its labels, and adaptation.evidence.unlabelled is false",
            "samples of the streams without labels",
            "use adaptation.serving.kind: plain, or adaptation.evidence.unlabelled: true"));
    }
}

/// Without held-out samples every E_f and Q is 0, and of three attributes only the volume can differ.
void check_holdout(const Scenario& scenario, const sim::OptionsDocument& document,
                   std::vector<sim::Problem>& problems) {
    const std::int64_t better_in = scenario.adaptation.substitution.filter.form->better_in();
    const bool has_candidates = scenario.initial_members() < scenario.services.count;
    if (scenario.services.holdout == 0.0 && scenario.assesses() && scenario.adaptation.strategy->filters_candidates() &&
        has_candidates && better_in > 1) {
        problems.push_back(document.problem_at(
            "services.holdout",
            "services.holdout is 0, so effectiveness and quality are never measured, and no "
            "candidate can be better in " +
                std::to_string(better_in) + " attributes",
            "held-out samples where services are to be substituted",
            "raise services.holdout, let adaptation.substitution.filter be {form: k_of_3, better_in: 1}, "
            "or set adaptation.strategy.kind: none"));
    }
}

void check_partitions(const Scenario& scenario, const sim::KnownData& data, const sim::OptionsDocument& document,
                      std::vector<sim::Problem>& problems) {
    collect(document, "services.partition", problems, [&] {
        sim::check_pool(data.most_train, static_cast<std::uint32_t>(scenario.services.count),
                        *scenario.services.partition, "services");
    });
    collect(document, "clients.partition", problems, [&] {
        sim::check_pool(data.most_test, static_cast<std::uint32_t>(scenario.clients.count), *scenario.clients.partition,
                        "clients");
    });
}

/// A mix of classes needs samples to choose from.
void check_order(const Scenario& scenario, const sim::OptionsDocument& document, std::vector<sim::Problem>& problems) {
    if (scenario.clients.order->has_class_mix() && scenario.clients.stream == 0) {
        problems.push_back(document.problem_at(
            "clients.order.kind",
            "clients.order " + std::string{scenario.clients.order.word()} +
                " draws samples by their classes, and clients.stream is 0, so every round has all samples of a client",
            "a part of a client's samples in each round",
            "set clients.stream to a tenth of what a client has, or less, or set clients.order.kind: shuffled"));
    }
}

void check_model(const Scenario& scenario, const sim::KnownData& data, const sim::OptionsDocument& document,
                 std::vector<sim::Problem>& problems) {
    collect(document, "", problems, [&] {
        const fl::Model model = model_of(scenario, data.shape, data.classes);
        sim::below("engine", [&] { return fl::choose_engine(scenario.engine, model); });
        check_update_memory(scenario, model);
        if (can_adapt(scenario, model)) {
            const std::int64_t samples = scenario.test_time.samples;
            const std::int64_t stream = scenario.clients.stream;
            const std::int64_t each = stream == 0 ? samples : std::min(samples, stream);
            check_adaptation_samples(scenario, scenario.clients.count * each);
        }
    });
}

}  // namespace

bool substitutes(const Scenario& scenario) {
    return scenario.responds() && scenario.adaptation.strategy->replaces_services();
}

bool adapts_at_test_time(const Scenario& scenario) {
    return scenario.responds() && scenario.adaptation.strategy->adapts_at_test_time();
}

sim::InputError located(const sim::InputError& error, const sim::OptionsDocument& document) {
    std::vector<sim::Problem> problems = error.problems();
    for (sim::Problem& problem : problems) {
        if (problem.file.empty()) {
            problem = document.problem_at(problem.path, problem.what, problem.expected, problem.hint);
        }
    }
    return sim::InputError(std::move(problems));
}

void check_scenario(const Scenario& scenario, const sim::OptionsDocument& document,
                    std::vector<sim::Problem>& problems) {
    const sim::KnownData data = scenario.data.source->known();
    const sim::Seed seed = scenario.random_seed();
    check_weights(scenario, document, problems);
    check_holdout(scenario, document, problems);
    check_partitions(scenario, data, document, problems);
    check_order(scenario, document, problems);
    check_needs(scenario, document, problems);
    check_techniques(scenario, document, problems);
    check_serving(scenario, document, problems);
    if (architecture_fits(scenario)) {
        check_model(scenario, data, document, problems);
    }
    collect(document, "availability", problems, [&] { sim::Availability{scenario.availability, 1, seed}; });
    collect(document, "qos", problems, [&] { sim::QosModel{scenario.qos, 1, seed}; });
    if (problems.empty()) {
        check_requirements(scenario, document, problems);
    }
    collect(document, "drift", problems, [&] {
        sim::DriftSchedule{scenario.drift, static_cast<std::uint32_t>(scenario.services.count),
                           static_cast<std::uint32_t>(scenario.clients.count), data.classes, seed};
    });
}

fl::Model model_of(const Scenario& scenario, const sim::SampleShape& shape, std::uint32_t classes) {
    return sim::below("model", [&] { return fl::Model{scenario.model, shape, classes}; });
}

void check_update_memory(const Scenario& scenario, const fl::Model& model) {
    const double mib = static_cast<double>(scenario.most_members()) * static_cast<double>(model.layout().size()) *
                       sizeof(float) / (1024.0 * 1024.0);
    if ((scenario.assesses() || scenario.is_ensemble()) &&
        mib > static_cast<double>(scenario.evaluation.update_memory_mib)) {
        const std::string members = sim::counted(scenario.most_members(), "member");
        throw sim::InputError(
            {.what = (scenario.is_ensemble() ? "an ensemble of " + members + " keeps their models on every rank, "
                                             : "assessing " + members + " keeps their updates in memory, ") +
                     std::to_string(static_cast<std::int64_t>(mib)) + " MiB",
             .expected =
                 "at most evaluation.update_memory_mib = " + std::to_string(scenario.evaluation.update_memory_mib),
             .hint = scenario.is_ensemble() ? "raise it, or compose fewer members"
                                            : "raise it, compose fewer members, or set adaptation.every: 0",
             .path = "evaluation.update_memory_mib"});
    }
}

void check_adaptation_samples(const Scenario& scenario, std::int64_t samples) {
    for (const auto* technique : scenario.test_time.techniques()) {
        const std::int64_t fewest = (*technique)->fewest_samples();
        if (adapts_at_test_time(scenario) && samples < fewest) {
            throw sim::InputError({.what = "test-time adaptation sees " + sim::counted(samples, "sample") +
                                           " of all clients' streams together",
                                   .expected = "at least " + std::to_string(fewest) + ", for test_time.technique " +
                                               std::string{technique->word()},
                                   .hint = "raise clients.stream or clients.count, or set adaptation.strategy.kind: "
                                           "substitute",
                                   .path = "clients.stream"});
        }
    }
}

}  // namespace mlaasim::run
