#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "composition/greedy_choice.hpp"
#include "composition/healing/paired_gain.hpp"
#include "composition/membership.hpp"
#include "composition/one_class.hpp"
#include "composition/requirements.hpp"
#include "composition/strategies/memory.hpp"
#include "composition/strategy.hpp"

namespace mlaasim::composition {
namespace {

using sim::ServiceId;
using Services = std::vector<ServiceId>;

Services only_in(const Services& services, const Services& others) {
    Services found;
    std::ranges::copy_if(services, std::back_inserter(found),
                         [&](ServiceId service) { return std::ranges::find(others, service) == others.end(); });
    std::ranges::sort(found);
    return found;
}

/// Where services start that a composition is chosen from.
enum class Start { warm, scratch };

std::vector<sim::Choice> choices_of(Start /*tag*/) {
    return {{"warm", static_cast<int>(Start::warm), "where the members started the round; each trains once"},
            {"scratch", static_cast<int>(Start::scratch),
             "from the initial model: all train together for as long as the best of them gains"}};
}

struct Recompose final : StrategyOptions {
    Start start = Start::warm;
    std::int64_t most_rounds = 20;

    [[nodiscard]] std::unique_ptr<Strategy> make(const SubstitutionOptions& substitution) const override;
    [[nodiscard]] bool replaces_services() const override { return true; }
    [[nodiscard]] bool filters_candidates() const override { return false; }
    [[nodiscard]] std::int64_t fewest_trials(std::int64_t services) const override {
        return start == Start::scratch ? services : 0;
    }
    [[nodiscard]] sim::Needs needs() const override {
        sim::Needs needs{sim::Need::labels, sim::Need::trials};
        if (start == Start::scratch) {
            needs.push_back(sim::Need::average);
        }
        return needs;
    }
};

// One member alone could not be assessed, and the composition would never change again.
constexpr std::size_t fewest = 2;

/// The composition is chosen anew from the members and all services in reach.
class Recomposing final : public Strategy {
public:
    Recomposing(Recompose options, const SubstitutionOptions& substitution)
        : options_{std::move(options)}, memory_{substitution.bandit} {}

    Response respond(const Situation& situation, Laboratory& laboratory, RoundLog& log) override {
        Response response;
        Services pool = situation.membership.trained;
        if (!situation.alarm || situation.evidence.labels == 0 || pool.empty() ||
            labels_of_one_class(laboratory, log)) {
            return response;
        }
        const Services candidates = candidates_in_reach(situation);
        if (options_.start == Start::scratch) {
            const std::vector<double> before = losses_of(pool, laboratory);
            pool.insert(pool.end(), candidates.begin(), candidates.end());
            const FromScratch found = from_scratch(std::move(pool), situation, laboratory, response);
            if (!found.chosen.empty()) {
                const PairedGain gain = gain_of(before, found.losses);
                response.trained_anew = make(situation, found.chosen, gain, gain.mean > 0.0, response, log);
            }
            return response;
        }
        for (const ServiceId service : trained_on_trial(candidates, laboratory, response)) {
            pool.push_back(service);
        }
        const Services chosen = greedy_choice(std::move(pool), fewest, places(situation), laboratory);
        const std::vector<double> before = losses_of(situation.membership.trained, laboratory);
        make(situation, chosen, gain_of(before, losses_of(chosen, laboratory)), true, response, log);
        return response;
    }
    void archive(Archive& archive) override { memory_.archive(archive); }

private:
    /// Members that did not train stay: nothing is known of them.
    [[nodiscard]] static std::size_t places(const Situation& situation) {
        const std::size_t untrained = situation.membership.members.size() - situation.membership.trained.size();
        return std::max(situation.initial_members, untrained + 1) - untrained;
    }

    /// Up, and of the members' function; the best advertised quality first where not all may be trained.
    [[nodiscard]] static Services candidates_in_reach(const Situation& situation) {
        const Marketplace& market = situation.market;
        const Services& members = situation.membership.members;
        Services found;
        for (std::uint32_t i = 0; i < market.size(); ++i) {
            const ServiceId service{i};
            const bool up = situation.up.empty() || situation.up[i] != 0;
            if (up && market.spec_index(service) == market.spec_index(members.front()) &&
                std::ranges::find(members, service) == members.end()) {
                found.push_back(service);
            }
        }
        std::ranges::stable_sort(found,
                                 [&](ServiceId a, ServiceId b) { return market.quality(a) > market.quality(b); });
        found.resize(std::min(found.size(), static_cast<std::size_t>(situation.evidence.trials)));
        return found;
    }

    /// Each trial brings a model, so they come a few at a time, and their models go at once.
    static Services trained_on_trial(const Services& candidates, Laboratory& laboratory, Response& response) {
        constexpr std::size_t at_once = 64;
        Services trained;
        for (std::size_t first = 0; first < candidates.size(); first += at_once) {
            const std::size_t count = std::min(at_once, candidates.size() - first);
            for (TrialUpdate& trial : laboratory.train_on_trial(std::span{candidates}.subspan(first, count), 0)) {
                if (trial.trained) {
                    trained.push_back(trial.service);
                }
                trial.parameters.clear();
                response.trials.push_back(std::move(trial));
            }
        }
        return trained;
    }

