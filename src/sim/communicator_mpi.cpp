#include <mpi.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdlib>
#include <exception>
#include <string_view>
#include <thread>

#include "sim/communicator.hpp"
#include "sim/error.hpp"

namespace mlaasim::sim {
namespace {

// MPI counts are ints; longer messages travel in pieces.
constexpr std::size_t largest_message = std::size_t{1} << 30U;

void check(int code, const char* call) {
    if (code != MPI_SUCCESS) {
        char text[MPI_MAX_ERROR_STRING];
        int length = 0;
        MPI_Error_string(code, text, &length);
        throw InputError(
            {.what = std::string(call) + " failed: " + std::string(text, static_cast<std::size_t>(length))});
    }
}

class MpiBackend final : public CommunicatorBackend {
public:
    MpiBackend() {
        check(MPI_Comm_rank(MPI_COMM_WORLD, &rank_), "MPI_Comm_rank");
        check(MPI_Comm_size(MPI_COMM_WORLD, &size_), "MPI_Comm_size");
        MPI_Comm node = MPI_COMM_NULL;
        check(MPI_Comm_split_type(MPI_COMM_WORLD, MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, &node),
              "MPI_Comm_split_type");
        check(MPI_Comm_rank(node, &rank_on_node_), "MPI_Comm_rank");
        check(MPI_Comm_free(&node), "MPI_Comm_free");
    }
    [[nodiscard]] int rank() const override { return rank_; }
    [[nodiscard]] int size() const override { return size_; }
    [[nodiscard]] int rank_on_node() const override { return rank_on_node_; }

    void barrier() override { wait_for_all(); }

    void broadcast(std::span<std::byte> bytes) override {
        wait_for_all();
        for (std::size_t at = 0; at < bytes.size(); at += largest_message) {
            const auto length = static_cast<int>(std::min(largest_message, bytes.size() - at));
            check(MPI_Bcast(bytes.data() + at, length, MPI_BYTE, 0, MPI_COMM_WORLD), "MPI_Bcast");
        }
    }
    void sum(std::span<std::int64_t> values) override { reduce(values, MPI_SUM); }
    void maximum(std::span<std::int64_t> values) override { reduce(values, MPI_MAX); }

    std::vector<std::vector<std::byte>> gather(std::span<const std::byte> mine, bool everywhere) override {
        wait_for_all();
        const auto ranks = static_cast<std::size_t>(size_);
        auto length = static_cast<std::int64_t>(mine.size());
        std::vector<std::int64_t> lengths(ranks);
        check(MPI_Allgather(&length, 1, MPI_INT64_T, lengths.data(), 1, MPI_INT64_T, MPI_COMM_WORLD), "MPI_Allgather");
        std::vector<std::vector<std::byte>> all;
        if (everywhere) {
            all.resize(ranks);
            for (std::size_t source = 0; source < ranks; ++source) {
                all[source].resize(static_cast<std::size_t>(lengths[source]));
                if (static_cast<int>(source) == rank_) {
                    std::copy(mine.begin(), mine.end(), all[source].begin());
                }
                in_pieces(all[source].size(), [&](std::size_t at, int count) {
                    check(MPI_Bcast(all[source].data() + at, count, MPI_BYTE, static_cast<int>(source), MPI_COMM_WORLD),
                          "MPI_Bcast");
                });
            }
        } else if (rank_ == 0) {
            all.resize(ranks);
            all[0].assign(mine.begin(), mine.end());
            for (std::size_t source = 1; source < ranks; ++source) {
                all[source].resize(static_cast<std::size_t>(lengths[source]));
                in_pieces(all[source].size(), [&](std::size_t at, int count) {
                    check(MPI_Recv(all[source].data() + at, count, MPI_BYTE, static_cast<int>(source), gather_tag,
                                   MPI_COMM_WORLD, MPI_STATUS_IGNORE),
                          "MPI_Recv");
                });
            }
        } else {
            in_pieces(mine.size(), [&](std::size_t at, int count) {
                check(MPI_Send(mine.data() + at, count, MPI_BYTE, 0, gather_tag, MPI_COMM_WORLD), "MPI_Send");
            });
        }
        return all;
    }

private:
    static constexpr int gather_tag = 1;

