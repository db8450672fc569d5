// The manual page holds what the program declares, and man can read it.
#include "app/manual.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <regex>

#include "app/completion_words.hpp"
#include "support/simulation.hpp"

namespace mlaasim::testing {
namespace {

TEST(Manual, NamesEverySubcommandAndOption) {
    const std::string page = app::manual_page();
    for (const app::Subcommand& command : app::subcommands()) {
        EXPECT_NE(page.find(".It Cm \\&" + command.word), std::string::npos) << command.word;
        for (const app::Form& form : command.forms) {
            for (const app::CompletionOption& option : app::completion_options(form)) {
                EXPECT_NE(page.find("Fl Fl " + option.word.substr(2)), std::string::npos)
                    << command.word << option.word;
            }
        }
    }
}

/// Variables of launchers and terminals are not the user's to set.
TEST(Manual, NamesEveryVariableThatTheProgramReads) {
    const std::regex variable{R"re((?:getenv|environment_path)\("([A-Z_]+)"\))re"};
    const std::string page = app::manual_page();
    int found = 0;
    for (const auto& entry :
         std::filesystem::recursive_directory_iterator{std::filesystem::path{MLAASIM_SOURCE_DIR} / "src"}) {
        if (!entry.is_regular_file()) {
            continue;
        }
        const std::string text = text_of(entry.path());
        for (std::sregex_iterator at{text.begin(), text.end(), variable}, end; at != end; ++at) {
            const std::string name = (*at)[1];
            if (name != "HOME" && !name.starts_with("OMPI_")) {
                EXPECT_NE(page.find(".It Ev \\&" + name + "\n"), std::string::npos) << name << " in " << entry.path();
                ++found;
            }
        }
    }
    EXPECT_GE(found, 4);
}

TEST(Manual, HasNoMistakesOfForm) {
    const TemporaryFolder folder;
    write_text(folder / "mlaasim.1", app::manual_page());
    const std::string file = (folder / "mlaasim.1").string();
    const Outcome linted =
        run({"sh", "-c", "command -v mandoc >/dev/null || exit 0; mandoc -T lint -W warning " + file});
    EXPECT_EQ(linted.all(), "") << "mandoc";
    const Outcome set = run({"sh", "-c", "command -v groff >/dev/null || exit 0; groff -ww -mdoc -z " + file});
    EXPECT_EQ(set.all(), "") << "groff";
}

TEST(Manual, CommandPrintsIt) {
    EXPECT_EQ(run(mlaasim({"manual"})).output, app::manual_page());
    EXPECT_EQ(run(mlaasim({"manual", "run"})).exit_code, 2);
}

}  // namespace
}  // namespace mlaasim::testing
