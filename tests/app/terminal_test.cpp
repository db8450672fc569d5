// The progress display on a terminal, which `script` provides.
#include <gtest/gtest.h>

#include <regex>
#include <sstream>

#include "support/simulation.hpp"

namespace mlaasim::testing {
namespace {

/// What a terminal was sent, in pieces that each begin at the left edge, without escape codes.
std::vector<std::string> pieces_of(std::string text) {
    text = std::regex_replace(text, std::regex{"\x1b\\[[0-9]*[mK]"}, "");
    std::vector<std::string> pieces{""};
    for (const char c : text) {
        if (c == '\r' || c == '\n') {
            pieces.emplace_back();
        } else {
            pieces.back() += c;
        }
    }
    return pieces;
}

class Terminal : public ::testing::TestWithParam<Ranks> {
protected:
    Outcome run_on_terminal(const Arguments& command, const Arguments& environment = {}) {
        std::string line;
        for (const std::string& argument : command) {
            line += "'" + argument + "' ";
        }
        return run({"script", "-qec", line, "/dev/null"}, environment);
    }
    [[nodiscard]] std::filesystem::path output() const { return folder_ / "out"; }

private:
    TemporaryFolder folder_;
};

TEST_P(Terminal, BarMovesWithinARoundAndHoldsIn80Columns) {
    const auto scenario = std::filesystem::path{MLAASIM_SOURCE_DIR} / "experiments" / "quickstart.yaml";
    const Outcome outcome = run_on_terminal(simulate(
        scenario, output(), GetParam(),
        {"--set", "rounds=1", "--set", "training.epochs=10", "--set", "drift=[]", "--set", "adaptation.start=1"}));
    ASSERT_EQ(outcome.exit_code, 0) << outcome;
    const std::regex bar{R"(\[(#*)\.*\] round 1 of 1: (\d+)/20 trained, ETA (.*))"};
    int within = 0;
    for (const std::string& piece : pieces_of(outcome.output)) {
        EXPECT_LT(piece.size(), 80U) << piece;
        std::smatch match;
        if (std::regex_match(piece, match, bar) && std::stoi(match[2]) < 20) {
            ++within;
            EXPECT_TRUE(std::regex_match(match[3].str(), std::regex{R"(\d+:\d\d)"})) << piece;
        }
    }
    EXPECT_GE(within, 2) << outcome;
    EXPECT_NE(outcome.output.find("green"), std::string::npos) << outcome;
}

INSTANTIATE_TEST_SUITE_P(, Terminal, ::testing::Values(Ranks::alone, Ranks{2}),
                         [](const auto& ranks) { return "Ranks" + std::to_string(static_cast<int>(ranks.param)); });

}  // namespace
}  // namespace mlaasim::testing