    struct FromScratch {
        Services chosen{};             ///< none: no service could be trained
        std::vector<double> losses{};  ///< of the chosen ones' composition, by labelled sample
    };

    /// Federated rounds of a model of its own, all services in each. The best composition of a round is chosen
    /// greedily, and all start the next one from it. It ends when two rounds have gained nothing, or `most_rounds` or
    /// the trials that are granted are over.
    [[nodiscard]] FromScratch from_scratch(Services services, const Situation& situation, Laboratory& laboratory,
                                           Response& response) const {
        constexpr int patience = 2;
        FromScratch last;
        sim::ModelId model{};  // the initial one
        double best = std::numeric_limits<double>::infinity();
        std::int64_t trials_left = situation.evidence.trials;
        int without_gain = 0;
        for (std::int64_t i = 1; i <= options_.most_rounds && without_gain < patience; ++i) {
            if (std::cmp_less(trials_left, services.size())) {
                break;
            }
            trials_left -= static_cast<std::int64_t>(services.size());
            response.trials = laboratory.train_from(model, services, static_cast<std::uint32_t>(i));
            Services trained;
            for (const TrialUpdate& trial : response.trials) {
                if (trial.trained) {
                    trained.push_back(trial.service);
                }
            }
            if (trained.size() < fewest) {
                return {};
            }
            last.chosen = greedy_choice(trained, fewest, places(situation), laboratory);
            model = laboratory.compose(last.chosen).model;
            last.losses = laboratory.changed_losses(last.chosen, model, {}, LabelledSamples::all).whole;
            const double loss = std::accumulate(last.losses.begin(), last.losses.end(), 0.0);
            without_gain = loss < best ? 0 : without_gain + 1;
            best = std::min(best, loss);
        }
        return last;
    }

    [[nodiscard]] static std::vector<double> losses_of(const Services& services, Laboratory& laboratory) {
        return laboratory.changed_losses(services, laboratory.compose(services).model, {}, LabelledSamples::all).whole;
    }

    /// Of a composition beside another. It has no lower bound: the samples are those on which it was chosen.
    static PairedGain gain_of(const std::vector<double>& before, const std::vector<double>& after) {
        std::vector<double> gains(before.size());
        std::ranges::transform(before, after, gains.begin(), [](double a, double b) { return (a - b) / 2.0; });
        PairedGain gain = mean_gain(gains);
        gain.lower = std::numeric_limits<double>::quiet_NaN();
        return gain;
    }

    /// Who leaves and who joins are paired by id. Nothing is done that is not `wanted`, or that breaks what clients
    /// require: false. What is logged of each change is the gain of all together.
    static bool make(const Situation& situation, const Services& chosen, const PairedGain& gain, bool wanted,
                     Response& response, RoundLog& log) {
        const Services leaving = only_in(situation.membership.trained, chosen);
        const Services joining = only_in(chosen, situation.membership.trained);
        const std::size_t pairs = std::min(leaving.size(), joining.size());
        Services members = situation.membership.members;
        std::vector<Change> changes;
        for (std::size_t i = 0; i < std::max(leaving.size(), joining.size()); ++i) {
            changes.push_back({.leaves = i < leaving.size() ? leaving[i] : ServiceId{},
                               .joins = i < joining.size() ? joining[i] : ServiceId{}});
            members = changed(members, changes.back());
        }
        const std::optional<Requirement> broken =
            broken_by(situation.requirements, situation.market, situation.membership.members, members);
        const std::string outcome =
            !wanted  ? std::string{"not done: the composition from scratch is no better"}
            : broken ? "not done: it breaks the clients' requirement of " + std::string{name_of(*broken)}
                     : std::string{recomposed_outcome};
        for (const Change& change : changes) {
            log.considered(1, changes.size(), change, gain, outcome);
        }
        if (!wanted) {
            return false;
        }
        if (broken) {
            log.recomposition_refused(gain.mean);
            return false;
        }
        for (std::size_t i = 0; i < changes.size(); ++i) {
            const auto& [leaves, joins] = changes[i];
            log.changed(changes[i], gain.mean);
            if (i < pairs) {
                response.substitutions.push_back({.outgoing = leaves, .incoming = joins});
            } else if (joins.valid()) {
                response.integrations.push_back(joins);
            } else {
                response.removals.push_back(leaves);
            }
        }
        return true;
    }

    Recompose options_;
    StrategyMemory memory_;
};

std::unique_ptr<Strategy> Recompose::make(const SubstitutionOptions& substitution) const {
    return std::make_unique<Recomposing>(*this, substitution);
}

void declare(sim::OptionVisitor& visitor, Recompose& leaf) {
    visitor.choice("start", leaf.start, {.doc = "Where services start that the composition is chosen from"});
    visitor.option("most_rounds", leaf.most_rounds,
                   {.doc = "Most rounds of training from scratch", .unit = "rounds", .range = sim::between(1, 1000)});
}

}  // namespace

sim::Kind<StrategyOptions> recompose_strategy() {
    return sim::Kind<StrategyOptions>::of<Recompose>(
        "recompose", "choose the whole composition anew, of all services, each trained on trial");
}

}  // namespace mlaasim::composition
