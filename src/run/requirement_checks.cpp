#include "run/requirement_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "run/needs.hpp"
#include "run/scenario_checks.hpp"
#include "sim/core/counted.hpp"

namespace mlaasim::run {
namespace {

using composition::Requirement;
using composition::Requirements;

/// What one request demands. Nothing where the model can't be built.
sim::Workload request_to(const Scenario& scenario) {
    const sim::KnownData data = scenario.data.source->known();
    if (data.shape.size() == 0 || !architecture_fits(scenario)) {
        return {};
    }
    try {
        const fl::Model model = model_of(scenario, data.shape, data.classes);
        return {.forward_flops = model.forward_flops(), .sample_bytes = static_cast<double>(model.input().size())};
    } catch (const sim::InputError&) {
        return {};  // a mistake of its own
    }
}

/// The best that any service offers.
composition::Offer best_of(const composition::Marketplace& market) {
    composition::Offer best{.latency_ms = std::numeric_limits<double>::infinity(),
                            .cost = std::numeric_limits<double>::infinity(),
                            .availability = 0.0};
    for (std::uint32_t i = 0; i < market.size(); ++i) {
        const composition::Offer offer = composition::with({}, market, sim::ServiceId{i});
        best.latency_ms = std::min(best.latency_ms, offer.latency_ms);
        best.cost = std::min(best.cost, offer.cost);
        best.availability = std::max(best.availability, offer.availability);
    }
    return best;
}

/// The best, one by one, that two services together offer. A composition of one has no members to change.
composition::Offer best_of_two(const composition::Marketplace& market) {
    std::vector<double> latencies;
    std::vector<double> costs;
    std::vector<double> unavailable;  // 1 - availability: the best is the least, as of the others
    for (std::uint32_t i = 0; i < market.size(); ++i) {
        const composition::Offer offer = composition::with({}, market, sim::ServiceId{i});
        latencies.push_back(offer.latency_ms);
        costs.push_back(offer.cost);
        unavailable.push_back(1.0 - offer.availability);
    }
    for (std::vector<double>* const values : {&latencies, &costs, &unavailable}) {
        std::ranges::partial_sort(*values, values->begin() + 2);
    }
    return {.latency_ms = latencies[1],
            .cost = costs[0] + costs[1],
            .availability = (1.0 - unavailable[0]) * (1.0 - unavailable[1])};
}

bool names_more_than_accuracy(const Requirements& required) {
    return !(required == Requirements{.accuracy = required.accuracy});
}

bool states_more_than_accuracy(const composition::RequirementOptions& options) {
    return names_more_than_accuracy(options.all) ||
           std::ranges::any_of(options.groups, [](const auto& group) { return names_more_than_accuracy(group.own); });
}

std::string_view option_of(Requirement requirement) {
    return requirement == Requirement::latency ? "latency_ms" : composition::name_of(requirement);
}

/// "31.25 ms", "2 credits", "0.97"
std::string quantity(Requirement requirement, double value) {
    const std::string_view unit = requirement == Requirement::latency ? " ms"
                                  : requirement == Requirement::cost  ? " credits"
                                                                      : "";
    return fmt::format("{:.4g}{}", value, unit);
}

std::string_view way_out(Requirement requirement) {
    switch (requirement) {
        case Requirement::latency: return "raise it, or give qos.devices and qos.networks a faster class";
        case Requirement::cost: return "raise it, or lower a price of qos.devices";
        default: return "lower it, or raise availability.highest";
    }
}

/// Adds a problem, by `add(option, what, expected, hint)`, for each of these that `offer` does not meet. `offers` says
/// whose offer it is and what it is: "the fastest of 20 services takes".
template <class Offers, class Add>
void each_unmet(const Requirements& required, const composition::Offer& offer, Offers offers, Add add) {
    // An accuracy can't be told before it is measured.
    for (const composition::Satisfaction& found : composition::satisfaction(required, 1.0, offer)) {
        if (!found.met) {
            const bool at_least = found.requirement == Requirement::availability;
            const std::string observed = quantity(found.requirement, found.observed);
            add(option_of(found.requirement),
                fmt::format("clients require {} of at {} {}, but {} {}", composition::name_of(found.requirement),
                            at_least ? "least" : "most", quantity(found.requirement, found.required),
                            offers(found.requirement), observed),
                (at_least ? "at most " : "at least ") + observed, std::string{way_out(found.requirement)});
        }
    }
}

/// Calls `check(required, path)` with what the clients and each group of them state.
template <class Check>
void each_statement(const composition::RequirementOptions& options, Check check) {
    check(options.all, "clients.requirements");
    for (std::size_t g = 0; g < options.groups.size(); ++g) {
        check(options.groups[g].own, fmt::format("clients.requirements.groups.{}", g));
    }
}

/// The options that no two services together meet; a problem for each.
std::set<std::string_view> name_what_no_two_meet(const Scenario& scenario, const composition::Marketplace& market,
                                                 std::vector<sim::Problem>& problems) {
    std::set<std::string_view> found;
    const composition::Offer best = best_of_two(market);
    const std::string of_services = " of " + sim::counted(scenario.services.count, "service") + " together ";
    each_statement(scenario.clients.requirements, [&](const Requirements& required, const std::string& path) {
        each_unmet(
            required, best,
            [&](Requirement requirement) {
                return requirement == Requirement::latency ? "the two fastest" + of_services + "answer in"
                       : requirement == Requirement::cost  ? "the two cheapest" + of_services + "cost"
                                                           : "the two most available" + of_services + "have";
            },
            [&](std::string_view option, const std::string& what, const std::string& expected,
                const std::string& hint) {
                found.insert(option);
                problems.push_back({.what = what + ", so no two services together meet it",
                                    .expected = expected,
                                    .hint = hint,
                                    .path = path + "." + std::string{option}});
            });
    });
    return found;
}

}  // namespace

composition::Marketplace advertised_market(const Scenario& scenario) {
    const auto services = static_cast<std::uint32_t>(scenario.services.count);
    const sim::Workload request = request_to(scenario);
    const sim::QosModel qos{scenario.qos, services, scenario.random_seed()};
    const sim::Availability availability{scenario.availability, services, scenario.random_seed()};
    composition::Marketplace market{0, {.length = 1}};
    for (std::uint32_t i = 0; i < services; ++i) {
        const sim::ServiceId id{i};
        composition::Service service{.id = id};
        service.response_ms = request.forward_flops > 0.0 ? qos.estimate(id, sim::Round{0}, request).response_ms : 0.0;
        service.reliability = availability.long_run(id);
        service.price = qos.device(id).price;
        market.add(service);
    }
    return market;
}

void check_requirements(const Scenario& scenario, const sim::OptionsDocument& document,
                        std::vector<sim::Problem>& problems) {
    const composition::RequirementOptions& options = scenario.clients.requirements;
    for (std::size_t g = 0; g < options.groups.size(); ++g) {
        for (const std::int64_t id : options.groups[g].ids) {
            if (id >= scenario.clients.count) {
                problems.push_back(
                    document.problem_at(fmt::format("clients.requirements.groups.{}.ids", g),
                                        fmt::format("clients.requirements.groups.{}: ids names {}, of {}", g, id,
                                                    sim::counted(scenario.clients.count, "client")),
                                        "ids from 0 to the count - 1", ""));
            }
        }
    }
    if (!states_more_than_accuracy(options)) {
        return;
    }
    const composition::Offer best = best_of(advertised_market(scenario));
    const auto check = [&](const Requirements& required, const std::string& path) {
        each_unmet(
            required, best,
            [&](Requirement requirement) {
                const std::string of_services = " of " + sim::counted(scenario.services.count, "service");
                return requirement == Requirement::latency ? "the fastest" + of_services + " answers in"
                       : requirement == Requirement::cost  ? "the cheapest" + of_services + " costs"
                                                           : "the most available" + of_services + " has";
            },
            [&](std::string_view option, const std::string& what, const std::string& expected,
                const std::string& hint) {
                problems.push_back(document.problem_at(path + "." + std::string{option},
                                                       path + "." + std::string{option} + ": " + what, expected, hint));
            });
    };
    each_statement(options, check);
}

std::vector<sim::Problem> requirements_in_doubt(const Scenario& scenario) {
    std::vector<Requirements> clients;
    for (std::uint32_t client = 0; client < scenario.clients.count; ++client) {
        clients.push_back(
            composition::requirements_of(scenario.clients.requirements, sim::ClientId{client}, sim::Round{1}));
    }
    const Requirements required = composition::strictest(clients);
    std::vector<sim::Problem> problems;
    if (!states_more_than_accuracy(scenario.clients.requirements)) {
        return problems;
    }
    std::vector<sim::ServiceId> members;
    for (std::uint32_t i = 0; i < scenario.initial_members(); ++i) {
        members.emplace_back(i);
    }
    const composition::Marketplace market = advertised_market(scenario);
    const std::set<std::string_view> never =
        members.size() < 2 ? std::set<std::string_view>{} : name_what_no_two_meet(scenario, market, problems);
    each_unmet(
        required, composition::offer_of(market, members),
        [&](Requirement requirement) {
            const std::string all = "the " + sim::counted(scenario.initial_members(), "member") + " at the start ";
            return all + (requirement == Requirement::latency ? "answer in"
                          : requirement == Requirement::cost  ? "together cost"
                                                              : "together have");
        },
        [&](std::string_view option, const std::string& what, const std::string& expected,
            const std::string& /*hint*/) {
            if (never.contains(option)) {
                return;
            }
            problems.push_back({.what = what,
                                .expected = expected,
                                .hint = "relax it, compose fewer members or others, or let it be unmet until a "
                                        "response changes that",
                                .path = "clients.requirements"});
        });
    return problems;
}

}  // namespace mlaasim::run
