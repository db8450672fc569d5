// Strong identifiers: a service, a client and a round cannot be swapped by mistake.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <limits>

namespace mlaasim::sim {

/// An index that belongs to one kind of entity. Default-constructed ids are invalid.
template <class Tag>
class Id {
public:
    using Value = std::uint32_t;

    constexpr Id() = default;
    constexpr explicit Id(Value value) : value_{value} {}

    [[nodiscard]] constexpr bool valid() const { return value_ != invalid; }
    [[nodiscard]] constexpr Value value() const { return value_; }

    friend constexpr auto operator<=>(Id, Id) = default;

private:
    static constexpr Value invalid = std::numeric_limits<Value>::max();
    Value value_ = invalid;
};

/// An MLaaS service of the marketplace, numbered from 0.
using ServiceId = Id<struct ServiceTag>;
/// An IoT client (consumer), numbered from 0.
using ClientId = Id<struct ClientTag>;
/// A round of the simulation: 0 is the set-up before training, 1 the first round that trains.
using Round = Id<struct RoundTag>;
/// A model by its name within a round: the one that serves, or one that the round makes.
using ModelId = Id<struct ModelTag>;

}  // namespace mlaasim::sim

template <class Tag>
struct std::hash<mlaasim::sim::Id<Tag>> {
    std::size_t operator()(mlaasim::sim::Id<Tag> id) const noexcept {
        return std::hash<typename mlaasim::sim::Id<Tag>::Value>{}(id.value());
    }
};
