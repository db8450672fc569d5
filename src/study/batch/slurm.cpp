#include "study/batch/slurm.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <sstream>
#include <string_view>

#include "study/child_process.hpp"

namespace mlaasim::study {
namespace {

template <class T>
std::optional<T> number_in(std::string_view text) {
    T number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size() ? std::optional{number} : std::nullopt;
}

std::chrono::seconds patience() {
    const char* const set = std::getenv("MLAASIM_SLURM_TIMEOUT");
    if (set == nullptr || *set == '\0') {
        return std::chrono::minutes{1};
    }
    const std::optional<int> seconds = number_in<int>(set);
    constexpr int most = 100'000;
    if (!seconds || *seconds < 1 || *seconds > most) {
        throw sim::InputError({.what = fmt::format("MLAASIM_SLURM_TIMEOUT is {}", set),
                               .expected = "a whole number of seconds from 1 to 100,000"});
    }
    return std::chrono::seconds{*seconds};
}

/// Everything on one line.
std::string one_line(const std::string& text) {
    std::istringstream lines{text};
    std::string line;
    for (std::string next; std::getline(lines, next);) {
        line += (line.empty() || next.empty() ? "" : " ") + next;
    }
    return line;
}

/// What the program says. Throws InputError unless it ends well.
std::string answer_of(const ChildCommand& command) {
    const std::string& program = command.words.front();
    const std::chrono::seconds limit = patience();
    const std::optional<ChildOutput> output = output_within(command, limit);
    if (!output) {
        throw NoAnswer({.what = fmt::format("{} has not answered within {} s", program, limit.count()),
                        .expected = "an answer of Slurm",
                        .hint = "give the same command again later; MLAASIM_SLURM_TIMEOUT=SECONDS gives it more time"});
    }
    constexpr int no_such_program = 127;
    if (output->exit_code == no_such_program && output->text.empty()) {
        throw sim::InputError({.what = fmt::format("there is no program {} here", program),
                               .expected = "Slurm's programs in PATH",
                               .hint = "log in to a machine of the cluster; mlaasim run and mlaasim sweep need no "
                                       "batch system"});
    }
    if (output->exit_code != 0) {
        throw sim::InputError({.what = fmt::format("{} ended with exit code {}: {}", program, output->exit_code,
                                                   one_line(output->text))});
    }
    return output->text;
}

std::vector<std::string> cells_of(const std::string& line) {
    std::vector<std::string> cells;
    std::istringstream rest{line};
    for (std::string cell; std::getline(rest, cell, '|');) {
        cells.push_back(cell);
    }
    return cells;
}

}  // namespace

std::string submit_script(const std::filesystem::path& script) {
    const std::string answer = answer_of({.words = {"sbatch", "--parsable", script.string()}});
    // "12", or "12;cluster"; a site may print lines of its own before it.
    std::string last;
    std::istringstream lines{answer};
    for (std::string line; std::getline(lines, line);) {
        last = line.empty() ? last : line;
    }
    std::string id = last.substr(0, last.find(';'));
    if (!number_in<std::int64_t>(id)) {
        throw sim::InputError({.what = "sbatch has printed no number of a job: " + one_line(answer),
                               .expected = "the job's number, which sbatch --parsable prints"});
    }
    return id;
}

std::int64_t max_array_size() {
    std::istringstream lines{answer_of({.words = {"scontrol", "show", "config"}})};
    for (std::string line; std::getline(lines, line);) {
        std::istringstream words{line};
        std::string key;
        std::string equals;
        std::string value;
        if (words >> key >> equals >> value && key == "MaxArraySize") {
            return number_in<std::int64_t>(value).value_or(usual_array_size);
        }
    }
    return usual_array_size;
}

bool SlurmJob::ended() const {
    constexpr std::array lasting{"PENDING",      "RUNNING",     "CONFIGURING",   "COMPLETING",  "SUSPENDED",
                                 "REQUEUED",     "RESIZING",    "SIGNALING",     "STAGE_OUT",   "STOPPED",
                                 "REQUEUE_HOLD", "REQUEUE_FED", "RESV_DEL_HOLD", "SPECIAL_EXIT"};
    return std::ranges::none_of(lasting, [&](const char* word) { return state == word; });
}

std::vector<SlurmJob> jobs_in_queue(const std::vector<std::string>& names) {
    std::istringstream lines{
        answer_of({.words = {"squeue", "--noheader", "--array", "--states=all",
                             fmt::format("--name={}", fmt::join(names, ",")), "--format=%i|%j|%T|%r|%M|%l|%N"}})};
    std::vector<SlurmJob> jobs;
    for (std::string line; std::getline(lines, line);) {
        std::vector<std::string> cells = cells_of(line + "|");
        if (cells.size() >= 6) {
            cells.resize(7);
            jobs.push_back({cells[0], cells[1], cells[2], cells[3], cells[4], cells[5], cells[6]});
        }
    }
    return jobs;
}

std::vector<SlurmJob> jobs_in_accounting(const std::vector<std::string>& names, const std::string& since) {
    std::istringstream lines{
        answer_of({.words = {"sacct", "--noheader", "--parsable2", "--allocations", "--starttime=" + since,
                             fmt::format("--name={}", fmt::join(names, ",")),
                             "--format=JobID,JobName,State,ExitCode,Elapsed,Timelimit,NodeList"}})};
    std::vector<SlurmJob> jobs;
    for (std::string line; std::getline(lines, line);) {
        std::vector<std::string> cells = cells_of(line + "|");
        if (cells.size() >= 5) {
            cells.resize(7);
            // "CANCELLED by 1000"
            const std::string state = cells[2].substr(0, cells[2].find(' '));
            jobs.push_back({cells[0], cells[1], state, "exit code " + cells[3], cells[4], cells[5], cells[6]});
        }
    }
    return jobs;
}

}  // namespace mlaasim::study
