#include "app/commands/scenario_arguments.hpp"

#include <boost/program_options.hpp>
#include <cstdlib>

#include "app/option_hint.hpp"
#include "app/wrapped_text.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::app {

namespace po = boost::program_options;

po::options_description scenario_options() {
    po::options_description options;
    options.add_options()("set", po::value<Arguments>()->composing()->value_name("key.path=value"),
                          "override an option of the scenario; may be repeated")(
        "data", po::value<std::string>()->value_name("DIR"),
        "folder of data files; default: $MLAASIM_DATA, else none: generated digits")(
        "paths-from", po::value<std::string>()->value_name("DIR"),
        "where relative paths in the scenario begin; default: the folder of its file");
    return options;
}

ScenarioArguments::ScenarioArguments(const Arguments& arguments, po::options_description options,
                                     const std::string& usage, const FileWanted& wanted) {
    const std::string expected = on_one_line(usage);
    Arguments own;
    for (const auto& option : options.options()) {
        own.push_back("--" + option->long_name());
    }
    own.emplace_back("--help");
    options.add_options()("scenario", po::value<std::string>());
    po::positional_options_description positional;
    positional.add("scenario", 1);
    try {
        po::store(po::command_line_parser(arguments).options(options).positional(positional).run(), values_);
        po::notify(values_);
    } catch (const po::too_many_positional_options_error&) {
        throw sim::InputError({.what = "more than one " + wanted.what + " file given",
                               .expected = expected,
                               .hint = "options of the scenario are given as --set key.path=value"});
    } catch (const po::unknown_option& error) {
        throw sim::InputError({.what = error.what(),
                               .expected = expected,
                               .hint = unknown_option_hint(error.get_option_name(), arguments, own)});
    } catch (const po::error& error) {
        throw sim::InputError({.what = error.what(), .expected = expected, .hint = "see mlaasim --help"});
    }
    if (!has("scenario")) {
        throw sim::InputError(
            {.what = "no " + wanted.what + " file given", .expected = expected, .hint = "try " + wanted.example});
    }
}

Arguments ScenarioArguments::overrides() const { return has("set") ? value<Arguments>("set") : Arguments{}; }

sim::DataPlaces ScenarioArguments::data_places() const {
    namespace fs = std::filesystem;
    const char* const environment = std::getenv("MLAASIM_DATA");
    std::string data = text("data");
    if (data.empty() && environment != nullptr) {
        data = environment;
    }
    const fs::path folder = has("paths-from") ? fs::path{text("paths-from")} : fs::path{file()}.parent_path();
    return {.scenario_folder = folder.empty() ? fs::current_path() : fs::absolute(folder),
            .data_folder = data.empty() ? fs::path{} : fs::absolute(data)};
}

}  // namespace mlaasim::app
