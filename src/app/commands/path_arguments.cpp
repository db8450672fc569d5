#include "app/commands/path_arguments.hpp"

#include <boost/program_options.hpp>

#include "sim/core/error.hpp"

namespace mlaasim::app {

namespace po = boost::program_options;

PathArguments::PathArguments(const Arguments& arguments, po::options_description options, const std::string& usage) {
    Arguments own{"--help"};
    for (const auto& option : options.options()) {
        own.push_back("--" + option->long_name());
    }
    options.add_options()("path", po::value<std::string>());
    po::positional_options_description positional;
    positional.add("path", 1);
    try {
        po::store(po::command_line_parser(arguments).options(options).positional(positional).run(), values_);
        po::notify(values_);
    } catch (const po::too_many_positional_options_error&) {
        throw sim::InputError(sim::Problem{.what = "more than one path given", .expected = usage});
    } catch (const po::unknown_option& error) {
        const std::string near = sim::nearest(error.get_option_name(), own);
        throw sim::InputError(
            {.what = error.what(), .expected = usage, .hint = near.empty() ? "" : "did you mean " + near + "?"});
    } catch (const po::error& error) {
        throw sim::InputError(sim::Problem{.what = error.what(), .expected = usage});
    }
    if (!has("path")) {
        throw sim::InputError({.what = "no path given", .expected = usage, .hint = "try results/quickstart"});
    }
}

po::variables_map read_paths(const Arguments& arguments, po::options_description options, const std::string& usage) {
    options.add_options()("path", po::value<Arguments>());
    po::positional_options_description positional;
    positional.add("path", -1);
    po::variables_map values;
    try {
        po::store(po::command_line_parser(arguments).options(options).positional(positional).run(), values);
        po::notify(values);
    } catch (const po::error& error) {
        throw sim::InputError(sim::Problem{.what = error.what(), .expected = usage});
    }
    return values;
}

}  // namespace mlaasim::app
