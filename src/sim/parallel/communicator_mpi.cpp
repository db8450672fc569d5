#include <mpi.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <exception>
#include <list>
#include <string_view>
#include <thread>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/parallel/communicator.hpp"
#include "sim/parallel/missing_ranks.hpp"
#include "sim/parallel/mpi_check.hpp"
#include "sim/parallel/node_memory.hpp"

namespace mlaasim::sim {
namespace {

// MPI counts are ints; longer messages travel in pieces.
constexpr std::size_t largest_message = std::size_t{1} << 30U;

// Tags of messages from rank to rank.
constexpr int gather_tag = 1;
constexpr int wait_tag = 2;

/// Carries the notes of waiting ranks.
class WaitMessages {
public:
    WaitMessages() = default;
    ~WaitMessages() {
        // In the end every rank has come, so what was sent to it has arrived.
        for (Sent& sent : sent_) {
            if (std::uncaught_exceptions() == 0) {
                MPI_Wait(&sent.request, MPI_STATUS_IGNORE);
            }
        }
    }
    WaitMessages(const WaitMessages&) = delete;
    WaitMessages& operator=(const WaitMessages&) = delete;

    /// Does not wait: the receiver may not be looking for messages.
    void send(int rank, const WaitNote& note) {
        std::erase_if(sent_, [](Sent& sent) {
            int done = 0;
            check_mpi(MPI_Test(&sent.request, &done, MPI_STATUS_IGNORE), "MPI_Test");
            return done != 0;
        });
        Sent& sent = sent_.emplace_back(Sent{.note = note, .request = MPI_REQUEST_NULL});
        check_mpi(MPI_Isend(&sent.note, sizeof sent.note, MPI_BYTE, rank, wait_tag, MPI_COMM_WORLD, &sent.request),
                  "MPI_Isend");
    }

    static std::optional<std::pair<int, WaitNote>> receive() {
        int arrived = 0;
        MPI_Status status;
        check_mpi(MPI_Iprobe(MPI_ANY_SOURCE, wait_tag, MPI_COMM_WORLD, &arrived, &status), "MPI_Iprobe");
        if (arrived == 0) {
            return std::nullopt;
        }
        WaitNote note;
        check_mpi(
            MPI_Recv(&note, sizeof note, MPI_BYTE, status.MPI_SOURCE, wait_tag, MPI_COMM_WORLD, MPI_STATUS_IGNORE),
            "MPI_Recv");
        return std::pair{status.MPI_SOURCE, note};
    }

private:
    struct Sent {
        WaitNote note;
        MPI_Request request;
    };
    std::list<Sent> sent_;  ///< whose memory MPI may still read
};

/// The names of all ranks' processes; long ones are cut.
std::vector<std::string> names_of_all(const std::string& mine, int ranks) {
    using Name = std::array<char, 128>;
    Name name{};
    mine.copy(name.data(), name.size() - 1);
    std::vector<Name> names(static_cast<std::size_t>(ranks));
    check_mpi(MPI_Allgather(name.data(), static_cast<int>(name.size()), MPI_CHAR, names.data(),
                            static_cast<int>(name.size()), MPI_CHAR, MPI_COMM_WORLD),
              "MPI_Allgather");
    std::vector<std::string> texts;
    std::ranges::transform(names, std::back_inserter(texts), [](const Name& text) { return text.data(); });
    return texts;
}

class MpiBackend final : public CommunicatorBackend {
public:
    explicit MpiBackend(WaitNotice notice) {
        check_mpi(MPI_Comm_rank(MPI_COMM_WORLD, &rank_), "MPI_Comm_rank");
        check_mpi(MPI_Comm_size(MPI_COMM_WORLD, &size_), "MPI_Comm_size");
        memory_ = std::make_unique<NodeMemory>(rank_);
        std::vector<std::string> names = names_of_all(notice.process, size_);
        const WaitPost post{.send = [this](int rank, const WaitNote& note) { messages_.send(rank, note); },
                            .receive = &WaitMessages::receive};
        missing_ = std::make_unique<MissingRanks>(rank_, std::move(names), std::move(notice), post);
    }
    [[nodiscard]] int rank() const override { return rank_; }
    [[nodiscard]] int size() const override { return size_; }
    [[nodiscard]] int rank_on_node() const override { return memory_->rank_on_node(); }
    [[nodiscard]] int ranks_on_node() const override { return memory_->ranks_on_node(); }

    void barrier() override { wait_for_all(); }

    void broadcast(std::span<std::byte> bytes) override {
        wait_for_all();
        missing_->enter();
        broadcast_from(0, bytes);
    }
    void sum(std::span<std::int64_t> values) override { reduce(values, MPI_SUM); }
    void maximum(std::span<std::int64_t> values) override { reduce(values, MPI_MAX); }

