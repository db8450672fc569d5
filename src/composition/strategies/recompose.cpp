#include <algorithm>
#include <cstddef>
#include <iterator>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "composition/greedy_choice.hpp"
#include "composition/healing/paired_gain.hpp"
#include "composition/membership.hpp"
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

/// All services in reach are trained, and the composition is chosen anew from them and the members. Candidates start
/// where the members started: a warm start.
class Recomposing final : public Strategy {
public:
    explicit Recomposing(const SubstitutionOptions& options) : memory_{options.bandit} {}

    Response respond(const Situation& situation, Laboratory& laboratory, RoundLog& log) override {
        Response response;
        Services pool = situation.membership.trained;
        if (!situation.alarm || situation.evidence.labels == 0 || pool.empty()) {
            return response;
        }
        for (const ServiceId service : trained_on_trial(candidates_in_reach(situation), laboratory, response)) {
            pool.push_back(service);
        }
        // One member alone could not be assessed, and the composition would never change again.
        constexpr std::size_t fewest = 2;
        const Services chosen = greedy_choice(std::move(pool), fewest, places(situation), laboratory);
        make(situation, chosen, gain_of(chosen, situation.membership.trained, laboratory), response, log);
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

    /// Of a composition beside another. It has no lower bound: the samples are those on which it was chosen.
    static PairedGain gain_of(const Services& chosen, const Services& before, Laboratory& laboratory) {
        const auto losses = [&](const Services& services) {
            return laboratory.changed_losses(services, laboratory.compose(services).model, {}).whole;
        };
        std::vector<double> gains = losses(before);
        std::ranges::transform(gains, losses(chosen), gains.begin(), [](double a, double b) { return (a - b) / 2.0; });
        PairedGain gain = mean_gain(gains);
        gain.lower = std::numeric_limits<double>::quiet_NaN();
        return gain;
    }

    /// Who leaves and who joins are paired by id. Nothing is done that breaks what clients require. What is logged of
    /// each change is the gain of all together.
    static void make(const Situation& situation, const Services& chosen, const PairedGain& gain, Response& response,
                     RoundLog& log) {
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
            broken ? "not done: it breaks the clients' requirement of " + std::string{name_of(*broken)}
                   : std::string{recomposed_outcome};
        for (const Change& change : changes) {
            log.considered(1, changes.size(), change, gain, outcome);
        }
        if (broken) {
            log.recomposition_refused(gain.mean);
            return;
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
    }

    StrategyMemory memory_;
};

struct Recompose final : StrategyOptions {
    [[nodiscard]] std::unique_ptr<Strategy> make(const SubstitutionOptions& substitution) const override {
        return std::make_unique<Recomposing>(substitution);
    }
    [[nodiscard]] bool replaces_services() const override { return true; }
    [[nodiscard]] bool filters_candidates() const override { return false; }
    [[nodiscard]] sim::Needs needs() const override { return {sim::Need::labels, sim::Need::trials}; }
};

void declare(sim::OptionVisitor& /*visitor*/, Recompose& /*leaf*/) {}

}  // namespace

sim::Kind<StrategyOptions> recompose_strategy() {
    return sim::Kind<StrategyOptions>::of<Recompose>(
        "recompose", "choose the whole composition anew, of all services, each trained on trial");
}

}  // namespace mlaasim::composition
