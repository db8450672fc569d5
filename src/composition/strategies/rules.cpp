#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>

#include "composition/strategies/memory.hpp"
#include "composition/strategies/performing.hpp"
#include "composition/strategy.hpp"
#include "composition/trial.hpp"

namespace mlaasim::composition {
namespace {

using sim::ServiceId;

/// Candidates that the rules find composable.
struct Composable {
    ServiceId service;
    double confidence;
};

/// Every candidate is tried and judged by the five rules. The most confident one replaces the worst service.
class DecidingByRules final : public Strategy {
public:
    explicit DecidingByRules(SubstitutionOptions options) : memory_{options.bandit}, options_{std::move(options)} {}

    Response respond(const Situation& situation, Laboratory& laboratory, RoundLog& log) override {
        Response response;
        const std::vector<ServiceId> performing = performing_members(situation, log);
        if (performing.empty()) {
            return response;
        }
        const std::vector<ServiceId> candidates = candidates_in_reach(situation, log);
        if (candidates.empty()) {
            return response;
        }
        const PerformingProfile profile{situation.market, performing};
        const PerformingComposition composition = profile.with(laboratory.compose(performing));
        std::vector<Composable> found;
        // Each trial brings a model: few enough at once for memory.
        constexpr std::size_t trials_at_once = 64;
        for (std::size_t first = 0; first < candidates.size(); first += trials_at_once) {
            const std::size_t count = std::min(trials_at_once, candidates.size() - first);
            judge_all(situation.market, composition, std::span{candidates}.subspan(first, count), laboratory, log,
                      found, response.trials);
        }
        std::ranges::sort(found, [](const Composable& a, const Composable& b) {
            return a.confidence != b.confidence ? a.confidence > b.confidence : a.service < b.service;
        });
        const std::vector<ServiceId>& outgoing = situation.assessment.underperforming;
        for (std::size_t i = 0; i < std::min(found.size(), outgoing.size()); ++i) {
            response.substitutions.push_back(
                {.outgoing = outgoing[i], .incoming = found[i].service, .confidence = found[i].confidence});
            log.substituted(outgoing[i], found[i].service, found[i].confidence);
        }
        return response;
    }
    void archive(Archive& archive) override { memory_.archive(archive); }

private:
    /// Those that pass the filter, as many as may be trained: the best advertised quality first.
    [[nodiscard]] std::vector<ServiceId> candidates_in_reach(const Situation& situation, RoundLog& log) const {
        std::vector<ServiceId> ids = filter_candidates(situation.market,
                                                       {.underperforming = situation.assessment.underperforming,
                                                        .members = situation.membership.members,
                                                        .available = situation.up},
                                                       options_.filter, log);
        ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
        std::ranges::stable_sort(
            ids, [&](ServiceId a, ServiceId b) { return situation.market.quality(a) > situation.market.quality(b); });
        ids.resize(std::min(ids.size(), static_cast<std::size_t>(situation.evidence.trials)));
        return ids;
    }

    void judge_all(const Marketplace& market, const PerformingComposition& composition,
                   std::span<const ServiceId> candidates, Laboratory& laboratory, RoundLog& log,
                   std::vector<Composable>& found, std::vector<TrialUpdate>& trials) const {
        for (TrialUpdate& trial : laboratory.train_on_trial(candidates, 0)) {
            const TrialJudgement judgement = judge(market, composition, trial, options_.rules, options_.confidence);
            if (judgement.judged) {
                log.judged(trial.service, judgement.rules, judgement.confidence);
            }
            if (judgement.confidence.composable) {
                found.push_back({trial.service, judgement.confidence.score});
            }
            trial.parameters.clear();
            trials.push_back(std::move(trial));
        }
    }

    StrategyMemory memory_;
    SubstitutionOptions options_;
};

struct Rules final : StrategyOptions {
    [[nodiscard]] std::unique_ptr<Strategy> make(const SubstitutionOptions& substitution) const override {
        return std::make_unique<DecidingByRules>(substitution);
    }
    [[nodiscard]] bool replaces_services() const override { return true; }
    [[nodiscard]] sim::Needs needs() const override { return {sim::Need::trials}; }
};

void declare(sim::OptionVisitor& /*visitor*/, Rules& /*leaf*/) {}

}  // namespace

sim::Kind<StrategyOptions> rules_strategy() {
    return sim::Kind<StrategyOptions>::of<Rules>(
        "rules", "replace underperforming services by the candidates that the five rules like best; all are tried");
}

}  // namespace mlaasim::composition
