// The report of a study as a text.
#include "study/report/study_report.hpp"

#include <gtest/gtest.h>

#include "sim/core/error.hpp"
#include "study/report/html_table.hpp"
#include "study/report/made_study.hpp"
#include "study/report/mean_curve.hpp"
#include "study/report/study_view.hpp"

namespace mlaasim::study {
namespace {

using sim::testing::TraceFolder;

bool has(const std::string& text, const std::string& words) { return text.find(words) != std::string::npos; }

TEST(StudyReport, HasCurvesTableAndCoordinates) {
    const TraceFolder folder;
    testing::make_study(folder.path());
    const std::string html = report_of_study(folder.path());
    for (const char* section : {"overview", "curves", "keys", "table", "coordinates", "points"}) {
        EXPECT_TRUE(has(html, std::string{"<section id=\""} + section + "\">")) << section;
    }
    for (const char* words :
         {"22 of 24", "Points: 1 missing, 22 complete and 1 failed.", "failed: mlaasim: error: out of luck",
          "alpha=0.1,strategy=none,seed=3; final 0.53; mean_loss", "rounds.accuracy.last",
          "Written by mlaasim 1.2.3."}) {
        EXPECT_TRUE(has(html, words)) << words;
    }
    EXPECT_TRUE(has(html, "<td>alpha=0.1,strategy=none,seed=3</td>"));
    EXPECT_TRUE(has(html, rounded_cell("0.53", testing::made_accuracy("0.1", "none", 3, 5)).html()));
    // Means of the seeds 1 to 6 in round 5, and of 1 to 4 where two points are incomplete.
    EXPECT_TRUE(has(html,
                    "<td class=\"setting\">alpha=0.1, strategy=none</td><td class=\"number\">6</td><td "
                    "class=\"number\">0.535</td>"));
    EXPECT_TRUE(has(html,
                    "<td class=\"setting\">alpha=1, strategy=substitute</td><td class=\"number\">4</td><td "
                    "class=\"number\">0.8275</td>"));
    // Six differences of one sign: the exact p is 2 / 2^6; with Holm over two comparisons it is not below 0.05.
    EXPECT_TRUE(has(html, "<td class=\"number\">0.03125</td><td class=\"number\">0.0625</td>"));
}

TEST(StudyReport, TheTitleOfARoundedNumberIsTheWholeOne) {
    EXPECT_EQ(rounded_cell("0.3333", 1.0 / 3.0).html(),
              "<td class=\"number\" title=\"0.3333333333333333\">0.3333</td>");
}

TEST(StudyReport, NamesTheBaselineOnce) {
    const TraceFolder folder;
    testing::make_study(folder.path());
    const std::string html = report_of_study(folder.path());
    EXPECT_TRUE(has(html, "Each setting is compared with strategy=none at the same other values, over the seeds"));
    EXPECT_FALSE(has(html, "compared with</th>"));
}

TEST(StudyReport, BytesAreWrittenWithTheirUnit) {
    EXPECT_EQ(value_text({"traffic", "services.bytes.sum"}, 20'334'550), "20.3 MB");
    EXPECT_EQ(value_text({"traffic", "services.bytes.sum / 1e6"}, 20.33), "20.33");
    EXPECT_EQ(value_text({"final", "rounds.accuracy.last"}, 0.5), "0.5");
}

/// Its axis has the value alone, not ticks around it.
TEST(StudyReport, AKeyWithOneValueHasOneTick) {
    const StudyView view{
        .study = {.name = "one",
                  .version = "1",
                  .keys = {"alpha"},
                  .metrics = {{"final", "rounds.accuracy.last"}},
                  .points = {}},
        .points = {
            {.point = {.values = {{"alpha", "1"}}}, .status = {.state = PointState::complete}, .metrics = {0.3}},
            {.point = {.values = {{"alpha", "1"}}}, .status = {.state = PointState::complete}, .metrics = {0.7}}}};
    const std::string html = study_coordinates_section(view).html();
    EXPECT_TRUE(has(html, ">1</text>"));
    EXPECT_FALSE(has(html, "0.94"));
    EXPECT_FALSE(has(html, "1.06"));
}

TEST(StudyReport, BeforeAnyPointIsComplete) {
    const TraceFolder folder;
    StoredStudy study = testing::make_study(folder.path());
    std::filesystem::remove_all(folder.path() / "points");
    const std::string html = report_of_study(folder.path());
    EXPECT_TRUE(has(html, "0 of 24"));
    EXPECT_FALSE(has(html, "<section id=\"curves\">"));
    EXPECT_FALSE(has(html, "nan"));
}

TEST(StudyReport, TextOfTheStudyStaysText) {
    const TraceFolder folder;
    testing::make_study(folder.path(), "<script>alert(1)</script>");
    const std::string html = report_of_study(folder.path());
    EXPECT_FALSE(has(html, "<script>alert"));
    EXPECT_TRUE(has(html, "&lt;script&gt;alert(1)&lt;/script&gt;"));
}

TEST(StudyReport, OfManySettingsHasAChartEach) {
    const TraceFolder folder;
    StoredStudy study{.name = "many", .version = "1", .keys = {"rounds"}, .metrics = {}, .points = {}};
    for (std::size_t i = 1; i <= 60; ++i) {
        const std::string setting = "rounds=" + std::to_string(i);
        study.points.push_back({.index = i,
                                .name = setting + ",seed=1",
                                .setting = setting,
                                .values = {{"rounds", std::to_string(i)}, {"x", "y"}},
                                .seed = 1,
                                .rounds = 5});
    }
    write_study(folder.path(), study);
    for (const StoredPoint& point : study.points) {
        testing::make_point(folder.path(), point);
    }
    const std::string html = report_of_study(folder.path());
    EXPECT_TRUE(has(html, "id=\"curve-accuracy-47\""));
    EXPECT_FALSE(has(html, "id=\"curve-accuracy-48\""));
    EXPECT_TRUE(has(html, "The first 48 of 60 settings are drawn."));
}

TEST(StudyReport, WhatIsNoStudyIsRefused) {
    const TraceFolder folder;
    EXPECT_THROW(static_cast<void>(report_of_study(folder.path())), sim::InputError);
    std::ofstream{folder.path() / "study.json"} << "{}";
    EXPECT_THROW(static_cast<void>(report_of_study(folder.path())), sim::InputError);
}

TEST(MeanCurve, IsTheMeanOfTheRunsThatHaveTheRound) {
    const std::vector<sim::RoundRecord> longer{{.accuracy = 0.2}, {.accuracy = 0.4}};
    const std::vector<sim::RoundRecord> shorter{{.accuracy = 0.4}};
    const std::vector<const std::vector<sim::RoundRecord>*> runs{&longer, &shorter};
    Bootstrap bootstrap;
    const Line line = mean_curve("both", 3, drawn_values().front(), runs, bootstrap);
    ASSERT_EQ(line.values.size(), 2U);
    EXPECT_DOUBLE_EQ(line.values[0], 0.3);
    EXPECT_DOUBLE_EQ(line.values[1], 0.4);
    EXPECT_DOUBLE_EQ(line.low[0], 0.2);
    EXPECT_DOUBLE_EQ(line.high[0], 0.4);
    EXPECT_DOUBLE_EQ(line.low[1], 0.4) << "one value has no interval";
    EXPECT_TRUE(mean_curve("one", 0, drawn_values().front(), std::span{runs}.first(1), bootstrap).low.empty());
}

}  // namespace
}  // namespace mlaasim::study
