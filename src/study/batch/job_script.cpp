#include "study/batch/job_script.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <map>
#include <string_view>

#include "sim/core/duration.hpp"
#include "sim/core/error.hpp"
#include "study/batch/job_templates.hpp"

namespace mlaasim::study {
namespace {

using Replacements = std::map<std::string_view, std::string>;

/// The template with @NAME@ replaced. What is put in is not looked through again.
std::string filled(std::string_view text, const Replacements& replacements) {
    constexpr std::string_view of_names = "abcdefghijklmnopqrstuvwxyz_";
    std::string result;
    while (true) {
        const std::size_t at = text.find('@');
        result += text.substr(0, at);
        if (at == std::string_view::npos) {
            return result;
        }
        text.remove_prefix(at + 1);
        const std::size_t end = text.find_first_not_of(of_names);
        const auto known = replacements.find(text.substr(0, end));
        sim::expects(end != std::string_view::npos && text[end] == '@' && known != replacements.end(),
                     "templates of jobs have names that are known");
        result += known->second;
        text.remove_prefix(end + 1);
    }
}

std::string without_last_newline(std::string text) {
    text.erase(text.find_last_not_of('\n') + 1);
    return text;
}

/// sbatch replaces %j and the like in names of logs, and takes no quotes in them.
std::string log_name(const std::filesystem::path& file) {
    std::string name;
    for (const char letter : file.string()) {
        const auto code = static_cast<unsigned char>(letter);
        if (code < 0x20 || letter == '"' || letter == '\\') {
            throw sim::InputError({.file = file.parent_path().string(),
                                   .what = "the batch system can't take this name of a folder",
                                   .expected = "no quotes, backslashes or control characters",
                                   .hint = "choose another folder with --output"});
        }
        name += letter == '%' ? "%%" : std::string{letter};
    }
    return name;
}

std::string options_of(const JobScript& script) {
    const JobResources& resources = script.resources;
    std::string lines;
    const auto add = [&](const std::string& option) { lines += "#SBATCH " + option + "\n"; };
    add("--job-name=" + script.name);
    add(fmt::format("--output=\"{}\"", script.array ? log_name(script.folder / "slurm") + "/%A_%a.log"
                                                    : log_name(script.folder / "log.txt")));
    add("--open-mode=append");
    add("--requeue");
    // To the ranks, which srun has started, not to the script.
    add("--signal=USR1@60");
    if (script.array) {
        add(fmt::format("--array={}{}", ranges_of(script.array->tasks),
                        script.array->at_once > 0 ? fmt::format("%{}", script.array->at_once) : ""));
    }
    add(fmt::format("--nodes={}", resources.nodes));
    add(fmt::format("--ntasks={}", resources.ranks));
    add(fmt::format("--cpus-per-task={}", resources.cores));
    for (const auto& [option, value] : {std::pair{"--partition", resources.partition},
                                        {"--account", resources.account},
                                        {"--mem", resources.memory},
                                        {"--time", resources.time ? sim::clock_text(*resources.time) : ""}}) {
        if (!value.empty()) {
            add(fmt::format("{}={}", option, value));
        }
    }
    for (const std::string& option : resources.further) {
        add(option);
    }
    return without_last_newline(lines);
}

std::string shell_words(const std::vector<std::string>& words) {
    std::string line;
    for (const std::string& word : words) {
        line += (line.empty() ? "" : " ") + shell_word(word);
    }
    return line;
}

}  // namespace

std::string ranges_of(const std::vector<std::int64_t>& numbers) {
    std::string text;
    for (std::size_t i = 0; i < numbers.size();) {
        std::size_t end = i + 1;
        while (end < numbers.size() && numbers[end] == numbers[end - 1] + 1) {
            ++end;
        }
        text += text.empty() ? "" : ",";
        text += end - i == 1 ? fmt::format("{}", numbers[i]) : fmt::format("{}-{}", numbers[i], numbers[end - 1]);
        i = end;
    }
    return text;
}

std::string shell_word(const std::string& word) {
    constexpr std::string_view plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./,:%@";
    if (!word.empty() && word.find_first_not_of(plain) == std::string::npos) {
        return word;
    }
    std::string quoted = "'";
    for (const char letter : word) {
        quoted += letter == '\'' ? R"('\'')" : std::string{letter};
    }
    return quoted + "'";
}

std::chrono::seconds max_time_within(std::chrono::seconds limit) {
    return limit - std::min(std::chrono::seconds{90}, limit / 4);
}

std::string text_of(const JobScript& script) {
    Replacements words{{"program", script.program},
                       {"arguments", shell_words(script.arguments)},
                       {"launch", script.launch},
                       {"folder", shell_word(script.folder.string())},
                       {"failure", script.array ? "" : shell_word((script.folder / "failed.txt").string())},
                       {"token", script.token},
                       {"requeues", std::to_string(script.most_timeouts)},
                       {"options", options_of(script)},
                       {"setup", without_last_newline(script.setup)}};
    if (script.array) {
        words["first"] = std::to_string(script.array->first);
        words["last"] = std::to_string(script.array->last);
        words["per_task"] = std::to_string(script.array->per_task);
    }
    words["work"] = without_last_newline(filled(script.array ? points_template : run_template, words));
    return filled(job_template, words);
}

}  // namespace mlaasim::study
