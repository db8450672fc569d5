#include "app/command.hpp"

#include "sim/error.hpp"

namespace mlaasim::app {
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

Command Command::unpack(std::span<const std::byte> bytes) {
    Command command;
    Unpacker unpacker{bytes};
    each_field([&](auto& field) { unpacker.get(field); }, command);
    return command;
}

}  // namespace mlaasim::app
