#include "sim/parallel/communicator.hpp"

#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

/// One rank, or one of several of which the others are absent.
class LocalBackend final : public CommunicatorBackend {
public:
    LocalBackend(int rank, int size) : rank_{rank}, size_{size}, board_{rank, {rank}, {&word_, 1}} {
        expects(size > 0 && rank >= 0 && rank < size, "a rank lies in [0, size)");
    }
    [[nodiscard]] int rank() const override { return rank_; }
    [[nodiscard]] int size() const override { return size_; }
    [[nodiscard]] int rank_on_node() const override { return 0; }
    [[nodiscard]] int ranks_on_node() const override { return 1; }
    void barrier() override {}
    void broadcast(std::span<std::byte> /*bytes*/) override {}
    void sum(std::span<std::int64_t> /*values*/) override {}
    void maximum(std::span<std::int64_t> /*values*/) override {}
    std::vector<std::vector<std::byte>> gather(std::span<const std::byte> mine, bool everywhere) override {
        if (rank_ != 0 && !everywhere) {
            return {};
        }
        std::vector<std::vector<std::byte>> all(static_cast<std::size_t>(size_));
        all[static_cast<std::size_t>(rank_)].assign(mine.begin(), mine.end());
        return all;
    }
    NodeBoard& board() override { return board_; }

private:
    int rank_;
    int size_;
    std::uint64_t word_ = 0;
    NodeBoard board_;
};

}  // namespace

Communicator Communicator::serial() { return dry_run(0, 1); }

Communicator Communicator::dry_run(int rank, int size) {
    return Communicator{std::make_shared<LocalBackend>(rank, size)};
}

void Communicator::broadcast(std::vector<std::byte>& bytes) const {
    auto length = static_cast<std::int64_t>(bytes.size());
    broadcast(std::span{&length, 1});
    bytes.resize(static_cast<std::size_t>(length));
    broadcast(std::span{bytes});
}

void Communicator::broadcast(std::string& text) const {
    const auto* first = reinterpret_cast<const std::byte*>(text.data());
    std::vector<std::byte> bytes(first, first + text.size());
    broadcast(bytes);
    text.assign(reinterpret_cast<const char*>(bytes.data()), bytes.size());
}

}  // namespace mlaasim::sim
