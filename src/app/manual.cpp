#include "app/manual.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include "app/completion_words.hpp"
#include "app/help.hpp"
#include "app/wrapped_text.hpp"
#include "run/version.hpp"

namespace mlaasim::app {
namespace {

struct Entry {
    std::string_view name;
    std::string_view text;
};

constexpr std::array environment = {
    Entry{"MLAASIM_DATA", "Folder with real data sets, unless --data names one."},
    Entry{"MLAASIM_CACHE", "Folder of the data cache. Data sets are decoded into it once."},
    Entry{"MLAASIM_INSTRUCTION_SET",
          "Instruction set of the fused kernels: AVX3, AVX2, SSE4, NEON. The default is the best that the processor "
          "has."},
    Entry{"ATEN_CPU_CAPABILITY", "The same for LibTorch: avx512, avx2, default."},
    Entry{"MLAASIM_WAIT_NOTICE", "Seconds after which a rank that others wait for is named. The default is 60."},
    Entry{"MLAASIM_SLURM_TIMEOUT", "Seconds that a program of Slurm may take to answer. The default is 60."},
    Entry{"NO_COLOR", "When it is set and not empty, the output has no colours."},
    Entry{"XDG_CACHE_HOME", "Folder of the user's caches. The default is ~/.cache."},
};

constexpr std::array files = {
    Entry{"results/NAME/trace.h5", "The trace of the scenario whose option name is NAME."},
    Entry{"results/NAME/trace.previous.h5", "The trace that the last run found there and replaced."},
    Entry{"~/.cache/mlaasim/data", "The data cache. It can be removed, and is made again."},
};

constexpr std::array examples = {
    Entry{"mpirun -n 4 mlaasim run quickstart.yaml", "Simulates on four ranks."},
    Entry{"mlaasim run quickstart.yaml --resume", "Goes on where a run was stopped."},
    Entry{"mlaasim run quickstart.yaml --set training.learning_rate=0.1 --output results/fast",
          "Overrides one option of the scenario."},
    Entry{"mlaasim trace csv results/quickstart/trace.h5 rounds", "Prints one table of a trace."},
};

/// A line of text: what would be a macro or an escape is taken literally.
std::string plain(std::string_view text) {
    std::string line;
    for (const char c : text) {
        line += c == '\\' ? std::string{"\\e"} : std::string{c == '\n' ? ' ' : c};
    }
    return line.starts_with('.') || line.starts_with('\'') ? "\\&" + line : line;
}

/// Text of several sentences. Each starts on a line of its own, and lines are short, as mdoc wants it.
std::string sentences(std::string_view text) {
    std::string lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(". "), text.size() - 1) + 1;
        for (const std::string& line : wrapped(text.substr(0, end), 78)) {
            lines += plain(line) + "\n";
        }
        text.remove_prefix(end);
    }
    return lines;
}

/// A sentence of what stands without a closing full stop in the declarations.
std::string sentence(std::string text) {
    text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
    return sentences(text + ".");
}

/// One word for a macro's line, where a short word could be the name of another macro.
std::string word(std::string_view text) { return "\\&" + plain(text); }

std::string flag(const CompletionOption& option) {
    return "Fl Fl " + option.word.substr(2) +
           (option.value_name.empty() ? "" : fmt::format(" Ar {}", word(option.value_name)));
}

std::string name_of(const Subcommand& command, const Form& form) {
    std::string text = "Cm " + word(command.word);
    if (!form.second_word.empty()) {
        text += " " + word(form.second_word);
    }
    for (const Operand operand : form.operands) {
        text += " Ar " + word(operand_word(operand));
    }
    return text;
}

std::string synopsis() {
    std::string text = ".Sh SYNOPSIS\n";
    for (const Subcommand& command : subcommands()) {
        for (const Form& form : command.forms) {
            text += fmt::format(".Nm\n.{}\n", name_of(command, form));
            for (const CompletionOption& option : declared_options(form)) {
                text += fmt::format(".Op {}{}\n", flag(option), option.repeats ? " ..." : "");
            }
        }
    }
    return text + ".Nm\n.Fl Fl help | Fl Fl version\n";
}

