// The ranks of a run as a value: serial, MPI, or one of N pretended ranks. Algorithms never ask which.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "sim/parallel/missing_ranks.hpp"
#include "sim/parallel/node_board.hpp"

namespace mlaasim::sim {

/// A sum over ranks travels in pieces of so many numbers, one after the other. They stay in the processor's cache with
/// their copy, which Open MPI adds up faster than one large array, or than one in place.
inline constexpr std::size_t numbers_summed_at_once = 128 * 1024;

/// What a kind of communicator has to offer. Leaves are final; use `Communicator`.
class CommunicatorBackend {
public:
    virtual ~CommunicatorBackend() = default;
    [[nodiscard]] virtual int rank() const = 0;
    [[nodiscard]] virtual int size() const = 0;
    [[nodiscard]] virtual int rank_on_node() const = 0;
    [[nodiscard]] virtual int ranks_on_node() const = 0;
    virtual void barrier() = 0;
    virtual void broadcast(std::span<std::byte> bytes) = 0;
    virtual void sum(std::span<std::int64_t> values) = 0;
    virtual void maximum(std::span<std::int64_t> values) = 0;
    /// Concatenation of every rank's bytes in rank order, on rank 0 (`everywhere`: on every rank).
    virtual std::vector<std::vector<std::byte>> gather(std::span<const std::byte> mine, bool everywhere) = 0;
    virtual NodeBoard& board() = 0;

    void begin(std::string step) { step_ = std::move(step); }
    [[nodiscard]] const std::string& step() const { return step_; }

private:
    std::string step_;
};

/// Collective operations in which every rank takes part, in the same order. Integers only where values are combined: no
/// floating-point reduction exists here, because its result would depend on the number of ranks.
class Communicator {
public:
    [[nodiscard]] static Communicator serial();
    /// All ranks of the program; needs a living MpiScope. `notice`: when and how a rank that waits names those that it
    /// waits for.
    [[nodiscard]] static Communicator mpi(WaitNotice notice = {});
    /// Rank `rank` of `size` ranks of which only this one exists: the others contribute nothing to a collective. For
    /// tests and for planning runs larger than the machine.
    [[nodiscard]] static Communicator dry_run(int rank, int size);

    [[nodiscard]] int rank() const { return backend_->rank(); }
    [[nodiscard]] int size() const { return backend_->size(); }
    [[nodiscard]] bool is_root() const { return rank() == 0; }
    /// True on one rank of each node.
    [[nodiscard]] bool is_first_on_node() const { return backend_->rank_on_node() == 0; }
    /// What this rank shares with the others of its node.
    [[nodiscard]] NodeBoard& board() const { return backend_->board(); }

    /// On this rank's node, itself included.
    [[nodiscard]] int ranks_on_node() const { return backend_->ranks_on_node(); }

    /// Says what all ranks do from here on ("training of round 7"), for messages about ranks that are late and about
    /// memory that ran out. Not collective.
    void begin(std::string step) const { backend_->begin(std::move(step)); }
    [[nodiscard]] const std::string& step() const { return backend_->step(); }

    void barrier() const { backend_->barrier(); }
    /// Replaces every rank's values with rank 0's; all pass the same length.
    template <class T>
    void broadcast(std::span<T> values) const {
        static_assert(std::is_trivially_copyable_v<T>);
        backend_->broadcast(std::as_writable_bytes(values));
    }
    /// As `broadcast`, but the length travels too.
    void broadcast(std::vector<std::byte>& bytes) const;
    void broadcast(std::string& text) const;
    /// Sum over ranks, element by element, on every rank. Order cannot matter: the values are integers.
    void sum(std::span<std::int64_t> values) const { backend_->sum(values); }
    void maximum(std::span<std::int64_t> values) const { backend_->maximum(values); }
    [[nodiscard]] std::int64_t maximum(std::int64_t value) const {
        maximum(std::span{&value, 1});
        return value;
    }
    /// On rank 0 every rank's bytes, by rank; elsewhere empty.
    [[nodiscard]] std::vector<std::vector<std::byte>> gather(std::span<const std::byte> mine) const {
        return backend_->gather(mine, false);
    }
    /// Every rank's bytes, by rank, on every rank.
    [[nodiscard]] std::vector<std::vector<std::byte>> gather_everywhere(std::span<const std::byte> mine) const {
        return backend_->gather(mine, true);
    }
    /// Records of all ranks in rank order, on rank 0; elsewhere empty.
    template <class T>
    [[nodiscard]] std::vector<T> gather_records(const std::vector<T>& mine) const {
        static_assert(std::is_trivially_copyable_v<T>);
        std::vector<T> all;
        for (const auto& bytes : gather(std::as_bytes(std::span{mine}))) {
            const auto* first = reinterpret_cast<const T*>(bytes.data());
            all.insert(all.end(), first, first + bytes.size() / sizeof(T));
        }
        return all;
    }

private:
    explicit Communicator(std::shared_ptr<CommunicatorBackend> backend) : backend_{std::move(backend)} {}
    std::shared_ptr<CommunicatorBackend> backend_;
};

/// MPI_Init ... MPI_Finalize. While an exception unwinds it aborts all ranks instead, so that none waits for one that
/// is gone.
class MpiScope {
public:
    MpiScope(int& argc, char**& argv);
    ~MpiScope();
    MpiScope(const MpiScope&) = delete;
    MpiScope& operator=(const MpiScope&) = delete;

    /// Ends every rank of the run with this exit code, at once.
    [[noreturn]] static void abort(int exit_code);
    [[nodiscard]] static std::string library_version();
};

/// True when a launcher (mpirun, srun) started this process as one of several ranks.
[[nodiscard]] bool launched_by_mpi();
/// The rank that the launcher gave this process, which is known before MPI starts.
[[nodiscard]] std::optional<int> launched_rank();

}  // namespace mlaasim::sim
