// The arguments of subcommands that take a scenario: its file, --set, --data, and options of their own.
#pragma once

#include <boost/program_options/variables_map.hpp>
#include <string>
#include <utility>

#include "app/commands/subcommand.hpp"
#include "sim/data/sources/data_source.hpp"

namespace mlaasim::app {

/// --set, --data and --paths-from, which every such subcommand has.
[[nodiscard]] boost::program_options::options_description scenario_options();

/// What the arguments give.
class ScenarioArguments {
public:
    /// What the file is, and one to begin with, for who gives none.
    struct FileWanted {
        std::string what = "scenario";
        std::string example = "experiments/quickstart.yaml";
    };

    /// Throws InputError for what `options` do not declare, and unless there is one scenario file. `usage` says what
    /// was expected.
    ScenarioArguments(const Arguments& arguments, boost::program_options::options_description options,
                      const std::string& usage, const FileWanted& wanted);
    ScenarioArguments(const Arguments& arguments, boost::program_options::options_description options,
                      const std::string& usage)
        : ScenarioArguments{arguments, std::move(options), usage, FileWanted{}} {}

    [[nodiscard]] std::string file() const { return text("scenario"); }
    [[nodiscard]] Arguments overrides() const;
    /// Where relative paths of the scenario begin, as absolute folders: --paths-from, else the folder of its file; and
    /// --data, else MLAASIM_DATA, else none.
    [[nodiscard]] sim::DataPlaces data_places() const;

    [[nodiscard]] bool has(const std::string& option) const { return values_.count(option) > 0; }
    /// The value of an option that takes a text; empty when it is not given.
    [[nodiscard]] std::string text(const std::string& option) const {
        return has(option) ? value<std::string>(option) : std::string{};
    }
    /// The value of an option that is given, or has a default.
    template <class T>
    [[nodiscard]] T value(const std::string& option) const {
        return values_[option].as<T>();
    }

private:
    boost::program_options::variables_map values_;
};

}  // namespace mlaasim::app
