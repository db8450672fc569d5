#include "run/steps/step.hpp"

#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

#include "sim/core/error.hpp"

namespace mlaasim::run {
namespace {

class Packer {
public:
    template <class T>
    void operator()(const T& value) {
        static_assert(std::is_trivially_copyable_v<T>);
        append(std::as_bytes(std::span{&value, 1}));
    }
    template <class T>
    void operator()(const std::vector<T>& values) {
        (*this)(static_cast<std::uint64_t>(values.size()));
        append(std::as_bytes(std::span{values}));
    }
    [[nodiscard]] std::vector<std::byte> take() { return std::move(bytes_); }

private:
    void append(std::span<const std::byte> bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
    std::vector<std::byte> bytes_;
};

class Unpacker {
public:
    explicit Unpacker(std::span<const std::byte> bytes) : rest_{bytes} {}

    template <class T>
    void operator()(T& value) {
        static_assert(std::is_trivially_copyable_v<T>);
        std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
    }
    template <class T>
    void operator()(std::vector<T>& values) {
        std::uint64_t count = 0;
        (*this)(count);
        sim::expects(count <= rest_.size() / sizeof(T), "an order is as long as it says");
        values.resize(count);
        const auto bytes = take(count * sizeof(T));
        if (!bytes.empty()) {
            std::memcpy(values.data(), bytes.data(), bytes.size());
        }
    }
    [[nodiscard]] bool done() const { return rest_.empty(); }

private:
    std::span<const std::byte> take(std::size_t count) {
        sim::expects(count <= rest_.size(), "an order is as long as it says");
        const auto taken = rest_.first(count);
        rest_ = rest_.subspan(count);
        return taken;
    }
    std::span<const std::byte> rest_;
};

template <class S, class Visitor>
void each_field(S& step, Visitor& visit) {
    std::apply([&](auto... member) { (visit(step.*member), ...); }, std::remove_const_t<S>::fields);
}

/// The step with this place in `Step`, with its defaults.
template <std::size_t... Places>
Step step_at(std::size_t place, std::index_sequence<Places...> /*places*/) {
    sim::expects(place < sizeof...(Places), "an order has a step");
    Step step;
    static_cast<void>(((place == Places && (step.emplace<Places>(), true)) || ...));
    return step;
}

}  // namespace

std::vector<std::byte> pack(const Order& order) {
    Packer packer;
    packer(order.round);
    packer(static_cast<std::uint8_t>(order.step.index()));
    std::visit([&](const auto& step) { each_field(step, packer); }, order.step);
    return packer.take();
}

Order unpack(std::span<const std::byte> bytes) {
    Unpacker unpacker{bytes};
    Order order;
    std::uint8_t place = 0;
    unpacker(order.round);
    unpacker(place);
    order.step = step_at(place, std::make_index_sequence<std::variant_size_v<Step>>{});
    std::visit([&](auto& step) { each_field(step, unpacker); }, order.step);
    sim::expects(unpacker.done(), "an order is as long as it says");
    return order;
}

std::string name_of(const Order& order) {
    const std::string name = std::visit([](const auto& step) { return step.name(); }, order.step);
    return order.round.valid() ? name + " of round " + std::to_string(order.round.value()) : name;
}

std::vector<StepCost> costs_of(std::span<const Step> steps, const World& world, int ranks) {
    std::vector<StepCost> total(static_cast<std::size_t>(ranks));
    for (const Step& step : steps) {
        const auto order_bytes = static_cast<double>(pack({.step = step}).size());
        for (StepCost& cost : total) {
            cost += {.orders = 1, .order_bytes = order_bytes};
        }
        std::visit(
            [&](const auto& one) {
                if constexpr (requires { one.costs(world, ranks); }) {
                    const std::vector<StepCost> costs = one.costs(world, ranks);
                    for (std::size_t rank = 0; rank < total.size(); ++rank) {
                        total[rank] += costs[rank];
                    }
                }
            },
            step);
    }
    return total;
}

}  // namespace mlaasim::run
