#include <gtest/gtest.h>

#include <set>

#include "app/commands/subcommand.hpp"

namespace mlaasim::app {
namespace {

/// Of two options with one name neither can be given: the parser finds the name ambiguous.
TEST(SubcommandOptions, AreDeclaredOnce) {
    for (const Subcommand& subcommand : subcommands()) {
        for (const Form& form : subcommand.forms) {
            std::set<std::string> names;
            for (const auto& option : form.options.options()) {
                EXPECT_TRUE(names.insert(option->long_name()).second)
                    << subcommand.word << " has two options --" << option->long_name();
            }
        }
    }
}

}  // namespace
}  // namespace mlaasim::app
