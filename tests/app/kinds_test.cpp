// `mlaasim kinds` shows what a scenario can choose from.
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "app/scenario_keys.hpp"
#include "sim/partition/partition.hpp"
#include "support/simulation.hpp"

namespace mlaasim::testing {
namespace {

Arguments lines_of(const std::string& text) {
    Arguments lines;
    std::istringstream stream{text};
    for (std::string line; std::getline(stream, line);) {
        lines.push_back(line);
    }
    return lines;
}

TEST(Kinds, EveryKeyThatIsChosenByAWordIsShownWithItsWords) {
    const Outcome shown = run(mlaasim({"kinds"}));
    ASSERT_EQ(shown.exit_code, 0) << shown;
    const Arguments lines = lines_of(shown.output);
    int lists = 0;
    for (const app::ScenarioKey& key : app::scenario_keys()) {
        const auto at = std::ranges::find(lines, key.path);
        EXPECT_EQ(at != lines.end(), key.chooses) << key.path;
        const auto end = std::find(at, lines.end(), "");
        for (const app::DescribedWord& described : key.chooses ? key.values : std::vector<app::DescribedWord>{}) {
            EXPECT_TRUE(std::any_of(
                at, end, [&](const std::string& line) { return line.starts_with("  " + described.word + "  "); }))
                << key.path << ": " << described.word;
        }
        lists += key.chooses ? 1 : 0;
    }
    EXPECT_GT(lists, 10);
    for (const std::string& line : lines) {
        EXPECT_LE(line.size(), 80U) << line;
    }
}

TEST(Kinds, AKindOfAListIsShownWithWhatItMeans) {
    const Outcome shown = run(mlaasim({"kinds", "--section", "services.partition.kind"}));
    EXPECT_EQ(shown.exit_code, 0) << shown;
    EXPECT_TRUE(shown.output.starts_with("services.partition.kind\n")) << shown;
    for (const auto& kind : sim::partition_kinds()) {
        const std::string first{kind.doc.substr(0, kind.doc.find(' '))};
        const std::string word = "\n  " + std::string{kind.word} + " ";
        const auto at = shown.output.find(word);
        ASSERT_NE(at, std::string::npos) << shown;
        const auto meaning = shown.output.find_first_not_of(' ', at + word.size());
        EXPECT_EQ(shown.output.substr(meaning, first.size()), first) << shown;
    }
}

TEST(Kinds, ASectionHidesTheOthers) {
    const Outcome shown = run(mlaasim({"kinds", "--section=clients"}));
    EXPECT_EQ(shown.exit_code, 0) << shown;
    const Arguments lines = lines_of(shown.output);
    ASSERT_FALSE(lines.empty());
    EXPECT_EQ(lines.front(), "clients.partition.kind");
    for (const std::string& line : lines) {
        EXPECT_TRUE(line.empty() || line.starts_with("  ") || line.starts_with("clients.")) << line;
    }
}

TEST(Kinds, ASectionWithoutKindsIsRefused) {
    const auto refused = [](const Arguments& arguments, const std::string& words) {
        const Outcome outcome = run(mlaasim(Arguments{"kinds"} + arguments));
        EXPECT_EQ(outcome.exit_code, 2) << outcome;
        EXPECT_EQ(outcome.output, "");
        EXPECT_NE(outcome.errors.find(words), std::string::npos) << outcome;
    };
    refused({"--section", "client"}, "nothing in \"client\" is chosen by a word");
    refused({"--section", "servces.partition"}, "did you mean services.partition?");
    refused({"--section", "rounds"}, "mlaasim kinds shows all of them");
    refused({"--section"}, "mlaasim kinds [--section KEY]");
    refused({"drift"}, "kinds takes no words beside its option (expected mlaasim kinds [--section KEY])");
}

}  // namespace
}  // namespace mlaasim::testing
