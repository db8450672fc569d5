#include "composition/requirements.hpp"

#include <algorithm>
#include <array>

#include "sim/core/limits.hpp"

namespace mlaasim::composition {
namespace {

void declare_bounds(sim::OptionVisitor& visitor, Requirements& options) {
    visitor.option(
        "accuracy", options.accuracy,
        {.doc = "Least share of a client's samples of a round that must be classified correctly; 0 = not stated",
         .range = sim::between(0, 1)});
    visitor.option(
        "latency_ms", options.latency_ms,
        {.doc = "Longest modelled response time of the composition, that of its slowest member; 0 = not stated",
         .unit = "ms",
         .range = sim::at_least(0)});
    visitor.option(
        "cost", options.cost,
        {.doc = "Highest price of a request to the composition, the sum of its members' prices; 0 = not stated",
         .unit = "credits",
         .range = sim::at_least(0)});
    visitor.option(
        "availability", options.availability,
        {.doc = "Least availability of the composition, the product of its members' reliabilities; 0 = not stated",
         .range = sim::between(0, 1)});
}

bool met_at_most(double bound, double value) { return bound == 0.0 || value <= bound; }
bool met_at_least(double bound, double value) { return value >= bound; }

/// The stricter of two upper bounds, of which 0 is none.
double lower_of(double a, double b) { return a == 0.0 ? b : b == 0.0 ? a : std::min(a, b); }

}  // namespace

void declare(sim::OptionVisitor& visitor, GroupRequirements& options) {
    visitor.option("ids", options.ids,
                   {.doc = "The clients; empty = all", .range = sim::between(0, sim::most_clients - 1)});
    visitor.option("start", options.start,
                   {.doc = "First round in which the group counts", .range = sim::between(1, sim::most_rounds)});
    declare_bounds(visitor, options.own);
}

void declare(sim::OptionVisitor& visitor, RequirementOptions& options) {
    declare_bounds(visitor, options.all);
    visitor.list(
        "groups", options.groups,
        {.doc = "Clients that require something else, or what changes from some round on. The groups count one "
                "after the other: each changes what it states"});
}

Requirements requirements_of(const RequirementOptions& options, sim::ClientId client, sim::Round round) {
    Requirements required = options.all;
    for (const GroupRequirements& group : options.groups) {
        const bool named = group.ids.empty() || std::find(group.ids.begin(), group.ids.end(),
                                                          std::int64_t{client.value()}) != group.ids.end();
        if (!named || std::int64_t{round.value()} < group.start) {
            continue;
        }
        for (double Requirements::*bound :
             {&Requirements::accuracy, &Requirements::latency_ms, &Requirements::cost, &Requirements::availability}) {
            if (group.own.*bound != 0.0) {
                required.*bound = group.own.*bound;
            }
        }
    }
    return required;
}

Requirements strictest(std::span<const Requirements> clients) {
    Requirements all;
    for (const Requirements& client : clients) {
        all.accuracy = std::max(all.accuracy, client.accuracy);
        all.latency_ms = lower_of(all.latency_ms, client.latency_ms);
        all.cost = lower_of(all.cost, client.cost);
        all.availability = std::max(all.availability, client.availability);
    }
    return all;
}

std::string_view name_of(Requirement requirement) {
    static constexpr std::array<std::string_view, 4> names{"accuracy", "latency", "cost", "availability"};
    return names[static_cast<std::size_t>(requirement)];
}

Offer with(Offer offer, const Marketplace& market, sim::ServiceId member) {
    return {.latency_ms = std::max(offer.latency_ms, market.response_ms(member)),
            .cost = offer.cost + market.price(member),
            .availability = offer.availability * market.reliability(member)};
}

Offer offer_of(const Marketplace& market, std::span<const sim::ServiceId> members) {
    Offer offer;
    for (const sim::ServiceId member : members) {
        offer = with(offer, market, member);
    }
    return offer;
}

std::optional<Requirement> broken_by(const Requirements& requirements, const Offer& before, const Offer& after) {
    if (!met_at_most(requirements.latency_ms, after.latency_ms) && after.latency_ms > before.latency_ms) {
        return Requirement::latency;
    }
    if (!met_at_most(requirements.cost, after.cost) && after.cost > before.cost) {
        return Requirement::cost;
    }
    if (!met_at_least(requirements.availability, after.availability) && after.availability < before.availability) {
        return Requirement::availability;
    }
    return std::nullopt;
}

std::optional<Requirement> broken_by(const Requirements& requirements, const Marketplace& market,
                                     std::span<const sim::ServiceId> before, std::span<const sim::ServiceId> after) {
    return broken_by(requirements, offer_of(market, before), offer_of(market, after));
}

SwapCheck::SwapCheck(const Requirements& requirements, const Marketplace& market,
                     std::span<const sim::ServiceId> members, std::span<const sim::ServiceId> outgoing)
    : requirements_{requirements}, market_{market} {
    if (requirements == Requirements{.accuracy = requirements.accuracy}) {
        return;
    }
    for (const sim::ServiceId going : outgoing) {
        Offer others;
        for (const sim::ServiceId member : members) {
            others = member == going ? others : with(others, market, member);
        }
        places_.push_back({.others = others, .before = with(others, market, going)});
    }
}

std::optional<Requirement> SwapCheck::broken_by(sim::ServiceId incoming) const {
    std::optional<Requirement> first;
    for (const Place& place : places_) {
        const auto broken = composition::broken_by(requirements_, place.before, with(place.others, market_, incoming));
        if (!broken) {
            return std::nullopt;
        }
        first = first ? first : broken;
    }
    return first;
}

std::vector<Satisfaction> satisfaction(const Requirements& requirements, double accuracy, const Offer& offer) {
    std::vector<Satisfaction> found;
    const auto note = [&](Requirement requirement, double required, double observed, bool met) {
        if (required != 0.0) {
            found.push_back({requirement, required, observed, met});
        }
    };
    const auto& [least_accuracy, latency, cost, availability] = requirements;
    note(Requirement::accuracy, least_accuracy, accuracy, met_at_least(least_accuracy, accuracy));
    note(Requirement::latency, latency, offer.latency_ms, met_at_most(latency, offer.latency_ms));
    note(Requirement::cost, cost, offer.cost, met_at_most(cost, offer.cost));
    note(Requirement::availability, availability, offer.availability, met_at_least(availability, offer.availability));
    return found;
}

}  // namespace mlaasim::composition
