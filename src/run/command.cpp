#include "run/command.hpp"

#include "sim/core/error.hpp"

namespace mlaasim::run {
namespace {

class Packer {
public:
    template <class T>
    void put(const T& value) {
        static_assert(std::is_trivially_copyable_v<T>);
        const auto bytes = std::as_bytes(std::span{&value, 1});
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    }
    template <class T>
    void put(const std::vector<T>& values) {
        put(static_cast<std::uint64_t>(values.size()));
        const auto bytes = std::as_bytes(std::span{values});
        bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    }
    [[nodiscard]] std::vector<std::byte> take() { return std::move(bytes_); }

private:
    std::vector<std::byte> bytes_;
};

class Unpacker {
public:
    explicit Unpacker(std::span<const std::byte> bytes) : rest_{bytes} {}

    template <class T>
    void get(T& value) {
        std::memcpy(&value, take(sizeof(T)).data(), sizeof(T));
    }
    template <class T>
    void get(std::vector<T>& values) {
        std::uint64_t count = 0;
        get(count);
        values.resize(count);
        const auto bytes = take(count * sizeof(T));
        if (!bytes.empty()) {
            std::memcpy(values.data(), bytes.data(), bytes.size());
        }
    }

private:
    std::span<const std::byte> take(std::size_t count) {
        sim::expects(count <= rest_.size(), "a command is as long as it says");
        const auto taken = rest_.first(count);
        rest_ = rest_.subspan(count);
        return taken;
    }
    std::span<const std::byte> rest_;
};

/// Applies the same visitor to every field, so that packing and unpacking can't disagree.
template <class Visitor, class Fields>
void each_field(Visitor visit, Fields& command) {
    visit(command.kind);
    visit(command.round);
    visit(command.start);
    visit(command.keep);
    visit(command.install);
    visit(command.distance);
    visit(command.services);
    visit(command.parameters);
}

}  // namespace

std::vector<std::byte> Command::pack() const {
    Packer packer;
    each_field([&](const auto& field) { packer.put(field); }, *this);
    return packer.take();
}

std::string step_of(const Command& command) {
    const std::string round = command.round.valid() ? " of round " + std::to_string(command.round.value()) : "";
    switch (command.kind) {
        case CommandKind::train: return (command.install ? "training" : "training on trial") + round;
        case CommandKind::compose: return "composition of models" + round;
        case CommandKind::evaluate: return "evaluation" + round;
        case CommandKind::leave_one_out: return "leave-one-out assessment" + round;
        case CommandKind::update_distances: return "assessment of updates" + round;
        case CommandKind::fetch_rows: return "collection of models" + round;
        case CommandKind::adapt: return "adaptation at test time" + round;
        case CommandKind::forget: return "removal of unused models" + round;
        case CommandKind::restore: return "return to the checkpoint";
        case CommandKind::collect_timing: return "collection of times" + round;
        case CommandKind::vote_to_stop: return "end" + round;
        case CommandKind::stop: return "end of the run";
    }
    sim::expects(false, "every order has a step");
    return "";
}

Command Command::unpack(std::span<const std::byte> bytes) {
    Command command;
    Unpacker unpacker{bytes};
    each_field([&](auto& field) { unpacker.get(field); }, command);
    return command;
}

}  // namespace mlaasim::run
