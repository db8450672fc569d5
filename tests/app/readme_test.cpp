// README's own lines: every command in it runs, in its order, as a newcomer would run them after the first one.
#include <gtest/gtest.h>

#include <sstream>

#include "support/simulation.hpp"

namespace mlaasim::testing {
namespace {

namespace fs = std::filesystem;

/// The lines of README's blocks that are marked as shell commands.
Arguments commands_of_readme() {
    std::istringstream readme{text_of(fs::path{MLAASIM_SOURCE_DIR} / "README.md")};
    Arguments commands;
    bool shell = false;
    for (std::string line; std::getline(readme, line);) {
        if (line.starts_with("```")) {
            shell = line == "```sh";
        } else if (shell && !line.empty()) {
            commands.push_back(line);
        }
    }
    return commands;
}

/// What a test can't do: install packages, and run itself.
bool sets_the_machine_up(const std::string& command) {
    return command.starts_with("scripts/test ") || command.starts_with("sudo apt-get install ");
}

/// A checkout whose set-up has been done: the scripts and experiments of this one, and the program.
class Checkout {
public:
    Checkout() {
        const fs::path source{MLAASIM_SOURCE_DIR};
        fs::copy(source / "scripts", folder_ / "scripts", fs::copy_options::recursive);
        write_text(folder_ / "scripts" / "setup", "#!/bin/sh\n");
        fs::create_directory_symlink(source / "experiments", folder_ / "experiments");
        fs::create_directories(folder_ / "build" / "bin");
        fs::create_symlink(MLAASIM_PROGRAM, folder_ / "build" / "bin" / "mlaasim");
    }
    [[nodiscard]] Outcome run(const std::string& command) const {
        return testing::run({"bash", "-o", "pipefail", "-c", "cd '" + folder_.path().string() + "' && " + command});
    }

private:
    TemporaryFolder folder_;
};

TEST(Readme, EveryCommandRuns) {
    const bool has_pandas = run({"python3", "-c", "import h5py, pandas"}).exit_code == 0;
    const Checkout checkout;
    int count = 0;
    for (const std::string& command : commands_of_readme()) {
        if (sets_the_machine_up(command) || (command.starts_with("python3 ") && !has_pandas)) {
            continue;
        }
        const Outcome outcome = checkout.run(command);
        EXPECT_EQ(outcome.exit_code, 0) << command << "\n" << outcome;
        EXPECT_NE(outcome.output, "") << command;
        ++count;
    }
    EXPECT_GE(count, 10) << "README has lost its commands, or marks them in another way";
}

TEST(Readme, QuickstartSaysWhatItFoundAndWhatThatWasWorth) {
    const Checkout checkout;
    const Outcome outcome = checkout.run("scripts/quickstart --set rounds=5 --output elsewhere/");
    ASSERT_EQ(outcome.exit_code, 0) << outcome;
    std::size_t at = 0;
    for (const char* words :
         {"quickstart: 30 services", "\nWhat was found and done:\n\n  Harm: label_swap of services 2, 7 and 11 from",
          "\n  Clients: ", "\n  Changes: ", "trace: elsewhere/trace.h5", "the same without adaptation: done\n",
          "Did adaptation help?", "\nround without  with |0", "\n\nAt the end the clients had ",
          "without adaptation it would have been", "\n\nreport: elsewhere/report.html\n",
          "explain elsewhere --round 5"}) {
        const std::size_t found = outcome.output.find(words, at);
        ASSERT_NE(found, std::string::npos) << words << "\n" << outcome;
        at = found;
    }
}

TEST(Readme, RunRefusesWhatItCannotStart) {
    const Checkout checkout;
    const Outcome no_number = checkout.run("scripts/run experiments/quickstart.yaml 4");
    EXPECT_EQ(no_number.exit_code, 2) << no_number;
    EXPECT_NE(no_number.errors.find("the number of ranks is \"experiments/quickstart.yaml\""), std::string::npos)
        << no_number;
    EXPECT_EQ(checkout.run("scripts/run 4").exit_code, 2);
    const Outcome not_built = checkout.run("rm build/bin/mlaasim && scripts/run 2 experiments/quickstart.yaml");
    EXPECT_EQ(not_built.exit_code, 2) << not_built;
    EXPECT_NE(not_built.errors.find("scripts/setup builds it"), std::string::npos) << not_built;
}

}  // namespace
}  // namespace mlaasim::testing
