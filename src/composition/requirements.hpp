// What clients require of a composition, and what a composition offers them.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "composition/marketplace.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::composition {

/// Bounds that a client states; 0 = it requires nothing of the kind.
struct Requirements {
    double accuracy = 0;      ///< at least, of its own samples of a round
    double latency_ms = 0;    ///< at most, of a request
    double cost = 0;          ///< at most, of a request, in the unit of the services' prices
    double availability = 0;  ///< at least

    friend bool operator==(const Requirements&, const Requirements&) = default;
};

/// What some clients require instead, or all of them from some round on.
struct GroupRequirements {
    std::vector<std::int64_t> ids{};  ///< of clients; empty: all
    std::int64_t start = 1;           ///< first round in which it counts
    Requirements own{};               ///< 0: as before
};

struct RequirementOptions {
    Requirements all{};
    std::vector<GroupRequirements> groups{};  ///< one after the other: a later one changes what it states
};
void declare(sim::OptionVisitor& visitor, GroupRequirements& options);
void declare(sim::OptionVisitor& visitor, RequirementOptions& options);

/// What one client requires in a round.
[[nodiscard]] Requirements requirements_of(const RequirementOptions& options, sim::ClientId client, sim::Round round);
/// What all of these clients require together: the strictest bound of each kind.
[[nodiscard]] Requirements strictest(std::span<const Requirements> clients);

enum class Requirement : std::uint8_t { accuracy, latency, cost, availability };
/// "accuracy", "latency", "cost", "availability"
[[nodiscard]] std::string_view name_of(Requirement requirement);

/// What follows from the members of a composition alone. Every request goes to all members at once, so
struct Offer {
    double latency_ms = 0;    ///< the slowest member's response time; 0 without members
    double cost = 0;          ///< sum of the members' prices
    double availability = 1;  ///< product of the members' reliabilities
};
[[nodiscard]] Offer offer_of(const Marketplace& market, std::span<const sim::ServiceId> members);
/// The offer of a composition with one more member.
[[nodiscard]] Offer with(Offer offer, const Marketplace& market, sim::ServiceId member);

/// The first of latency, cost and availability that a change of the members breaks: `after` does not meet it, and is
/// worse than `before`. A change that leaves an unmet requirement as it is, or comes closer to it, breaks nothing.
[[nodiscard]] std::optional<Requirement> broken_by(const Requirements& requirements, const Offer& before,
                                                   const Offer& after);
/// The same of the members before and after the change.
[[nodiscard]] std::optional<Requirement> broken_by(const Requirements& requirements, const Marketplace& market,
                                                   std::span<const sim::ServiceId> before,
                                                   std::span<const sim::ServiceId> after);

/// Tells of each service whether it could take the place of one of the members that are to go.
class SwapCheck {
public:
    /// The marketplace must outlive this object.
    SwapCheck(const Requirements& requirements, const Marketplace& market, std::span<const sim::ServiceId> members,
              std::span<const sim::ServiceId> outgoing);

    /// Nothing when at least one of the members can be swapped for this service without breaking a requirement; else
    /// what the swap for the first of them would break.
    [[nodiscard]] std::optional<Requirement> broken_by(sim::ServiceId incoming) const;

private:
    struct Place {
        Offer others;  ///< of all other members
        Offer before;
    };

    Requirements requirements_;
    const Marketplace& market_;
    std::vector<Place> places_{};  ///< by member that is to go; empty when nothing is required that a swap can break
};

/// One requirement in one round.
struct Satisfaction {
    Requirement requirement{};
    double required = 0;
    double observed = 0;
    bool met = false;
};
/// Of each requirement that is stated. `accuracy` is the composition's on the client's samples.
[[nodiscard]] std::vector<Satisfaction> satisfaction(const Requirements& requirements, double accuracy,
                                                     const Offer& offer);

}  // namespace mlaasim::composition