    template <class Piece>
    static void in_pieces(std::size_t size, Piece piece) {
        for (std::size_t at = 0; at < size; at += largest_message) {
            piece(at, static_cast<int>(std::min(largest_message, size - at)));
        }
    }

    /// Open MPI polls while it waits, and a polling rank takes a core from a rank that computes. So every collective
    /// first waits here until all ranks have come, asleep once the wait passes 1 ms; the collective itself is then
    /// short.
    void wait_for_all() const {
        using Clock = std::chrono::steady_clock;
        MPI_Request request = MPI_REQUEST_NULL;
        check(MPI_Ibarrier(MPI_COMM_WORLD, &request), "MPI_Ibarrier");
        const auto start = Clock::now();
        for (;;) {
            int done = 0;
            check(MPI_Test(&request, &done, MPI_STATUS_IGNORE), "MPI_Test");
            if (done != 0) {
                return;
            }
            if (Clock::now() - start > std::chrono::milliseconds{1}) {
                std::this_thread::sleep_for(std::chrono::microseconds{100});
            }
        }
    }

    void reduce(std::span<std::int64_t> values, MPI_Op operation) const {
        wait_for_all();
        constexpr std::size_t piece = largest_message / sizeof(std::int64_t);
        for (std::size_t at = 0; at < values.size(); at += piece) {
            const auto count = static_cast<int>(std::min(piece, values.size() - at));
            check(MPI_Allreduce(MPI_IN_PLACE, values.data() + at, count, MPI_INT64_T, operation, MPI_COMM_WORLD),
                  "MPI_Allreduce");
        }
    }

    int rank_ = 0;
    int size_ = 1;
    int rank_on_node_ = 0;
};

/// Open MPI 5 asks the kernel for routes between the ranks' addresses. On one machine with IPv6 it finds none, needs
/// none, and prints a line a rank. There it compares addresses instead, as Open MPI 4 does. The environment's own
/// choice stands.
void compare_addresses_on_one_machine() {
    const char* const here = std::getenv("OMPI_COMM_WORLD_LOCAL_SIZE");
    const char* const all = std::getenv("OMPI_COMM_WORLD_SIZE");
    if (here != nullptr && all != nullptr && std::string_view{here} == all) {
        setenv("OMPI_MCA_reachable", "weighted", 0);
    }
}

}  // namespace

Communicator Communicator::mpi() { return Communicator{std::make_shared<MpiBackend>()}; }

MpiScope::MpiScope(int& argc, char**& argv) {
    compare_addresses_on_one_machine();
    int provided = 0;
    if (MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS) {
        throw InputError(Problem{.what = "MPI_Init failed",
                                 .hint = "is this the mpirun of the MPI that the program was built with?"});
    }
    MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
}

MpiScope::~MpiScope() {
    if (std::uncaught_exceptions() > 0) {
        MPI_Abort(MPI_COMM_WORLD, static_cast<int>(ExitCode::bug));
    }
    MPI_Finalize();
}

void MpiScope::abort(int exit_code) {
    MPI_Abort(MPI_COMM_WORLD, exit_code);
    std::_Exit(exit_code);
}

std::string MpiScope::library_version() {
    char text[MPI_MAX_LIBRARY_VERSION_STRING];
    int length = 0;
    MPI_Get_library_version(text, &length);
    const std::string whole(text, static_cast<std::size_t>(length));
    return whole.substr(0, whole.find_first_of(",\n"));
}

bool launched_by_mpi() {
    const std::array launchers{"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK"};
    return std::ranges::any_of(launchers, [](const char* variable) { return std::getenv(variable) != nullptr; });
}

}  // namespace mlaasim::sim
