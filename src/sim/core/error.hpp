// The two families of errors: the outside world is wrong (InputError), or the program is (ContractViolation).
#pragma once

#include <source_location>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mlaasim::sim {

/// One thing that is wrong with an input or with the environment, told so that the reader can fix it.
struct Problem {
    std::string file{};      ///< path, or "--set key=value"; empty when there is none
    int line = 0;            ///< 1-based; 0 when the problem has no line
    std::string what;        ///< what is wrong, e.g. "training.learning_rate is -0.1"
    std::string expected{};  ///< what would have been right, e.g. "a number > 0"
    std::string hint{};      ///< the likely fix; may be empty
    /// Dotted path of the option, below the options that were checked; for whoever knows the document. May be empty.
    std::string path{};

    /// "file:line: what (expected ...). Hint: ..." on one line, with what is not printable escaped.
    [[nodiscard]] std::string message() const;
};

/// A scenario, data file, output folder or trace that can't be used as it is.
class InputError : public std::runtime_error {
public:
    explicit InputError(Problem problem);
    explicit InputError(std::vector<Problem> problems);

    [[nodiscard]] const std::vector<Problem>& problems() const { return problems_; }

private:
    std::vector<Problem> problems_;
};

/// Runs a step that checks the options at `path`; the findings it throws get paths from the scenario's root.
template <class Step>
auto below(const std::string& path, Step step) {
    try {
        return step();
    } catch (const InputError& error) {
        std::vector<Problem> problems = error.problems();
        for (Problem& problem : problems) {
            problem.path = path + (path.empty() || problem.path.empty() ? "" : ".") + problem.path;
        }
        throw InputError(std::move(problems));
    }
}

/// A broken precondition or invariant: a bug of this program, never of its input.
class ContractViolation : public std::logic_error {
public:
    ContractViolation(std::string_view condition, std::string_view why, std::source_location where);
};

/// Throws ContractViolation unless `holds`.
inline void expects(bool holds, std::string_view why, std::source_location where = std::source_location::current()) {
    if (!holds) {
        throw ContractViolation("precondition", why, where);
    }
}

/// Exit codes of the program, the same on every rank (documented in docs/command-line.md).
enum class ExitCode : int {
    success = 0,
    bug = 1,            ///< ContractViolation or an unexpected exception
    input = 2,          ///< InputError: the message says what to fix
    points_failed = 3,  ///< of a study; the others were played
    runs_differ = 4,    ///< of `diff`; not 1, as of diff(1), because that is a bug of the program
    stopped = 75,       ///< by a signal or --max-time; committed, continue with --resume
};

/// The nearest of `known` to `word` by edit distance, or empty when none is near.
[[nodiscard]] std::string nearest(std::string_view word, const std::vector<std::string>& known);

}  // namespace mlaasim::sim