std::string entry(const Subcommand& command, const Form& form) {
    std::string text = fmt::format(".It {}\n{}", name_of(command, form), sentence(form.purpose));
    const std::vector<CompletionOption> options = declared_options(form);
    if (!options.empty()) {
        text += ".Bl -tag -width Ds\n";
        for (const CompletionOption& option : options) {
            text += fmt::format(".It {}\n{}", flag(option), sentence(option.meaning));
        }
        text += ".El\n";
    }
    return text;
}

std::string commands() {
    std::string text = ".Sh COMMANDS\nEvery command explains itself with\n.Fl Fl help .\n.Bl -tag -width Ds\n";
    for (const Subcommand& command : subcommands()) {
        for (const Form& form : command.forms) {
            text += entry(command, form);
        }
    }
    return text + ".El\n";
}

/// A list of names and what they mean; `macro` says how the names are set.
template <class Entries>
std::string list(const Entries& entries, std::string_view macro) {
    std::string text = ".Bl -tag -width Ds\n";
    for (const Entry& entry : entries) {
        text += fmt::format(".It {} {}\n{}", macro, word(entry.name), sentences(entry.text));
    }
    return text + ".El\n";
}

std::string example_list() {
    std::string text = ".Sh EXAMPLES\n";
    for (const Entry& example : examples) {
        text += fmt::format("{}{}.Pp\n.Dl {}\n", text.ends_with("EXAMPLES\n") ? "" : ".Pp\n", sentences(example.text),
                            word(example.name));
    }
    return text;
}

std::string exit_status() {
    std::string text = ".Sh EXIT STATUS\n.Bl -tag -width Ds\n";
    for (const ExitMeaning& exit : exit_meanings()) {
        text += fmt::format(".It {}\n{}", exit.code, sentence(exit.meaning));
    }
    return text + ".El\n";
}

/// "2026-03-01" as "March 1, 2026", which mdoc expects; other texts as they are.
std::string long_date(const std::string& date) {
    constexpr std::array months{"January", "February", "March",     "April",   "May",      "June",
                                "July",    "August",   "September", "October", "November", "December"};
    if (date.size() != 10) {
        return date;
    }
    return fmt::format("{} {}, {}", months.at(static_cast<std::size_t>(std::stoi(date.substr(5, 2)) - 1)),
                       std::stoi(date.substr(8)), date.substr(0, 4));
}

}  // namespace

std::string manual_page() {
    std::string text = fmt::format(
        ".\\\" Made by \"mlaasim manual\".\n.Dd {}\n.Dt MLAASIM 1\n.Os mlaasim {}\n"
        ".Sh NAME\n.Nm mlaasim\n.Nd simulator of machine learning as a service in the IoT\n",
        long_date(run::commit_date()), run::program_version());
    text += synopsis();
    text +=
        ".Sh DESCRIPTION\n"
        ".Nm\n"
        "plays a scenario round by round.\n"
        "Providers train services on their own data.\n"
        "The services are composed, and clients use the composition.\n"
        "Services that contribute too little are replaced or adapted.\n"
        "All of it is written to one HDF5 file, the trace.\n"
        ".Pp\n"
        "A scenario is a YAML file.\n"
        "The command\n"
        ".Nm Cm schema Fl Fl markdown\n"
        "prints every option of a scenario.\n"
        "A scenario and its seed give the same trace on any number of ranks.\n"
        "Without\n"
        ".Xr mpirun 1\n"
        "there is one rank, and MPI is not started.\n";
    text += commands();
    text += ".Sh ENVIRONMENT\n" + list(environment, "Ev");
    text += ".Sh FILES\n" + list(files, "Pa");
    text += exit_status();
    text += example_list();
    text += ".Sh SEE ALSO\n.Xr h5dump 1 ,\n.Xr mpirun 1\n";
    return text;
}

}  // namespace mlaasim::app