    std::vector<std::vector<std::byte>> gather(std::span<const std::byte> mine, bool everywhere) override {
        wait_for_all();
        missing_->enter();
        const auto ranks = static_cast<std::size_t>(size_);
        auto length = static_cast<std::int64_t>(mine.size());
        std::vector<std::int64_t> lengths(ranks);
        finish([&](MPI_Request* request) {
            return MPI_Iallgather(&length, 1, MPI_INT64_T, lengths.data(), 1, MPI_INT64_T, MPI_COMM_WORLD, request);
        });
        std::vector<std::vector<std::byte>> all(everywhere || rank_ == 0 ? ranks : 0);
        for (std::size_t source = 0; source < all.size(); ++source) {
            all[source].resize(static_cast<std::size_t>(lengths[source]));
            if (static_cast<int>(source) == rank_) {
                std::copy(mine.begin(), mine.end(), all[source].begin());
            }
            if (everywhere) {
                broadcast_from(static_cast<int>(source), all[source]);
            } else if (source != 0) {
                in_pieces(all[source].size(), [&](std::size_t at, int count, MPI_Request* request) {
                    return MPI_Irecv(all[source].data() + at, count, MPI_BYTE, static_cast<int>(source), gather_tag,
                                     MPI_COMM_WORLD, request);
                });
            }
        }
        if (!everywhere && rank_ != 0) {
            in_pieces(mine.size(), [&](std::size_t at, int count, MPI_Request* request) {
                return MPI_Isend(mine.data() + at, count, MPI_BYTE, 0, gather_tag, MPI_COMM_WORLD, request);
            });
        }
        return all;
    }

    NodeBoard& board() override { return memory_->board(); }

private:
    using Clock = std::chrono::steady_clock;

    void broadcast_from(int source, std::span<std::byte> bytes) {
        in_pieces(bytes.size(), [&](std::size_t at, int count, MPI_Request* request) {
            return MPI_Ibcast(bytes.data() + at, count, MPI_BYTE, source, MPI_COMM_WORLD, request);
        });
    }

    template <class Start>
    void in_pieces(std::size_t size, Start start) {
        for (std::size_t at = 0; at < size; at += largest_message) {
            const auto count = static_cast<int>(std::min(largest_message, size - at));
            finish([&](MPI_Request* request) { return start(at, count, request); });
        }
    }

    /// Starts a transfer and waits for its end, as MPI's blocking calls do, but looking for ranks that are missing. A
    /// second is long for a piece: the other end may be gone, and who waits for it leaves the core to others.
    template <class Start>
    void finish(Start start) {
        MPI_Request request = MPI_REQUEST_NULL;
        check_mpi(start(&request), "MPI");
        const auto since = Clock::now();
        while (!is_done(request)) {
            const auto so_far = Clock::now() - since;
            missing_->wait(so_far, step());
            if (so_far > std::chrono::seconds{1}) {
                std::this_thread::sleep_for(std::chrono::microseconds{100});
            }
        }
    }

    static bool is_done(MPI_Request& request) {
        int done = 0;
        check_mpi(MPI_Test(&request, &done, MPI_STATUS_IGNORE), "MPI_Test");
        return done != 0;
    }

    /// Open MPI polls while it waits, and a polling rank takes a core from a rank that computes. So every collective
    /// first waits here until all ranks have come, asleep once the wait passes 1 ms; the collective itself is then
    /// short.
    void wait_for_all() {
        missing_->enter();
        MPI_Request request = MPI_REQUEST_NULL;
        check_mpi(MPI_Ibarrier(MPI_COMM_WORLD, &request), "MPI_Ibarrier");
        const auto since = Clock::now();
        while (!is_done(request)) {
            const auto so_far = Clock::now() - since;
            if (so_far > std::chrono::milliseconds{1}) {
                missing_->wait(so_far, step());
                std::this_thread::sleep_for(std::chrono::microseconds{100});
            }
        }
    }

    void reduce(std::span<std::int64_t> values, MPI_Op operation) {
        wait_for_all();
        missing_->enter();
        for (std::size_t at = 0; at < values.size(); at += numbers_summed_at_once) {
            const auto part = values.subspan(at, std::min(numbers_summed_at_once, values.size() - at));
            addends_.assign(part.begin(), part.end());
            finish([&](MPI_Request* request) {
                return MPI_Iallreduce(addends_.data(), part.data(), static_cast<int>(part.size()), MPI_INT64_T,
                                      operation, MPI_COMM_WORLD, request);
            });
        }
    }

    int rank_ = 0;
    int size_ = 1;
    std::unique_ptr<NodeMemory> memory_;
    std::vector<std::int64_t> addends_;
    WaitMessages messages_;
    std::unique_ptr<MissingRanks> missing_;
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

Communicator Communicator::mpi(WaitNotice notice) {
    return Communicator{std::make_shared<MpiBackend>(std::move(notice))};
}

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
    // Where memory is short, MPI may hang here too. The launcher ends all ranks when this one has gone.
    std::signal(SIGALRM, [](int) { std::_Exit(static_cast<int>(ExitCode::input)); });
    constexpr unsigned seconds = 10;
    ::alarm(seconds);
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

namespace {

const char* first_set(std::span<const char* const> variables) {
    for (const char* const variable : variables) {
        if (const char* const value = std::getenv(variable); value != nullptr) {
            return value;
        }
    }
    return nullptr;
}

}  // namespace

bool launched_by_mpi() {
    constexpr std::array launchers{"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK"};
    return first_set(launchers) != nullptr;
}

std::optional<int> launched_rank() {
    constexpr std::array launchers{"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"};
    const std::string_view text = [&] {
        const char* const value = first_set(launchers);
        return std::string_view{value == nullptr ? "" : value};
    }();
    int rank = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), rank);
    return error == std::errc{} && end != text.data() ? std::optional{rank} : std::nullopt;
}

}  // namespace mlaasim::sim
