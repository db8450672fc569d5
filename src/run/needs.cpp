#include "run/needs.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "run/scenario_checks.hpp"
#include "sim/options/option_value.hpp"

namespace mlaasim::run {
namespace {

using sim::Need;

/// What a scenario has. The model is absent when it can't be built: that is another mistake.
struct Given {
    const Scenario& scenario;
    const fl::Model* model = nullptr;

    /// Nothing when the samples' shape is not known.
    [[nodiscard]] std::optional<bool> has_series() const {
        const sim::SampleShape shape = scenario.data.source->known().shape;
        return shape.size() == 0 ? std::nullopt : std::optional{shape.is_series()};
    }
    [[nodiscard]] std::optional<bool> has_images() const {
        const std::optional<bool> series = has_series();
        return series ? std::optional{!*series} : std::nullopt;
    }
};

/// How a need is met, or not.
struct Supply {
    Need need;
    std::string_view name;  ///< what is needed: "images"
    /// Nothing when it can't be known.
    std::optional<bool> (*is_met)(const Given& given);
    std::string (*instead)(const Scenario& scenario);  ///< what there is instead
    std::string (*way_out)(
        const Scenario& scenario);  ///< options that would give it, "data.source: mnist"; may be empty
};
const Supply& supply_of(Need need);

std::optional<bool> is_met(Need need, const Given& given) { return supply_of(need).is_met(given); }

bool all_met(const sim::Needs& needs, const Given& given) {
    return std::ranges::all_of(needs, [&](Need need) { return is_met(need, given) == true; });
}

std::optional<Need> first_unmet(const sim::Needs& needs, const Given& given) {
    const auto found = std::ranges::find_if(needs, [&](Need need) { return is_met(need, given) == false; });
    return found == needs.end() ? std::nullopt : std::optional{*found};
}

std::optional<fl::Model> model_if_it_fits(const Scenario& scenario) {
    if (!architecture_fits(scenario)) {
        return std::nullopt;
    }
    const sim::KnownData data = scenario.data.source->known();
    if (data.shape.size() == 0) {
        return std::nullopt;
    }
    try {
        return model_of(scenario, data.shape, data.classes);
    } catch (const sim::InputError&) {
        return std::nullopt;
    }
}

Given given(const Scenario& scenario, const std::optional<fl::Model>& model) {
    return {scenario, model ? &*model : nullptr};
}

/// "data.source: a, b or c"; empty without words.
std::string option_with(std::string_view path, const std::vector<std::string>& words) {
    return words.empty() ? std::string{} : std::string{path} + ": " + sim::alternatives(words);
}

/// The kinds that would meet a need, were they chosen with the defaults of their options. `member` is where a scenario
/// has the choice.
template <class T>
std::string kinds_that_meet(Need need, const Scenario& scenario, std::string_view path,
                            sim::Chosen<T>& (*member)(Scenario& scenario), std::span<const sim::Kind<T>> kinds) {
    std::vector<std::string> words;
    for (const sim::Kind<T>& kind : kinds) {
        Scenario other = scenario;
        member(other) = sim::Chosen<T>{kind};
        const std::optional<fl::Model> model = model_if_it_fits(other);
        if (is_met(need, given(other, model)) == true) {
            words.emplace_back(kind.word);
        }
    }
    return option_with(path, words);
}

std::string sources_that_meet(Need need, const Scenario& scenario) {
    return kinds_that_meet<sim::DataSource>(
        need, scenario, "data.source", [](Scenario & s) -> auto& { return s.data.source; }, sim::data_source_kinds());
}

std::string source_gives(const Scenario& scenario, std::string_view what) {
    return "data.source " + std::string{scenario.data.source.word()} + " gives " + std::string{what};
}

/// What a technique of test-time adaptation needs, but the scenario does not have.
struct Lack {
    std::string_view technique;
    Need need;
};
std::optional<Lack> techniques_lack(const Scenario& scenario, const Given& given) {
    for (const auto* technique : scenario.test_time.techniques()) {
        if (const std::optional<Need> unmet = first_unmet((*technique)->needs(), given)) {
            return Lack{technique->word(), *unmet};
        }
    }
    return std::nullopt;
}
std::optional<Lack> techniques_lack(const Scenario& scenario) {
    const std::optional<fl::Model> model = model_if_it_fits(scenario);
    return techniques_lack(scenario, given(scenario, model));
}

bool all_techniques_fit(const Given& given) {
    return std::ranges::all_of(given.scenario.test_time.techniques(),
                               [&](const auto* technique) { return all_met((*technique)->needs(), given); });
}

/// "test_time.technique: memo"
std::string techniques_that_fit(const Scenario& scenario) {
    const std::optional<fl::Model> model = model_if_it_fits(scenario);
    std::vector<std::string> words;
    for (const sim::Kind<tta::Technique>& kind : tta::technique_kinds()) {
        if (all_met(kind.make()->needs(), given(scenario, model))) {
            words.emplace_back(kind.word);
        }
    }
    return option_with("test_time.technique", words);
}

std::string aggregation_is(const Scenario& scenario, std::string_view what) {
    return "composition.aggregation " + std::string{scenario.composition.aggregation.word()} + " " + std::string{what};
}

std::string aggregations_that(bool vote) {
    std::vector<std::string> words;
    for (const sim::Kind<fl::Aggregator>& kind : fl::aggregator_kinds()) {
        if (kind.make()->votes() == vote) {
            words.emplace_back(kind.word);
        }
    }
    return option_with("composition.aggregation", words);
}

constexpr std::string_view series_name = "series of sensor values";

const std::array supplies{
    Supply{Need::images, "images", [](const Given& g) { return g.has_images(); },
           [](const Scenario& s) { return source_gives(s, series_name); },
           [](const Scenario& s) { return sources_that_meet(Need::images, s); }},
    Supply{Need::series, series_name, [](const Given& g) { return g.has_series(); },
           [](const Scenario& s) { return source_gives(s, "images"); },
           [](const Scenario& s) { return sources_that_meet(Need::series, s); }},
    Supply{Need::batch_norm, "a model with batch norm",
           [](const Given& g) {
               return g.model != nullptr ? std::optional{g.model->layout().has_batch_norm()} : std::nullopt;
           },
           [](const Scenario& s) { return "model.kind " + std::string{s.model.word()} + " has none"; },
           [](const Scenario& s) {
               return kinds_that_meet<fl::Architecture>(
                   Need::batch_norm, s, "model.kind", [](Scenario & o) -> auto& { return o.model; },
                   fl::architecture_kinds());
           }},
    Supply{Need::labels, "labelled samples that are never scored",
           [](const Given& g) { return std::optional{g.scenario.adaptation.evidence.labels > 0}; },
           [](const Scenario&) { return std::string{"adaptation.evidence.labels is 0"}; },
           [](const Scenario&) { return std::string{"adaptation.evidence.labels: 400"}; }},
    Supply{Need::unlabelled, "samples of the streams without labels",
           [](const Given& g) { return std::optional{g.scenario.adaptation.evidence.unlabelled}; },
           [](const Scenario&) { return std::string{"adaptation.evidence.unlabelled is false"}; },
           [](const Scenario&) { return std::string{"adaptation.evidence.unlabelled: true"}; }},
    Supply{Need::trials, "candidates trained on trial",
           [](const Given& g) { return std::optional{g.scenario.adaptation.evidence.trials > 0}; },
           [](const Scenario&) { return std::string{"adaptation.evidence.trials is 0"}; },
           [](const Scenario&) { return std::string{"adaptation.evidence.trials: 20"}; }},
    Supply{Need::votes, "members that vote", [](const Given& g) { return std::optional{g.scenario.is_ensemble()}; },
           [](const Scenario& s) { return aggregation_is(s, "averages parameters"); },
           [](const Scenario&) { return aggregations_that(true); }},
    Supply{Need::average, "an average of the members' parameters",
           [](const Given& g) { return std::optional{!g.scenario.is_ensemble()}; },
           [](const Scenario& s) { return aggregation_is(s, "takes votes"); },
           [](const Scenario&) { return aggregations_that(false); }},
    Supply{Need::adaptation, "models that can be adapted at test time",
           [](const Given& g) {
               return all_techniques_fit(g)            ? std::optional{true}
                      : techniques_lack(g.scenario, g) ? std::optional{false}
                                                       : std::nullopt;
           },
           [](const Scenario& s) {
               const std::optional<Lack> lack = techniques_lack(s);
               sim::expects(lack.has_value(), "a technique needs something that the scenario does not have");
               const Supply& supply = supply_of(lack->need);
               return "test_time.technique " + std::string{lack->technique} + " needs " + std::string{supply.name} +
                      ", but " + supply.instead(s);
           },
           [](const Scenario& s) {
               const std::optional<Lack> lack = techniques_lack(s);
               const std::string fit = techniques_that_fit(s);
               const std::string way = lack ? supply_of(lack->need).way_out(s) : std::string{};
               return fit + (fit.empty() || way.empty() ? "" : ", or ") + way;
           }},
};

const Supply& supply_of(Need need) {
    const auto found = std::ranges::find(supplies, need, &Supply::need);
    sim::expects(found != supplies.end(), "every need has a row that says how it is met");
    return *found;
}

class NeedsCheck {
public:
    NeedsCheck(const Scenario& scenario, const sim::OptionsDocument& document, std::vector<sim::Problem>& problems)
        : scenario_{scenario},
          model_{model_if_it_fits(scenario)},
          given_{given(scenario, model_)},
          document_{document},
          problems_{problems} {}

