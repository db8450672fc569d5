#include "study/results.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "sim/trace/records.hpp"
#include "study/made_run.hpp"
#include "support/program.hpp"

namespace mlaasim::study {
namespace {

using mlaasim::testing::TemporaryFolder;

/// A study of two settings and six seeds, whose traces are made by hand: the accuracy of `new` is higher by 0.1 times
/// the seed.
class ResultsOfAStudy : public ::testing::Test {
protected:
    ResultsOfAStudy() {
        for (const char* strategy : {"old", "new"}) {
            for (std::int64_t seed = 1; seed <= 6; ++seed) {
                study_.points.push_back({.index = study_.points.size() + 1,
                                         .name = std::string{strategy} + ",seed=" + std::to_string(seed),
                                         .setting = strategy,
                                         .values = {{"adaptation.strategy.kind", strategy}},
                                         .seed = seed,
                                         .rounds = 2});
            }
        }
    }

    void play(const StoredPoint& point) const {
        const double gain = point.setting == "new" ? 0.0625 * static_cast<double>(point.seed) : 0.0;
        sim::RowBuffer rows;
        for (std::uint32_t round = 1; round <= 2; ++round) {
            rows.append(sim::RoundRecord{.round = round, .accuracy = 0.25 + gain + 0.125 * round});
        }
        testing::write({.rows = rows, .checkpoint = {.round = sim::Round{2}}}, folder_of(folder_.path(), point));
    }
    void play_all() const {
        std::ranges::for_each(study_.points, [&](const auto& point) { play(point); });
    }

    TemporaryFolder folder_;
    StoredStudy study_{.name = "made",
                       .keys = {"adaptation.strategy.kind"},
                       .metrics = {{"final", "rounds.accuracy.last"}, {"events", "events.count"}},
                       .baseline = {{"adaptation.strategy.kind", "old"}}};
};

TEST_F(ResultsOfAStudy, CompareSettingsWithTheBaseline) {
    play_all();
    const std::vector<Summary> table = summaries(study_, collect(folder_.path(), study_));
    ASSERT_EQ(table.size(), 4U);
    EXPECT_EQ(table[0].setting, "old");
    EXPECT_EQ(table[0].baseline, "");
    EXPECT_DOUBLE_EQ(*table[0].mean, 0.5);
    EXPECT_DOUBLE_EQ(*table[0].low, 0.5);
    const Summary& better = table[2];
    EXPECT_EQ(better.baseline, "old");
    EXPECT_EQ(better.seeds, 6U);
    EXPECT_EQ(better.pairs, 6U);
    EXPECT_DOUBLE_EQ(*better.mean, 0.5 + 0.0625 * 3.5);
    EXPECT_DOUBLE_EQ(*better.difference, 0.0625 * 3.5);
    // Every run of the baseline has .5, so the differences spread as the values do.
    EXPECT_DOUBLE_EQ(*better.difference_low, *better.low - 0.5);
    EXPECT_DOUBLE_EQ(*better.difference_high, *better.high - 0.5);
    EXPECT_DOUBLE_EQ(*better.p, 2.0 / 64.0);
    EXPECT_DOUBLE_EQ(*better.adjusted_p, 2.0 / 64.0);
    EXPECT_LT(*better.low, *better.mean);
    EXPECT_GT(*better.high, *better.mean);
    // Equal numbers of events: no difference, and no evidence of one.
    EXPECT_DOUBLE_EQ(*table[3].difference, 0.0);
    EXPECT_DOUBLE_EQ(*table[3].p, 1.0);
}

TEST_F(ResultsOfAStudy, HoldWhatIsPlayed) {
    play(study_.points[0]);
    play(study_.points[7]);
    const Results results = write_results(folder_.path(), study_);
    EXPECT_EQ(mlaasim::testing::text_of(folder_ / "runs.csv").substr(0, 128),
              "point,index,seed,adaptation.strategy.kind,state,final,events\n"
              "\"old,seed=1\",1,1,old,complete,0.5,0\n"
              "\"old,seed=2\",2,2,old,missing,,\n");
    EXPECT_EQ(mlaasim::testing::text_of(folder_ / "table.csv"),
              "setting,adaptation.strategy.kind,metric,seeds,mean,low95,high95,baseline,pairs,difference,"
              "difference_low95,difference_high95,p,p_holm\n"
              "old,old,final,1,0.5,,,,,,,,,\n"
              "old,old,events,1,0,,,,,,,,,\n"
              "new,new,final,1,0.625,,,old,0,,,,,\n"
              "new,new,events,1,0,,,old,0,,,,,\n");
    const std::string table = mlaasim::testing::text_of(folder_ / "table.md");
    EXPECT_NE(table.find("Points: 2 complete, 10 missing."), std::string::npos) << table;
    EXPECT_NE(table.find("| strategy | seeds | final | events |\n|---|---|---|---|\n| old | 1 | 0.5 | 0 |\n"),
              std::string::npos)
        << table;
    const std::string rounds = mlaasim::testing::text_of(folder_ / "rounds.csv");
    EXPECT_TRUE(rounds.starts_with("point,index,seed,adaptation.strategy.kind,round,members,")) << rounds;
    EXPECT_NE(rounds.find("\n\"new,seed=2\",8,2,new,2,0,0,"), std::string::npos) << rounds;
}

TEST_F(ResultsOfAStudy, DoNotDependOnTheOrder) {
    play_all();
    const Results first = write_results(folder_.path(), study_);
    const auto texts = [&] {
        return std::pair{mlaasim::testing::text_of(folder_ / "table.md"),
                         mlaasim::testing::text_of(folder_ / "rounds.csv")};
    };
    const auto before = texts();
    EXPECT_NE(before.first.find("| new | 6 | 0.7188 ["), std::string::npos) << before.first;
    EXPECT_NE(before.first.find("] \\* | 0 [0, 0] |\n"), std::string::npos) << before.first;
    std::filesystem::remove_all(folder_ / "points");
    for (auto point = study_.points.rbegin(); point != study_.points.rend(); ++point) {
        play(*point);
    }
    const Results second = write_results(folder_.path(), study_);
    EXPECT_EQ(texts(), before);
    EXPECT_EQ(runs_csv(study_, first.points), runs_csv(study_, second.points));
}

TEST_F(ResultsOfAStudy, CallAMetricThatCantBeReadAFailure) {
    play_all();
    study_.metrics = {{"final", "rounds.accuracy.last"}};
    std::filesystem::resize_file(trace_of(folder_.path(), study_.points[3]), 100);
    const std::vector<CollectedPoint> points = collect(folder_.path(), study_);
    EXPECT_EQ(points[3].status.state, PointState::failed);
    EXPECT_FALSE(points[3].status.failure.empty());
    EXPECT_EQ(points[4].status.state, PointState::complete);
}

}  // namespace
}  // namespace mlaasim::study
