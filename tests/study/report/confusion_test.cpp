// Confusion matrices: what is counted, which classes are drawn, and how much goes into a page.
#include "study/report/confusion.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "study/report/confusion_figure.hpp"

namespace mlaasim::study {
namespace {

std::vector<sim::ConfusionRecord> two_rounds() {
    return {{.round = 2, .truth = 0, .predicted = 0, .samples = 7},
            {.round = 2, .truth = 0, .predicted = 1, .samples = 3},
            {.round = 2, .truth = 4, .predicted = 1, .samples = 3},
            {.round = 2, .truth = 4, .predicted = 0, .samples = 5},
            {.round = 4, .truth = 0, .predicted = 0, .samples = 10},
            {.round = 4, .truth = 4, .predicted = 4, .samples = 8}};
}

TEST(ConfusionMatrices, AreOneARound) {
    const auto matrices = confusion_matrices(two_rounds());
    ASSERT_EQ(matrices.size(), 2U);
    EXPECT_EQ(matrices[0].round, 2U);
    EXPECT_EQ(matrices[1].round, 4U);
    EXPECT_EQ(matrices[0].of_truth, (std::map<std::uint32_t, std::int64_t>{{0, 10}, {4, 8}}));
    EXPECT_DOUBLE_EQ(matrices[0].share({.truth = 0, .predicted = 1, .samples = 3}), 0.3);
    EXPECT_TRUE(confusion_matrices({}).empty());
}

TEST(ConfusionMatrices, MistakesComeByTheirSamples) {
    const auto matrices = confusion_matrices(two_rounds());
    const std::vector<Answered> expected{{4, 0, 5}, {0, 1, 3}, {4, 1, 3}};
    EXPECT_EQ(most_frequent_mistakes(matrices[0], 5), expected);
    EXPECT_EQ(most_frequent_mistakes(matrices[0], 1), std::vector<Answered>{expected.front()});
    EXPECT_TRUE(most_frequent_mistakes(matrices[1], 5).empty());
    EXPECT_EQ(mistake_text(matrices[0], expected.front()), "4 taken for 0: 5 of 8 (62.5 %)");
}

TEST(ConfusionMatrices, OfManyClassesThoseWithMostMistakesAreDrawn) {
    const auto matrices = confusion_matrices(two_rounds());
    EXPECT_EQ(classes_to_draw(matrices, 10), (std::vector<std::uint32_t>{0, 1, 4}));
    const std::span first{matrices.data(), 1};
    EXPECT_EQ(classes_to_draw(first, 2), (std::vector<std::uint32_t>{0, 4})) << "8 wrong each; 1 is in 6 mistakes";
    EXPECT_EQ(classes_to_draw(first, 1), (std::vector<std::uint32_t>{0})) << "of equal ones the lower";
    EXPECT_EQ(classes_to_draw(matrices, 1), (std::vector<std::uint32_t>{0})) << "the last matrix has no mistakes";
}

nlohmann::json data_of(const Markup& figure) {
    const std::string& html = figure.html();
    const std::string begin = "<script type=\"application/json\">";
    const std::size_t from = html.find(begin) + begin.size();
    return nlohmann::json::parse(html.substr(from, html.find("</script>", from) - from));
}

TEST(ConfusionFigure, HoldsEveryRoundAndDrawsTheLast) {
    const Markup figure = draw(confusion_matrices(two_rounds()));
    EXPECT_NE(figure.html().find("<span class=\"round\">4</span>"), std::string::npos);
    EXPECT_NE(figure.html().find("label 4, answer 4: 8 samples, 100.0 % of this label&#39;s"), std::string::npos);
    EXPECT_EQ(figure.html().find("label 4, answer 0"), std::string::npos) << "that was in round 2";
    const nlohmann::json data = data_of(figure);
    EXPECT_EQ(data["classes"], (std::vector<int>{0, 1, 4}));
    ASSERT_EQ(data["rounds"].size(), 2U);
    EXPECT_EQ(data["rounds"][0]["totals"], (std::vector<int>{10, 0, 8}));
    EXPECT_EQ(data["rounds"][0]["cells"], (std::vector<int>{0, 0, 7, 0, 1, 3, 2, 1, 3, 2, 0, 5}));
    EXPECT_TRUE(draw({}).empty());
}

/// 200 classes and every answer once in 21 rounds: more classes than are drawn, and more cells than are stored.
TEST(ConfusionFigure, OfManyClassesIsBounded) {
    std::vector<sim::ConfusionRecord> records;
    for (std::uint32_t round = 1; round <= 21; ++round) {
        for (std::uint32_t cell = 0; cell < 200 * 200; ++cell) {
            records.push_back({.round = round, .truth = cell / 200, .predicted = cell % 200, .samples = 1});
        }
    }
    const Markup figure = draw(confusion_matrices(records));
    EXPECT_NE(figure.html().find("of 200 classes the 100 with most mistakes"), std::string::npos);
    EXPECT_LT(figure.html().size(), 5'000'000U);
    const nlohmann::json data = data_of(figure);
    ASSERT_EQ(data["rounds"].size(), 11U);
    EXPECT_EQ(data["rounds"][0]["round"], 1);
    EXPECT_EQ(data["rounds"][0]["totals"][0], 200) << "shares are those of all answers";
    EXPECT_EQ(data["rounds"][10]["round"], 21) << "the last one stays";
}

}  // namespace
}  // namespace mlaasim::study