    /// Asks the kind that is chosen at `path`, which may be one of `kinds`.
    template <class T>
    void ask(std::string_view path, const sim::Chosen<T>& chosen, std::span<const sim::Kind<T>> kinds) {
        for (const Need need : chosen->needs()) {
            if (is_met(need, given_) != false) {
                continue;
            }
            std::vector<std::string> others;
            for (const sim::Kind<T>& kind : kinds) {
                if (!is_reference(*kind.make()) && all_met(kind.make()->needs(), given_)) {
                    others.emplace_back(kind.word);
                }
            }
            const Supply& supply = supply_of(need);
            problems_.push_back(document_.problem_at(
                path,
                std::string{path} + " " + std::string{chosen.word()} + " needs " + std::string{supply.name} + ", and " +
                    supply.instead(scenario_),
                std::string{supply.name}, hint({option_with(path, others), supply.way_out(scenario_)})));
        }
    }

private:
    /// What knows the truth is there to compare with, and no way out.
    template <class T>
    static bool is_reference(const T& kind) {
        if constexpr (requires { kind.knows_truth(); }) {
            return kind.knows_truth();
        }
        return false;
    }

    static std::string hint(const std::vector<std::string>& ways_out) {
        std::string text;
        for (const std::string& way : ways_out) {
            if (!way.empty()) {
                text += (text.empty() ? "use " : ", or ") + way;
            }
        }
        return text;
    }

