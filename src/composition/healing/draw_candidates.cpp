#include "composition/healing/draw_candidates.hpp"

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <set>
#include <vector>

#include "composition/bandit/pick.hpp"
#include "composition/composed_attributes.hpp"

namespace mlaasim::composition {
namespace {

/// Why services are no candidates, counted.
struct Reasons {
    std::size_t outside = 0;  ///< services that are no members
    std::size_t function = 0;
    std::size_t down = 0;
    std::size_t resting = 0;

    [[nodiscard]] std::string text() const {
        const auto all = [&](std::size_t count) { return count == outside; };
        if (outside == 0) {
            return "every service is a member: raise services.count";
        }
        if (all(resting)) {
            return "all services outside rest: lower adaptation.strategy.rest";
        }
        if (all(down)) {
            return "all services outside are down: raise availability.lowest";
        }
        if (all(function)) {
            return "no service outside has the members' function: raise services.count";
        }
        return "services outside rest or are down: lower adaptation.strategy.rest";
    }
};

/// Ascending.
std::vector<sim::ServiceId> eligible(const Situation& situation, const DrawRequest& request, Reasons& reasons) {
    const Marketplace& market = situation.market;
    std::vector<bool> member(market.size(), false);
    std::set<std::uint32_t> functions;
    for (const sim::ServiceId id : situation.membership.members) {
        member[id.value()] = true;
        functions.insert(market.spec_index(id));
    }
    std::vector<sim::ServiceId> found;
    for (std::uint32_t i = 0; i < market.size(); ++i) {
        const sim::ServiceId id{i};
        if (member[i]) {
            continue;
        }
        ++reasons.outside;
        if (!functions.contains(market.spec_index(id))) {
            ++reasons.function;
        } else if (request.rests(id)) {
            ++reasons.resting;
        } else if (!situation.up.empty() && situation.up[i] == 0) {
            ++reasons.down;
        } else {
            found.push_back(id);
        }
    }
    return found;
}

}  // namespace

DrawnCandidates draw_candidates(const Situation& situation, const DrawRequest& request, const Policy& policy,
                                const BanditOptions& options, RoundLog& log) {
    DrawnCandidates drawn;
    Reasons reasons;
    std::vector<sim::ServiceId> candidates = eligible(situation, request, reasons);
    if (candidates.empty()) {
        drawn.why_none = reasons.text();
        return drawn;
    }
    for (const sim::ServiceId id : request.first) {
        if (drawn.services.size() < request.wanted && std::erase(candidates, id) > 0) {
            drawn.services.push_back(id);
        }
    }
    const std::size_t wanted = request.wanted - drawn.services.size();
    const Contexts contexts =
        contexts_of(situation.market, candidates, composed_histogram(situation.market, situation.membership.trained));
    std::vector<std::size_t> rows(candidates.size());
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    const std::vector<ArmScore> scores = policy.score(contexts, rows);
    sim::RandomStream random{situation.seed, sim::Purpose::bandit, 0, situation.round.value()};
    const std::vector<std::size_t> chosen = policy.choose(contexts, rows, scores, wanted, random);
    for (const std::size_t row : chosen) {
        const auto context = contexts.row(row);
        drawn.services.push_back(contexts.services[row]);
        drawn.arms.push_back({.service = contexts.services[row],
                              .context = {context.begin(), context.end()},
                              .place = log.chosen(1, contexts.services[row], scores[row], 0.0)});
    }
    auto others_left = static_cast<std::size_t>(options.max_other_rows);
    for (const std::size_t row : pick_best(contexts, rows, scores, others_left + chosen.size())) {
        if (others_left > 0 && std::ranges::find(chosen, row) == chosen.end()) {
            log.not_chosen(1, contexts.services[row], scores[row]);
            --others_left;
        }
    }
    return drawn;
}

void reward(Policy& policy, const DrawnCandidates& drawn, const std::map<sim::ServiceId, double>& gains,
            double full_gain, RoundLog& log) {
    for (const DrawnCandidates::Arm& arm : drawn.arms) {
        const auto gain = gains.find(arm.service);
        const double earned = gain == gains.end() ? 0.0 : std::clamp(0.5 + gain->second / (2.0 * full_gain), 0.0, 1.0);
        policy.update(arm.service, arm.context, earned);
        log.rewarded(arm.place, arm.service, earned);
    }
}

}  // namespace mlaasim::composition
