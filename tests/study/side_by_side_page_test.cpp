// The page of a comparison: what stands in it, and that it needs nothing else.
#include "study/side_by_side_page.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

namespace mlaasim::study {
namespace {

SideBySide two_runs() {
    RunSummary a{.source = "results/<a>"};
    a.options = {{"seed", "1"}};
    a.accuracy = {0.5, 0.75, 0.25};
    a.loss = {1.5, 1.25, 1.75};
    a.replaced = 3;
    a.bytes = 3.5e6;
    RunSummary b = a;
    b.source = "results/study: alpha=0.1";
    b.runs = 5;
    b.options = {{"seed", "(5 values)"}};
    b.accuracy = {0.5, 1.0};
    b.loss = {1.5, 1.0};
    std::vector<RunSummary> runs{a, b};
    return side_by_side(std::move(runs));
}

void expect_words(const std::string& html, const std::vector<std::string>& words) {
    for (const std::string& word : words) {
        EXPECT_NE(html.find(word), std::string::npos) << word;
    }
}

TEST(SideBySidePage, ShowsRunsOptionsCurvesAndCost) {
    const std::string html = side_by_side_page(two_runs());
    expect_words(html, {"2 runs of mlaasim side by side", "results/&lt;a&gt;", "results/study: alpha=0.1", "(5 values)",
                        "75.0 %", "100.0 %", "3.5 MB", "accuracy-of-runs", "loss-of-runs"});
    EXPECT_EQ(html.find("Did adaptation help?"), std::string::npos);
    EXPECT_EQ(html.find("Also different"), std::string::npos) << "nothing is";
    const std::string with_worth = side_by_side_page(two_runs(), {"28.5 points more & no less"});
    expect_words(with_worth, {"Did adaptation help?", "28.5 points more &amp; no less"});
}

TEST(SideBySidePage, LoadsNothing) {
    const std::string html = side_by_side_page(two_runs());
    expect_words(html, {"Content-Security-Policy", "default-src"});
    EXPECT_FALSE(std::regex_search(html, std::regex{R"re((src|href)="(https?:|//))re"}));
}

/// More runs than a chart has colours.
TEST(SideBySidePage, HoldsManyRuns) {
    SideBySide compared = two_runs();
    for (int i = 0; i < 30; ++i) {
        compared.runs.push_back(compared.runs.front());
    }
    expect_words(side_by_side_page(compared), {">AF<"});
}

}  // namespace
}  // namespace mlaasim::study
