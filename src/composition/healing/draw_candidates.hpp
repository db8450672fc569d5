// Which services of the marketplace are tried beside the members or in their place.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "composition/bandit/policy.hpp"
#include "composition/strategy.hpp"

namespace mlaasim::composition {

/// What the distance of a service's data to the streams is for.
enum class Nearness {
    decides,  ///< the policy draws a shortlist, of which the nearest are taken
    feature,  ///< a shortlist is drawn at random, of which the policy draws; nearness is one of its features
};

[[nodiscard]] std::vector<sim::Choice> choices_of(Nearness);

struct DrawRequest {
    std::size_t wanted = 0;  ///< candidates
    /// Services whose data are compared with the streams. No more than `wanted`, where nearness decides: the policy
    /// draws the candidates themselves, and nobody's data are compared.
    std::size_t shortlist = 0;
    Nearness nearness = Nearness::decides;
    std::span<const sim::ServiceId> first{};            ///< candidates before all others, where they may be tried
    std::function<bool(sim::ServiceId service)> rests;  ///< whether a service may not be tried in this round
    std::int64_t rest = 0;                              ///< rounds that a service rests, for messages
};

struct DrawnCandidates {
    std::vector<sim::ServiceId> services{};
    /// Those that the policy drew: their features, and the place of their row in the log.
    struct Arm {
        sim::ServiceId service;
        std::vector<double> context;
        std::size_t place = 0;
    };
    std::vector<Arm> arms{};
    /// Why there is none, and the nearest option that would help; empty when there is one.
    std::string why_none{};
};

/// Of the whole marketplace: every service of a function that a member has, that is no member, is up and does not rest.
/// How well it does on its provider's own samples decides nothing: that says nothing of the clients' streams.
[[nodiscard]] DrawnCandidates draw_candidates(const Situation& situation, const DrawRequest& request,
                                              const Policy& policy, const BanditOptions& options,
                                              Laboratory& laboratory, RoundLog& log);

/// Teaches the policy and the log what the arms were worth: 1/2 + gain / (2 full_gain), from 0 to 1; an arm without a
/// gain, because its trial failed, earns 0.
void reward(Policy& policy, const DrawnCandidates& drawn, const std::map<sim::ServiceId, double>& gains,
            double full_gain, RoundLog& log);

}  // namespace mlaasim::composition
