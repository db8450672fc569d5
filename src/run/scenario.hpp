// The whole experiment as one validated value: every layer's options under one roof.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "composition/assessment/assessment.hpp"
#include "composition/evidence.hpp"
#include "composition/monitor/trigger.hpp"
#include "composition/requirements.hpp"
#include "composition/strategy.hpp"
#include "composition/substitution.hpp"
#include "fl/aggregation/aggregator.hpp"
#include "fl/architectures/architecture.hpp"
#include "fl/engine.hpp"
#include "fl/local_training.hpp"
#include "run/advertising.hpp"
#include "run/service_rows.hpp"
#include "sim/data/sources/data_source.hpp"
#include "sim/drift/schedule.hpp"
#include "sim/partition/partition.hpp"
#include "sim/qos/availability.hpp"
#include "sim/qos/qos.hpp"
#include "sim/scenario_text/options_document.hpp"
#include "sim/scenario_text/yaml_writer.hpp"
#include "sim/stream/order.hpp"
#include "tta/composability.hpp"
#include "tta/integration/integration.hpp"
#include "tta/serving/serving.hpp"
#include "tta/techniques/technique.hpp"

namespace mlaasim::run {

/// The marketplace's services.
struct ServicesOptions {
    std::int64_t count = 20;
    sim::Chosen<sim::Partitioner> partition{sim::partition_kinds()};
    double holdout = 0.2;  ///< share of a service's samples on which its effectiveness is measured, never trained on
    AdvertisingOptions advertising{};
    composition::HistoryOptions history{};
};

/// The IoT clients.
struct ClientsOptions {
    std::int64_t count = 4;
    sim::Chosen<sim::Partitioner> partition{sim::partition_kinds()};
    std::int64_t stream = 250;  ///< samples a client streams per round; 0 = all it has
    sim::Chosen<sim::StreamOrder> order{sim::stream_order_kinds()};
    composition::RequirementOptions requirements{};
};

/// The composition at the start.
struct CompositionOptions {
    std::int64_t members = 0;  ///< the first services of the marketplace; 0 = all of them
    sim::Chosen<fl::Aggregator> aggregation{fl::aggregator_kinds()};
};

/// What happens when services underperform.
struct AdaptationOptions {
    std::int64_t start = 2;  ///< first round that assesses
    std::int64_t every = 1;  ///< rounds from one assessment to the next; 0 = never
    composition::EvidenceOptions evidence{};
    sim::Chosen<composition::TriggerOptions> trigger{composition::trigger_kinds()};
    sim::Chosen<composition::StrategyOptions> strategy{composition::strategy_kinds()};
    composition::SubstitutionOptions substitution{};
    sim::Chosen<tta::Serving> serving{tta::serving_kinds()};
};

/// Adaptation of services at test time.
struct TestTimeOptions {
    /// A further technique, with its options.
    struct Also {
        sim::Chosen<tta::Technique> technique{tta::technique_kinds()};
    };

    sim::Chosen<tta::Technique> technique{tta::technique_kinds()};
    std::vector<Also> also{};   ///< techniques that are tried beside it
    std::int64_t samples = 64;  ///< unlabelled samples of each client's stream to adapt on
    sim::Chosen<tta::Integration> integration{tta::integration_kinds()};

    /// All of them, the technique first.
    [[nodiscard]] std::vector<const sim::Chosen<tta::Technique>*> techniques() const;
    tta::ComposabilityOptions composability{};
};

struct EvaluationOptions {
    std::int64_t batch_size = 256;
    std::int64_t update_memory_mib = 4096;  ///< at most for the members' updates that are kept; soft_vote: per rank
    std::int64_t confusion_rounds = 100;    ///< at most, that have their confusion matrix in the trace
};

struct Scenario {
    std::string name = "scenario";
    std::int64_t seed = 1;
    std::int64_t rounds = 10;
    std::int64_t checkpoint_every = 1;
    sim::DataOptions data{};
    sim::Chosen<fl::Architecture> model{fl::architecture_kinds()};
    fl::Engine engine = fl::Engine::automatic;
    ServicesOptions services{};
    ClientsOptions clients{};
    CompositionOptions composition{};
    fl::TrainingOptions training{};
    std::vector<sim::DriftOptions> drift{};
    sim::AvailabilityOptions availability{};
    sim::QosOptions qos{};
    EvaluationOptions evaluation{};
    TraceOptions trace{};
    sim::Chosen<composition::AssessmentOptions> assessment{composition::assessment_kinds()};
    AdaptationOptions adaptation{};
    TestTimeOptions test_time{};

    [[nodiscard]] sim::Seed random_seed() const { return {static_cast<std::uint64_t>(seed)}; }
    /// Whether the strategy can respond: not without labels when it acts on nothing else.
    [[nodiscard]] bool responds() const;
    /// Not when nothing would respond and the labels are missing that the assessment needs.
    [[nodiscard]] bool assesses() const;
    [[nodiscard]] bool assesses(sim::Round round) const {
        return assesses() && round.value() >= adaptation.start &&
               (round.value() - adaptation.start) % adaptation.every == 0;
    }
    /// Whether services train in round 0, to advertise themselves: when members may be replaced.
    [[nodiscard]] bool advertises() const;
    /// Whether the trace gets the confusion matrix of this round.
    [[nodiscard]] bool keeps_confusion(sim::Round round) const;
    [[nodiscard]] bool is_ensemble() const { return composition.aggregation->votes(); }
    /// The most members that the composition may grow to.
    [[nodiscard]] std::uint32_t most_members() const;
    /// Members at the start, with 0 resolved to all services.
    [[nodiscard]] std::uint32_t initial_members() const {
        return static_cast<std::uint32_t>(composition.members == 0 ? services.count : composition.members);
    }
};

/// Declares every option of a scenario, in the order in which `describe` prints them.
void declare(sim::OptionVisitor& visitor, Scenario& scenario);

/// Whether members are assessed by a kind that compares losses though another was chosen, because the strategy acts on
/// proven harm and labels are granted.
[[nodiscard]] bool assesses_harm_instead(const Scenario& as_written);

/// Reads and validates a scenario, and looks at the data files that it names. Throws InputError with every mistake
/// located, and for a text that gives no option at all.
[[nodiscard]] Scenario read_scenario(const sim::OptionsDocument& given, const sim::DataPlaces& places = {});

/// The text of a scenario file; of standard input for "-". Throws InputError when the file can't be read, is no regular
/// file, or is longer than a scenario may be.
[[nodiscard]] std::string read_scenario_text(const std::string& file);

/// The resolved scenario as YAML.
[[nodiscard]] std::string to_yaml(Scenario scenario);

}  // namespace mlaasim::run