    const Scenario& scenario_;
    std::optional<fl::Model> model_;
    Given given_;
    const sim::OptionsDocument& document_;
    std::vector<sim::Problem>& problems_;
};

}  // namespace

/// Where the strategy adapts or replaces, the default technique stands for "where the model can be adapted". One that
/// was chosen on purpose has to fit.
static void ask_for_adaptation(NeedsCheck& check, const Scenario& scenario) {
    const TestTimeOptions& options = scenario.test_time;
    const sim::Needs of_strategy = scenario.adaptation.strategy->needs();
    const bool asked = std::ranges::find(of_strategy, Need::adaptation) != of_strategy.end();
    if (!asked && options.technique.word() != tta::technique_kinds().front().word) {
        check.ask("test_time.technique", options.technique, tta::technique_kinds());
    }
    for (std::size_t i = 0; !asked && i < options.also.size(); ++i) {
        check.ask("test_time.also." + std::to_string(i) + ".technique", options.also[i].technique,
                  tta::technique_kinds());
    }
    check.ask("test_time.integration.kind", options.integration, tta::integration_kinds());
}

void check_needs(const Scenario& scenario, const sim::OptionsDocument& document, std::vector<sim::Problem>& problems) {
    NeedsCheck check{scenario, document, problems};
    check.ask("model.kind", scenario.model, fl::architecture_kinds());
    for (std::size_t entry = 0; entry < scenario.drift.size(); ++entry) {
        check.ask("drift." + std::to_string(entry) + ".kind", scenario.drift[entry].kind, sim::drift_kinds());
    }
    if (scenario.assesses()) {
        check.ask("assessment.kind", scenario.assessment, composition::assessment_kinds());
        check.ask("adaptation.trigger.kind", scenario.adaptation.trigger, composition::trigger_kinds());
        check.ask("adaptation.strategy.kind", scenario.adaptation.strategy, composition::strategy_kinds());
        if (scenario.adaptation.strategy->adapts_at_test_time()) {
            ask_for_adaptation(check, scenario);
        }
        if (substitutes(scenario)) {
            check.ask("adaptation.substitution.reward.kind", scenario.adaptation.substitution.reward,
                      composition::reward_kinds());
        }
    }
}

bool architecture_fits(const Scenario& scenario) { return all_met(scenario.model->needs(), {scenario}); }

bool can_adapt(const Scenario& scenario, const fl::Model& model) {
    return scenario.adaptation.evidence.unlabelled && all_techniques_fit({scenario, &model});
}

}  // namespace mlaasim::run
