// The arguments of subcommands that take paths and options of their own: a trace, or the folder of a run or a study.
#pragma once

#include <boost/program_options/options_description.hpp>
#include <boost/program_options/variables_map.hpp>
#include <filesystem>
#include <optional>
#include <string>

#include "app/commands/subcommand.hpp"

namespace mlaasim::app {

class PathArguments {
public:
    /// Throws InputError for what `options` do not declare, and unless there is one path. `usage` says what was
    /// expected.
    PathArguments(const Arguments& arguments, boost::program_options::options_description options,
                  const std::string& usage);

    [[nodiscard]] std::filesystem::path path() const { return values_["path"].as<std::string>(); }
    [[nodiscard]] bool has(const std::string& option) const { return values_.count(option) > 0; }
    /// The value of an option; nothing when it is neither given nor has a default.
    template <class T>
    [[nodiscard]] std::optional<T> value(const std::string& option) const {
        return has(option) ? std::optional{values_[option].as<T>()} : std::nullopt;
    }

private:
    boost::program_options::variables_map values_;
};

/// The values of options, and of "path": the paths in their order, where there are any. Throws InputError for what
/// `options` do not declare. `usage` says what was expected.
[[nodiscard]] boost::program_options::variables_map read_paths(const Arguments& arguments,
                                                               boost::program_options::options_description options,
                                                               const std::string& usage);

}  // namespace mlaasim::app
