#include "composition/healing/draw_candidates.hpp"

#include <algorithm>
#include <cstdint>
#include <iterator>
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

    [[nodiscard]] std::string text(std::size_t services, std::int64_t rest) const {
        const auto all = [&](std::size_t count) { return count == outside; };
        if (outside == 0) {
            return "every service is a member: raise services.count above " + std::to_string(services);
        }
        if (all(resting)) {
            return "all services outside rest: lower adaptation.strategy.rest below " + std::to_string(rest);
        }
        if (all(down)) {
            return "all services outside are down: raise availability.lowest";
        }
        if (all(function)) {
            return "no service outside has the members' function: raise services.count above " +
                   std::to_string(services);
        }
        return "services outside rest or are down: lower adaptation.strategy.rest below " + std::to_string(rest);
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

/// Those of the rows whose services' data are nearest to the streams, in the order in which the policy chose them.
std::vector<std::size_t> nearest(const std::vector<std::size_t>& rows, std::size_t most, const Contexts& contexts,
                                 Laboratory& laboratory) {
    std::vector<sim::ServiceId> services;
    std::ranges::transform(rows, std::back_inserter(services), [&](std::size_t row) { return contexts.services[row]; });
    const std::vector<double> distances = laboratory.data_distances(services);
    std::vector<std::size_t> places(rows.size());
    std::iota(places.begin(), places.end(), std::size_t{0});
    std::ranges::stable_sort(places, [&](std::size_t a, std::size_t b) { return distances[a] < distances[b]; });
    places.resize(most);
    std::ranges::sort(places);
    std::vector<std::size_t> found;
    std::ranges::transform(places, std::back_inserter(found), [&](std::size_t place) { return rows[place]; });
    return found;
}

/// As many of them, by chance; in their order.
std::vector<sim::ServiceId> some_of(const std::vector<sim::ServiceId>& services, std::size_t most,
                                    sim::RandomStream& random) {
    std::vector<std::uint32_t> places(services.size());
    std::iota(places.begin(), places.end(), 0U);
    random.shuffle(places);
    places.resize(std::min(places.size(), most));
    std::ranges::sort(places);
    std::vector<sim::ServiceId> found;
    std::ranges::transform(places, std::back_inserter(found), [&](std::uint32_t place) { return services[place]; });
    return found;
}

}  // namespace

std::vector<sim::Choice> choices_of(Nearness /*tag*/) {
    return {{"decides", static_cast<int>(Nearness::decides), "of those that the bandit draws, the nearest are tried"},
            {"feature", static_cast<int>(Nearness::feature),
             "one more feature of the bandit, which draws those that are tried"}};
}

DrawnCandidates draw_candidates(const Situation& situation, const DrawRequest& request, const Policy& policy,
                                const BanditOptions& options, Laboratory& laboratory, RoundLog& log) {
    DrawnCandidates drawn;
    Reasons reasons;
    std::vector<sim::ServiceId> candidates = eligible(situation, request, reasons);
    if (candidates.empty()) {
        drawn.why_none = reasons.text(situation.market.size(), request.rest);
        return drawn;
    }
    for (const sim::ServiceId id : request.first) {
        if (drawn.services.size() < request.wanted && std::erase(candidates, id) > 0) {
            drawn.services.push_back(id);
        }
    }
    const std::size_t wanted = request.wanted - drawn.services.size();
    sim::RandomStream random{situation.seed, sim::Purpose::bandit, 0, situation.round.value()};
    const bool nearness_is_feature = request.nearness == Nearness::feature;
    if (nearness_is_feature) {
        if (wanted == 0) {
            return drawn;
        }
        candidates = some_of(candidates, std::max(wanted, request.shortlist), random);
    }
    Contexts contexts =
        contexts_of(situation.market, candidates, composed_histogram(situation.market, situation.membership.trained));
    if (nearness_is_feature) {
        contexts = with_nearness(contexts, laboratory.data_distances(candidates));
    }
    std::vector<std::size_t> rows(candidates.size());
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    const std::vector<ArmScore> scores = policy.score(contexts, rows);
    const std::size_t shortlist = wanted > 0 && !nearness_is_feature ? request.shortlist : 0;
    std::vector<std::size_t> chosen = policy.choose(contexts, rows, scores, std::max(wanted, shortlist), random);
    if (chosen.size() > wanted) {
        chosen = nearest(chosen, wanted, contexts, laboratory);
    }
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
