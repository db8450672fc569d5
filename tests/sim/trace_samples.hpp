// What the tests of the trace share: folders, processes, and a run whose every round is a function of its number.
#pragma once

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>

#include "sim/storage/trace_file.hpp"

namespace mlaasim::sim::testing {

/// A folder of its own, gone at the end of the test.
class TraceFolder {
public:
    TraceFolder() {
        static std::atomic<int> counter{0};
        path_ = std::filesystem::temp_directory_path() /
                ("mlaasim-trace-" + std::to_string(::getpid()) + "-" + std::to_string(counter++));
        std::filesystem::remove_all(path_);
        std::filesystem::create_directories(path_);
    }
    ~TraceFolder() { std::filesystem::remove_all(path_); }
    TraceFolder(const TraceFolder&) = delete;
    TraceFolder& operator=(const TraceFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    [[nodiscard]] std::filesystem::path trace() const { return path_ / "trace.h5"; }

private:
    std::filesystem::path path_;
};

/// Runs `work` in a child process; its result is the exit status, an exception is 99. Returns what waitpid reports.
inline pid_t start_child(const std::function<int()>& work) {
    const pid_t child = ::fork();
    if (child == 0) {
        int status = 99;
        try {
            status = work();
        } catch (const std::exception& error) {
            std::fprintf(stderr, "child: %s\n", error.what());
        }
        ::_exit(status);
    }
    return child;
}

inline int wait_for(pid_t child) {
    int status = -1;
    return ::waitpid(child, &status, 0) == child ? status : -1;
}

inline bool exited_with(int status, int code) { return WIFEXITED(status) && WEXITSTATUS(status) == code; }

inline std::string content(const std::filesystem::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
}

inline TraceHeader sample_header() {
    return {.program_version = "1.2.3",
            .git_commit = "0123abc",
            .scenario_yaml = "name: café\nrounds: 5\n",
            .scenario_digest = "d1",
            .data = "mnist SHA-256 00ff",
            .seed = 0xFFFFFFFFFFFFFFFF,
            .instruction_set = "avx2",
            .library_versions = "HDF5 1.10"};
}

inline RowBuffer rows_of_round(std::uint32_t round) {
    RowBuffer rows;
    rows.append(RoundRecord{.round = round, .members = 3, .accuracy = 0.1 * round, .latency_ms = 1.0 / 3, .bytes = -1});
    for (std::uint32_t service = 0; service < 20 + round; ++service) {
        rows.append(ServiceRecord{
            .round = round, .service = service, .role = "member", .status = "trained", .train_loss = 1.0 / service});
        rows.append(AssessmentRecord{.round = round, .service = service, .score = 0.5 * service});
    }
    rows.append(ClientRecord{.round = round, .client = 7, .f1 = 0.25});
    rows.append(DriftRecord{.round = round, .target = "client", .id = 7, .entry = 2, .strength = -0.5});
    if (round % 2 == 0) {
        rows.append(CandidateRecord{.round = round, .service = 9, .reason = "quality, too low"});
        rows.append(RuleRecord{.round = round, .service = 9, .confidence = 0.8, .composable = 1});
        rows.append(BanditRecord{.round = round, .selection = 1, .service = 9, .expected = 0.3});
        rows.append(TtaRecord{.round = round, .technique = "tent", .wdm = 0.125, .outcome = "kept"});
    }
    rows.append(EventRecord{.round = round, .kind = "drift", .subject = "client", .id = 7, .value = 0.75});
    rows.append(TimingRecord{.round = round, .phase = "train", .seconds = 0.001});
    return rows;
}

inline std::array<std::uint32_t, 4> services_that_change(std::uint32_t round) {
    return {100 - round, 5U, round % 4, 3 * round};
}

/// A history that grows, a matrix, an array that comes and goes, and the states of the services that change in this
/// round: known ones and new ones; some lose theirs.
inline Checkpoint checkpoint_of_round(std::uint32_t round) {
    Checkpoint checkpoint;
    checkpoint.round = Round{round};
    checkpoint.put("global_model", std::vector<float>(300, 0.5F * static_cast<float>(round)));
    checkpoint.put("bandit/A", std::vector<double>{1, 2, 3, 4, 5, static_cast<double>(round)}, {2, 3});
    checkpoint.put("assessment/history", std::vector<std::int64_t>(200 * round, round));
    if (round % 3 == 0) {
        checkpoint.put("sometimes", std::vector<std::uint8_t>{1, 2, 3});
    }
    for (const std::uint32_t service : services_that_change(round)) {
        checkpoint.service_state[ServiceId{service}] =
            std::vector<float>(50, static_cast<float>(round * 1000 + service));
    }
    for (std::uint32_t earlier = 1; earlier <= round; ++earlier) {
        for (const std::uint32_t service : services_that_change(earlier)) {
            // Those numbered from above lose their state after two rounds, and others take their place.
            if (service < 50 || earlier + 1 >= round) {
                checkpoint.stateful.insert(ServiceId{service});
            }
        }
    }
    return checkpoint;
}

/// Commits the rounds (from, to]; the last one is in place then.
inline void play(TraceFile& trace, std::uint32_t from, std::uint32_t to) {
    for (std::uint32_t round = from + 1; round <= to; ++round) {
        trace.begin_commit(rows_of_round(round), checkpoint_of_round(round));
    }
    trace.settle();
}

/// The last round that the trace holds, 0 before the first.
inline std::uint32_t last_round(const std::filesystem::path& trace) {
    const auto checkpoint = read_checkpoint(trace);
    return checkpoint ? checkpoint->round.value() : 0;
}

inline void resume_and_play(const std::filesystem::path& folder, std::uint32_t to) {
    TraceFile trace = TraceFile::resume(folder);
    play(trace, last_round(folder / "trace.h5"), to);
}

using Digests = std::vector<std::pair<std::string, std::string>>;

/// The digests of a run of `rounds` rounds that nothing disturbed.
inline Digests undisturbed(std::uint32_t rounds) {
    const TraceFolder folder;
    TraceFile trace = TraceFile::create(folder.path(), sample_header());
    play(trace, 0, rounds);
    return digests(folder.trace());
}

}  // namespace mlaasim::sim::testing
