// Programs run as a user runs them: started, watched, signalled, waited for, their output kept.
#pragma once

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <ostream>
#include <string>
#include <thread>
#include <vector>

#include "sim/data/temporary_folder.hpp"
#include "support/processes.hpp"

namespace mlaasim::testing {

using namespace std::chrono_literals;
using Arguments = std::vector<std::string>;
using Duration = std::chrono::steady_clock::duration;
using sim::testing::TemporaryFolder;

/// Against hangs only: far above what any run of these tests takes, even on a loaded machine.
inline constexpr Duration patience = 100s;

/// How much longer than in a release build everything may take: MLAASIM_TEST_SLOWNESS, set where sanitizers run.
inline int slowness() {
    const char* const factor = std::getenv("MLAASIM_TEST_SLOWNESS");
    return factor != nullptr ? std::atoi(factor) : 1;
}

/// Polls until `holds` or until time is up; true when it holds.
template <class Condition>
bool eventually(Condition holds, Duration limit = patience) {
    limit *= slowness();
    const auto end = std::chrono::steady_clock::now() + limit;
    while (!holds()) {
        if (std::chrono::steady_clock::now() > end) {
            return false;
        }
        std::this_thread::sleep_for(2ms);
    }
    return true;
}

/// How a program ended.
struct Outcome {
    int exit_code = -1;  ///< 128 + signal when a signal ended it, as a shell says; -1 when it hung and was killed
    std::string output;
    std::string errors;

    [[nodiscard]] std::string all() const { return output + errors; }
    friend std::ostream& operator<<(std::ostream& stream, const Outcome& outcome) {
        return stream << "exit code " << outcome.exit_code << '\n' << outcome.output << outcome.errors;
    }
};

/// A started program. It and its descendants are killed at the latest when this object goes.
class Program {
public:
    /// `environment`: further variables, "NAME=value".
    explicit Program(const Arguments& command, const Arguments& environment = {}) {
        Arguments variables = usual_environment();
        variables.push_back(mark());
        variables.insert(variables.end(), environment.begin(), environment.end());
        id_ = ::fork();
        if (id_ == 0) {
            become(command, variables);
        }
    }
    ~Program() { end(); }
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    [[nodiscard]] pid_t id() const { return id_; }
    [[nodiscard]] std::string output() const { return text_of(folder_ / "output"); }
    [[nodiscard]] std::string errors() const { return text_of(folder_ / "errors"); }
    /// The program and its descendants as far as they live.
    [[nodiscard]] std::vector<Process> processes() const { return processes_with(mark()); }

    [[nodiscard]] bool running() {
        int status = 0;
        if (!status_ && ::waitpid(id_, &status, WNOHANG) == id_) {
            status_ = status;
        }
        return !status_;
    }
    void signal(int number) {
        if (running()) {
            ::kill(id_, number);
        }
    }
    /// Waits until the program has printed `text`; false when it ends without.
    [[nodiscard]] bool prints(const std::string& text) {
        const auto printed = [&] { return output().find(text) != std::string::npos; };
        return eventually([&] { return printed() || !running(); }) && printed();
    }
    Outcome wait(Duration limit = patience) {
        int code = -1;
        if (eventually([&] { return !running(); }, limit)) {
            code = WIFSIGNALED(*status_) ? 128 + WTERMSIG(*status_) : WEXITSTATUS(*status_);
        } else {
            ADD_FAILURE() << "the program hangs";
            end();
        }
        return {.exit_code = code, .output = output(), .errors = errors()};
    }

private:
    /// Nothing of the user's, neither data nor cache; and a killed mpirun leaves nothing in shared places.
    static Arguments usual_environment() {
        static const TemporaryFolder shared;
        return {"MLAASIM_DATA=",
                "MLAASIM_CACHE=" + (shared / "cache").string(),
                "TMPDIR=" + shared.path().string(),
                "OMPI_MCA_btl_vader_backing_directory=" + shared.path().string(),
                "OMPI_MCA_btl_vader_single_copy_mechanism=none",
                "OMPI_ALLOW_RUN_AS_ROOT=1",
                "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1"};
    }

    [[noreturn]] void become(const Arguments& command, const Arguments& variables) const {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        redirect(STDIN_FILENO, "/dev/null", O_RDONLY);
        redirect(STDOUT_FILENO, folder_ / "output", O_WRONLY | O_CREAT | O_APPEND);
        redirect(STDERR_FILENO, folder_ / "errors", O_WRONLY | O_CREAT | O_APPEND);
        for (const std::string& variable : variables) {
            const auto equals = variable.find('=');
            ::setenv(variable.substr(0, equals).c_str(), variable.substr(equals + 1).c_str(), 1);
        }
        std::vector<char*> argv;
        for (const std::string& argument : command) {
            argv.push_back(const_cast<char*>(argument.c_str()));
        }
        argv.push_back(nullptr);
        ::execvp(argv[0], argv.data());
        ::_exit(127);
    }

    static void redirect(int descriptor, const std::filesystem::path& file, int flags) {
        const int opened = ::open(file.c_str(), flags, 0644);
        ::dup2(opened, descriptor);
        ::close(opened);
    }

    [[nodiscard]] std::string mark() const { return "MLAASIM_TEST=" + folder_.path().string(); }

    void end() {
        for (const Process& process : processes()) {
            ::kill(process.id, SIGKILL);
        }
        if (running()) {
            ::kill(id_, SIGKILL);
            int status = 0;
            ::waitpid(id_, &status, 0);
            status_ = status;
        }
    }

    TemporaryFolder folder_;
    pid_t id_ = -1;
    std::optional<int> status_;
};

/// Runs a program to its end.
inline Outcome run(const Arguments& command, const Arguments& environment = {}) {
    return Program{command, environment}.wait();
}

}  // namespace mlaasim::testing
