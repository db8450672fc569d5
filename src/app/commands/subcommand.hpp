// A subcommand of the program. Each is one file in this folder, and one line in list.cpp: help, the completion of
// shells, the manual page and the dispatch follow from it. docs/extending.md shows how to add one.
#pragma once

#include <boost/program_options/options_description.hpp>
#include <string>
#include <variant>
#include <vector>

#include "app/launch.hpp"

namespace mlaasim::app {

using Arguments = std::vector<std::string>;

/// What stands at one place behind a subcommand's words.
enum class Operand { scenario_file, study_file, study_folder, trace_file, table };

/// One way to call a subcommand. Most have one; `trace` has several, which a second word tells apart.
struct Form {
    std::string second_word{};        ///< "csv" of `trace csv`; empty where there is one form only
    std::vector<Operand> operands{};  ///< in their order; all of them must be given
    bool last_repeats = false;        ///< further operands like the last may follow
    std::string purpose;              ///< one or two sentences, without a closing full stop
    boost::program_options::options_description options{};  ///< without --help, which every subcommand has
};

/// Carries a subcommand out, given what stands behind its first word, and returns the exit code. Throws InputError.
/// Under a launcher rank 0 does this, and the other ranks wait.
using OnRankZero = int (*)(const Arguments& arguments);
/// The same, for a subcommand in which every rank takes part.
using OnAllRanks = int (*)(const Arguments& arguments, const Launch& launch);

struct Subcommand {
    std::string word;
    std::string usage;    ///< "mlaasim check SCENARIO.yaml [--set key.path=value ...]"
    std::string about{};  ///< what its help says below the usage: whole lines; may be empty
    std::vector<Form> forms;
    std::variant<OnRankZero, OnAllRanks> carry_out;
};

/// All subcommands, in the order in which help shows them.
[[nodiscard]] std::vector<Subcommand> subcommands();

}  // namespace mlaasim::app
