// Programs that a study starts: runs, and the tools of a batch system.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mlaasim::study {

struct ChildCommand {
    std::vector<std::string> words;  ///< the program, looked up in PATH unless it has a slash, and its arguments
    std::filesystem::path log{};     ///< what it prints is added to this file; nowhere when empty
    std::vector<std::string> environment{};  ///< further variables, "NAME=value"
};

/// A started program. It is killed when this object goes, and by the system when the thread that started it dies: an
/// orphan would hold its output folder. It does not see the variables of an MPI launcher, because a second start of MPI
/// inside a rank fails.
class ChildProcess {
public:
    /// Throws InputError when the log can't be opened, or when no process can be started. A program that does not exist
    /// ends with exit code 127.
    explicit ChildProcess(const ChildCommand& command);
    ChildProcess(ChildProcess&& other) noexcept;
    ChildProcess& operator=(ChildProcess&& other) noexcept;
    ~ChildProcess();

    [[nodiscard]] pid_t id() const { return id_; }
    /// Its exit code once it has ended, without waiting for it; 128 + signal when a signal ended it, as a shell says.
    [[nodiscard]] std::optional<int> ended();
    /// Waits for its end.
    int wait();
    /// Does nothing when it has ended.
    void signal(int number);

private:
    void kill_and_wait() noexcept;

    pid_t id_ = -1;  ///< -1: moved from
    std::optional<int> exit_code_;
};

/// What a program printed, both streams, and how it ended.
struct ChildOutput {
    int exit_code = 0;
    std::string text;
};

/// Runs a program to its end. Its log is not used.
[[nodiscard]] ChildOutput output_of(ChildCommand command);
/// The same, for a program that may hang: nothing when it has not ended by then, and is killed.
[[nodiscard]] std::optional<ChildOutput> output_within(ChildCommand command, std::chrono::milliseconds limit);

}  // namespace mlaasim::study
