#include "run/scenario.hpp"

#include <algorithm>

#include "run/calibration.hpp"
#include "run/scenario_checks.hpp"
#include "run/scenario_name.hpp"
#include "run/strategy_settings.hpp"
#include "sim/core/error.hpp"
#include "sim/core/limits.hpp"
#include "sim/scenario_text/yaml_writer.hpp"

namespace mlaasim::run {
namespace {

using sim::at_least;
using sim::between;

void check_members(const Scenario& scenario, const sim::OptionsDocument& document,
                   std::vector<sim::Problem>& problems) {
    if (scenario.composition.members > scenario.services.count) {
        problems.push_back(
            document.problem_at("composition.members",
                                "composition.members is " + std::to_string(scenario.composition.members) +
                                    ", but services.count is " + std::to_string(scenario.services.count),
                                "at most services.count", "raise services.count, or use 0 for all services"));
    }
}

}  // namespace

static void declare(sim::OptionVisitor& visitor, ServicesOptions& options) {
    visitor.option("count", options.count,
                   {.doc = "Services in the marketplace", .range = between(1, sim::most_services)});
    visitor.kind("partition", options.partition, sim::partition_kinds(),
                 {.doc = "How the training samples are shared out over the services"});
    visitor.option("holdout", options.holdout,
                   {.doc = "Share of a service's samples on which its effectiveness is measured; never trained on",
                    .range = {.low = 0.0, .high = 0.9}});
    declare(visitor, options.advertising);
    visitor.section("history", options.history, {.doc = "How a service's record follows what is observed of it"});
}

static void declare(sim::OptionVisitor& visitor, ClientsOptions& options) {
    visitor.option("count", options.count,
                   {.doc = "IoT clients that stream data", .range = between(1, sim::most_clients)});
    visitor.kind("partition", options.partition, sim::partition_kinds(),
                 {.doc = "How the test samples are shared out over the clients"});
    visitor.option("stream", options.stream,
                   {.doc = "Samples that a client streams in a round, drawn from its own; 0 = all it has",
                    .range = between(0, sim::most_samples)});
    visitor.kind("order", options.order, sim::stream_order_kinds(),
                 {.doc = "Which of its samples a client streams when"});
    visitor.section("requirements", options.requirements,
                    {.doc = "What clients require of the composition; a response may not break it"});
}

static void declare(sim::OptionVisitor& visitor, CompositionOptions& options) {
    visitor.option(
        "members", options.members,
        {.doc = "Services composed at the start, the first of the marketplace; the others are candidates; 0 = all",
         .range = between(0, sim::most_services)});
    visitor.kind_beside("aggregation", options.aggregation, fl::aggregator_kinds(),
                        {.doc = "How the members' models become one"});
}

static void declare(sim::OptionVisitor& visitor, AdaptationOptions& options) {
    visitor.option("start", options.start,
                   {.doc = "First round that assesses the members", .range = between(1, sim::most_rounds)});
    visitor.option("every", options.every,
                   {.doc = "Rounds from one assessment to the next; 0 = never", .range = between(0, sim::most_rounds)});
    visitor.section("evidence", options.evidence, {.doc = "What assessments and responses may use"});
    visitor.kind(
        "trigger", options.trigger, composition::trigger_kinds(),
        {.doc = "In which of the rounds that assess the strategy responds. The default is always; with strategy "
                "heal, where labels are granted, page_hinkley"});
    visitor.kind("strategy", options.strategy, composition::strategy_kinds(),
                 {.doc = "What is done about underperforming services"});
    visitor.section("substitution", options.substitution, {.doc = "How substitutes are found"});
    visitor.kind("serving", options.serving, tta::serving_kinds(),
                 {.doc = "What each client is served, from its stream without labels. The default "
                         "goes with strategy heal; with any other strategy, without assessments (every: 0), and where "
                         "evidence grants no labels or no samples without labels, it is plain"});
}

static void declare(sim::OptionVisitor& visitor, TestTimeOptions::Also& options) {
    visitor.kind_beside("technique", options.technique, tta::technique_kinds(), {.doc = "A technique to try as well"});
}

static void declare(sim::OptionVisitor& visitor, TestTimeOptions& options) {
    visitor.kind_beside("technique", options.technique, tta::technique_kinds(),
                        {.doc = "How services are adapted at test time"});
    visitor.list("also", options.also,
                 {.doc = "Techniques that are tried beside it (Alg. 1); the integration chooses"});
    visitor.kind("integration", options.integration, tta::integration_kinds(),
                 {.doc = "How an adapted service enters the composition"});
    visitor.option(
        "samples", options.samples,
        {.doc = "Unlabelled samples of each client's stream to adapt on", .range = between(2, sim::most_samples)});
    visitor.section("composability", options.composability,
                    {.doc = "When an adapted service may join the composition"});
}

static void declare(sim::OptionVisitor& visitor, EvaluationOptions& options) {
    visitor.option("batch_size", options.batch_size,
                   {.doc = "Samples of one forward pass", .range = between(1, 65536)});
    visitor.removed("assessment_samples",
                    "use adaptation.evidence.labels: labelled samples a round over all clients together, which are "
                    "never scored");
    visitor.option(
        "update_memory_mib", options.update_memory_mib,
        {.doc = "Most memory for the members' updates that an assessment keeps, over all ranks; soft_vote keeps the "
                "members' models on every rank, so there it counts per rank",
         .unit = "MiB",
         .range = between(1, 1'000'000'000)});
    visitor.option("confusion_rounds", options.confusion_rounds,
                   {.doc = "Most rounds whose confusion matrix is written to the trace: all when the run has no more, "
                           "else every second, third, ... so that the last round has one; 0 = none",
                    .range = between(0, sim::most_rounds)});
}

void declare(sim::OptionVisitor& visitor, Scenario& scenario) {
    visitor.option("name", scenario.name, {.doc = "Name of the experiment; results go to results/NAME"});
    visitor.option("seed", scenario.seed, {.doc = "Seed of every random stream of the run", .range = at_least(0)});
    visitor.option("rounds", scenario.rounds, {.doc = "Rounds to simulate", .range = between(1, sim::most_rounds)});
    visitor.option(
        "checkpoint_every", scenario.checkpoint_every,
        {.doc = "Rounds from one commit of trace and checkpoint to the next", .range = between(1, sim::most_rounds)});
    visitor.section("data", scenario.data, {.doc = "Which samples services train on and clients stream"});
    visitor.kind("model", scenario.model, fl::architecture_kinds(), {.doc = "The model that services train"});
    visitor.choice("engine", scenario.engine, {.doc = "What trains and evaluates the model"});
    visitor.section("services", scenario.services, {.doc = "The marketplace"});
    visitor.section("clients", scenario.clients, {.doc = "The consumers"});
    visitor.section("composition", scenario.composition, {.doc = "Which services are used as one, and how"});
    visitor.section("training", scenario.training, {.doc = "Local training"});
    visitor.list("drift", scenario.drift, {.doc = "What changes, when and for whom"});
    visitor.section("availability", scenario.availability, {.doc = "Outages of services"});
    visitor.section("qos", scenario.qos, {.doc = "The cost model: devices and networks"});
    visitor.section("evaluation", scenario.evaluation, {.doc = "How compositions are evaluated"});
    visitor.section("trace", scenario.trace, {.doc = "What the trace keeps"});
    visitor.kind("assessment", scenario.assessment, composition::assessment_kinds(),
                 {.doc = "How it is found out which members underperform. Where labels are granted, "
                         "adaptation.strategy heal acts on harm, whatever else is chosen"});
    visitor.section("adaptation", scenario.adaptation, {.doc = "What is done about it"});
    visitor.section("test_time", scenario.test_time, {.doc = "Test-time adaptation"});
}

std::vector<const sim::Chosen<tta::Technique>*> TestTimeOptions::techniques() const {
    std::vector<const sim::Chosen<tta::Technique>*> all{&technique};
    for (const Also& other : also) {
        all.push_back(&other.technique);
    }
    return all;
}

bool assesses_harm_instead(const Scenario& as_written) {
    return as_written.adaptation.strategy->acts_on_harm() && as_written.adaptation.evidence.labels > 0 &&
           !as_written.assessment->proves_harm();
}

/// Chooses the first kind of assessment that proves harm, with its defaults.
static void assess_harm(Scenario& scenario) {
    for (const sim::Kind<composition::AssessmentOptions>& kind : composition::assessment_kinds()) {
        if (kind.make()->proves_harm()) {
            scenario.assessment = sim::Chosen<composition::AssessmentOptions>{kind};
            return;
        }
    }
    sim::expects(false, "a kind of assessment proves harm");
}

/// What the strategy waits for where the document does not say.
static void wait_as_fits(Scenario& scenario, const sim::OptionsDocument& document) {
    const sim::OptionsNode* const adaptation = document.tree().child("adaptation");
    const sim::OptionsNode* const trigger = adaptation != nullptr ? adaptation->child("trigger") : nullptr;
    const std::string_view wanted = scenario.adaptation.strategy->trigger();
    if (wanted.empty() || scenario.adaptation.evidence.labels == 0 || !scenario.responds() ||
        (trigger != nullptr && trigger->child("kind") != nullptr)) {
        return;
    }
    const auto kinds = composition::trigger_kinds();
    const auto found = std::ranges::find(kinds, wanted, &sim::Kind<composition::TriggerOptions>::word);
    sim::expects(found != kinds.end(), "a strategy's trigger is a kind of trigger");
    scenario.adaptation.trigger = sim::Chosen<composition::TriggerOptions>{*found};
}

/// How clients are served where the document does not say.
static void serve_as_fits(Scenario& scenario, const sim::OptionsDocument& document) {
    const sim::OptionsNode* const adaptation = document.tree().child("adaptation");
    const sim::OptionsNode* const serving = adaptation != nullptr ? adaptation->child("serving") : nullptr;
    const bool is_given = serving != nullptr && serving->child("kind") != nullptr;
    const bool looks = scenario.adaptation.strategy->serves_by_stream() && scenario.responds() &&
                       scenario.adaptation.evidence.unlabelled;
    if (is_given || looks == scenario.adaptation.serving->looks()) {
        return;
    }
    const auto kinds = tta::serving_kinds();
    const auto fitting =
        std::ranges::find_if(kinds, [&](const sim::Kind<tta::Serving>& kind) { return kind.make()->looks() == looks; });
    sim::expects(fitting != kinds.end(), "clients can be served by their streams, and plainly");
    scenario.adaptation.serving = sim::Chosen<tta::Serving>{*fitting};
}

Scenario read_scenario(const sim::OptionsDocument& given, const sim::DataPlaces& places) {
    if (given.text_is_empty()) {
        throw sim::InputError({.file = given.file(),
                               .what = "the scenario is empty",
                               .expected = "at least one option",
                               .hint = "experiments/quickstart.yaml is one to start from"});
    }
    if (given.tree().child("sweep") != nullptr) {
        throw sim::InputError(given.problem_at("sweep", "the section sweep makes this a study", "a single scenario",
                                               "mlaasim sweep plays studies"));
    }
    const sim::OptionsDocument document = with_settings_of_strategy(given);
    Scenario scenario;
    document.read([&](sim::OptionVisitor& visitor) { declare(visitor, scenario); });
    if (assesses_harm_instead(scenario)) {
        assess_harm(scenario);
    }
    serve_as_fits(scenario, document);
    wait_as_fits(scenario, document);
    try {
        sim::below("data", [&] { scenario.data.source->look(places); });
    } catch (const sim::InputError& error) {
        throw located(error, document);
    }

    std::vector<sim::Problem> problems;
    take_calibration(scenario, document, places, problems);
    check_members(scenario, document, problems);
    check_scenario(scenario, document, problems);
    check_name(scenario, document, problems);
    if (!problems.empty()) {
        throw sim::InputError(std::move(problems));
    }
    return scenario;
}

bool Scenario::assesses() const {
    const sim::Needs needs = assessment->needs();
    const bool labels_missing =
        adaptation.evidence.labels == 0 && std::ranges::find(needs, sim::Need::labels) != needs.end();
    return adaptation.every > 0 && (responds() || !labels_missing);
}

bool Scenario::responds() const {
    return adaptation.every > 0 && adaptation.strategy->responds() &&
           (adaptation.evidence.labels > 0 || !adaptation.strategy->acts_on_harm());
}

bool Scenario::advertises() const {
    return responds() && initial_members() < services.count && adaptation.strategy->replaces_services();
}

bool Scenario::keeps_confusion(sim::Round round) const {
    if (evaluation.confusion_rounds == 0) {
        return false;
    }
    const std::int64_t every = (rounds + evaluation.confusion_rounds - 1) / evaluation.confusion_rounds;
    return (rounds - round.value()) % every == 0;
}

std::uint32_t Scenario::most_members() const {
    return responds() ? static_cast<std::uint32_t>(adaptation.strategy->most_members(initial_members(), services.count))
                      : initial_members();
}

std::string to_yaml(Scenario scenario) {
    return sim::to_yaml([&](sim::OptionVisitor& visitor) { declare(visitor, scenario); });
}

}  // namespace mlaasim::run
