#include "study/child_process.hpp"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <string_view>
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

ChildOutput output_of(ChildCommand command) {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        sim::throw_system_error(command.words.front(), "start the program", errno);
    }
    // The child opens the pipe's writing end by its name, as it would a log.
    command.log = "/proc/self/fd/" + std::to_string(ends[1]);
    ChildOutput output;
    try {
        ChildProcess child{command};
        ::close(std::exchange(ends[1], -1));
        std::array<char, 4096> block{};
        for (ssize_t size = 0; (size = ::read(ends[0], block.data(), block.size())) != 0;) {
            if (size > 0) {
                output.text.append(block.data(), static_cast<std::size_t>(size));
            } else if (errno != EINTR) {
                sim::throw_system_error(command.words.front(), "read what the program prints", errno);
            }
        }
        output.exit_code = child.wait();
    } catch (...) {
        ::close(ends[0]);
        if (ends[1] >= 0) {
            ::close(ends[1]);
        }
        throw;
    }
    ::close(ends[0]);
    return output;
}

}  // namespace mlaasim::study
