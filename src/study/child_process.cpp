#include "study/child_process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <string_view>
#include <thread>
#include <utility>

#include "sim/core/durable_files.hpp"

namespace mlaasim::study {
namespace {

/// Begins of the variables by which a launcher tells a process that it is a rank. OMPI_MCA_btl_* and the like are the
/// user's settings and stay.
constexpr std::array launcher_variables{"OMPI_COMM_WORLD_",
                                        "OMPI_UNIVERSE_SIZE=",
                                        "OMPI_APP_CTX_",
                                        "OMPI_ARGV=",
                                        "OMPI_COMMAND=",
                                        "OMPI_FILE_LOCATION=",
                                        "OMPI_FIRST_RANKS=",
                                        "OMPI_NUM_",
                                        "OMPI_MCA_orte_",
                                        "OMPI_MCA_ess_",
                                        "OMPI_MCA_pmix",
                                        "OMPI_MCA_initial_wdir=",
                                        "OMPI_MCA_shmem_",
                                        "PMIX_",
                                        "PMI_",
                                        "PMI2_",
                                        "ORTE_"};

bool of_launcher(std::string_view variable) {
    return std::any_of(launcher_variables.begin(), launcher_variables.end(),
                       [&](const char* begin) { return variable.starts_with(begin); });
}

std::vector<std::string> environment_of(const ChildCommand& command) {
    std::vector<std::string> variables;
    const auto replaced = [&](std::string_view variable) {
        const std::string_view name = variable.substr(0, variable.find('=') + 1);
        return std::any_of(command.environment.begin(), command.environment.end(),
                           [&](const std::string& other) { return other.starts_with(name); });
    };
    for (char** variable = environ; *variable != nullptr; ++variable) {
        if (!of_launcher(*variable) && !replaced(*variable)) {
            variables.emplace_back(*variable);
        }
    }
    variables.insert(variables.end(), command.environment.begin(), command.environment.end());
    return variables;
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (std::string& text : texts) {
        pointers.push_back(text.data());
    }
    pointers.push_back(nullptr);
    return pointers;
}

/// Starts the command with both of its output streams on `output`.
pid_t start(const ChildCommand& command, int output) {
    // Made before the fork: memory must not be allocated between fork and exec, where other threads may hold its lock.
    std::vector<std::string> words = command.words;
    std::vector<std::string> variables = environment_of(command);
    std::vector<char*> argv = pointers_to(words);
    std::vector<char*> envp = pointers_to(variables);
    const pid_t parent = ::getpid();
    const pid_t child = ::fork();
    if (child < 0) {
        sim::throw_system_error(command.words.front(), "start the program", errno);
    }
    if (child > 0) {
        return child;
    }
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    const int input = ::open("/dev/null", O_RDONLY);
    if (::getppid() == parent && input >= 0 && ::dup2(input, STDIN_FILENO) >= 0 && ::dup2(output, STDOUT_FILENO) >= 0 &&
        ::dup2(output, STDERR_FILENO) >= 0) {
        ::execvpe(argv.front(), argv.data(), envp.data());
    }
    ::_exit(127);
}

int exit_code_of(int status) { return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status); }

pid_t wait_for(pid_t id, int& status, int options) {
    pid_t waited = 0;
    do {
        waited = ::waitpid(id, &status, options);
    } while (waited < 0 && errno == EINTR);
    return waited;
}

/// The two ends of a pipe, closed at the end of the scope.
class Pipe {
public:
    explicit Pipe(const std::string& program) {
        if (::pipe2(ends_.data(), O_CLOEXEC) != 0) {
            sim::throw_system_error(program, "start the program", errno);
        }
    }
    ~Pipe() {
        ::close(reading());
        close_writing();
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

    [[nodiscard]] int reading() const { return ends_[0]; }
    [[nodiscard]] int writing() const { return ends_[1]; }
    void close_writing() {
        if (ends_[1] >= 0) {
            ::close(std::exchange(ends_[1], -1));
        }
    }

private:
    std::array<int, 2> ends_{-1, -1};
};

using Moment = std::chrono::steady_clock::time_point;

/// Waits until there is something to read, or the other end is closed. False when the moment passes first.
bool readable(int descriptor, std::optional<Moment> end) {
    pollfd waiting{.fd = descriptor, .events = POLLIN, .revents = 0};
    while (true) {
        const auto left =
            end ? std::chrono::ceil<std::chrono::milliseconds>(*end - std::chrono::steady_clock::now()).count() : -1;
        if (end && left <= 0) {
            return false;
        }
        constexpr std::int64_t most = 1'000'000;
        if (::poll(&waiting, 1, static_cast<int>(std::min<std::int64_t>(left, most))) > 0) {
            return true;
        }
    }
}

/// A program may close its streams before it ends.
bool ends_by(ChildProcess& child, std::optional<Moment> end) {
    while (end && !child.ended()) {
        if (std::chrono::steady_clock::now() > *end) {
            return false;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{2});
    }
    return true;
}

/// Nothing when the program has not ended by the moment.
std::optional<ChildOutput> output_until(ChildCommand command, std::optional<Moment> end) {
    Pipe pipe{command.words.front()};
    // The child opens the pipe's writing end by its name, as it would a log.
    command.log = "/proc/self/fd/" + std::to_string(pipe.writing());
    ChildProcess child{command};
    pipe.close_writing();
    ChildOutput output;
    std::array<char, 4096> block{};
    while (readable(pipe.reading(), end)) {
        const ssize_t size = ::read(pipe.reading(), block.data(), block.size());
        if (size == 0) {
            return ends_by(child, end) ? std::optional{ChildOutput{child.wait(), std::move(output.text)}}
                                       : std::nullopt;
        }
        if (size > 0) {
            output.text.append(block.data(), static_cast<std::size_t>(size));
        } else if (errno != EINTR) {
            sim::throw_system_error(command.words.front(), "read what the program prints", errno);
        }
    }
    return std::nullopt;
}

}  // namespace

ChildProcess::ChildProcess(const ChildCommand& command) {
    const std::filesystem::path log = command.log.empty() ? std::filesystem::path{"/dev/null"} : command.log;
    const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (output < 0) {
        sim::throw_system_error(log, "write the log", errno);
    }
    try {
        id_ = start(command, output);
    } catch (...) {
        ::close(output);
        throw;
    }
    ::close(output);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : id_{std::exchange(other.id_, -1)}, exit_code_{other.exit_code_} {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
    if (this != &other) {
        kill_and_wait();
        id_ = std::exchange(other.id_, -1);
        exit_code_ = other.exit_code_;
    }
    return *this;
}

ChildProcess::~ChildProcess() { kill_and_wait(); }

std::optional<int> ChildProcess::ended() {
    int status = 0;
    if (!exit_code_ && wait_for(id_, status, WNOHANG) == id_) {
        exit_code_ = exit_code_of(status);
    }
    return exit_code_;
}

int ChildProcess::wait() {
    if (!exit_code_) {
        int status = 0;
        if (wait_for(id_, status, 0) != id_) {
            sim::throw_system_error("process " + std::to_string(id_), "wait for it", errno);
        }
        exit_code_ = exit_code_of(status);
    }
    return *exit_code_;
}

void ChildProcess::signal(int number) {
    if (!ended()) {
        ::kill(id_, number);
    }
}

void ChildProcess::kill_and_wait() noexcept {
    if (id_ > 0 && !exit_code_) {
        ::kill(id_, SIGKILL);
        int status = 0;
        wait_for(id_, status, 0);
    }
}

ChildOutput output_of(ChildCommand command) { return *output_until(std::move(command), std::nullopt); }

std::optional<ChildOutput> output_within(ChildCommand command, std::chrono::milliseconds limit) {
    return output_until(std::move(command), std::chrono::steady_clock::now() + limit);
}

}  // namespace mlaasim::study
