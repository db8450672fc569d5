// Each kind of assessment: what it asks of the laboratory, whom it flags, what it logs.
#include "composition/assessment/assessment.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "composition/adapting_composition.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::composition {
namespace {

using testing::id;
using testing::Ids;
using Calls = std::vector<std::string>;

sim::Chosen<AssessmentOptions> kind(const std::string& line) {
    return mlaasim::testing::chosen(assessment_kinds(), "kind: " + line);
}

class AssessmentTest : public testing::AdaptingComposition {
protected:
    Assessment assess_by(const std::string& line) {
        return kind(line)->make()->assess(membership, market, laboratory, log);
    }
};

TEST_F(AssessmentTest, ContributionIsMeasuredInTheLaboratoryAndLogged) {
    laboratory.accuracies = {.whole = 0.8, .without = {0.8, 0.8, 0.9, 0.8}};
    laboratory.distances = {1, 1, 4, 1};
    const Assessment found = assess_by("contribution");
    EXPECT_EQ(laboratory.calls, (Calls{"update_distances 0 1 2 3", "leave_one_out 0 1 2 3"}));
    EXPECT_EQ(found.underperforming, Ids{id(2)}) << "the composition is better without it";
    ASSERT_EQ(log.assessment().size(), 4U);
    EXPECT_EQ(log.assessment()[2].service, 2U);
    EXPECT_EQ(log.assessment()[2].underperforming, 1U);
    EXPECT_EQ(log.assessment()[2].distance, 4);
    EXPECT_EQ(log.assessment()[2].round, 4U);
}

TEST_F(AssessmentTest, LeaveOneOutLooksAtAccuracyAlone) {
    laboratory.accuracies = {.whole = 0.8, .without = {0.75, 0.81, 0.9, 0.85}};
    const Assessment found = assess_by("leave_one_out, margin: 0.02");
    EXPECT_EQ(laboratory.calls, Calls{"leave_one_out 0 1 2 3"});
    EXPECT_EQ(found.underperforming, (Ids{id(2), id(3)})) << "0.01 is within the margin; the worst comes first";
    ASSERT_EQ(log.assessment().size(), 4U);
    EXPECT_DOUBLE_EQ(log.assessment()[0].score, 0.8 - 0.75);
    EXPECT_DOUBLE_EQ(log.assessment()[0].qos_without, 0.75);
    EXPECT_DOUBLE_EQ(log.assessment()[0].threshold, -0.02);
    EXPECT_TRUE(std::isnan(log.assessment()[0].distance));
    EXPECT_TRUE(std::isnan(log.assessment()[0].functional_contribution));
    EXPECT_EQ(assess_by("leave_one_out, max_flagged: 1").underperforming, Ids{id(2)});
}

TEST_F(AssessmentTest, HarmComparesLossesSampleBySample) {
    laboratory.losses = {.whole = 0.3, .harms = {{0, 0}, {-0.04, -0.02}, {0.04, 0.05}, {0, 0.01}}};
    const auto assessor = kind("harm, tolerance: 0.001, false_alarm_rounds: 5")->make();
    Assessment found = assessor->assess(membership, market, laboratory, log);
    EXPECT_EQ(laboratory.calls, Calls{"paired_losses 0 1 2 3"});
    EXPECT_TRUE(found.underperforming.empty()) << "the first round learns how large differences are";
    for (int again = 0; again < 10; ++again) {
        found = assessor->assess(membership, market, laboratory, log);
    }
    EXPECT_EQ(found.underperforming, Ids{id(2)});
    EXPECT_DOUBLE_EQ(found.qos, 0.85);
    EXPECT_DOUBLE_EQ(found.members[2].qos_contribution, -0.045);
    EXPECT_DOUBLE_EQ(found.threshold, -std::log(21.0));
    EXPECT_DOUBLE_EQ(found.tolerance, 0.001);
    membership.members = {id(0), id(1), id(9), id(3)};
    membership.trained = membership.members;
    found = assessor->assess(membership, market, laboratory, log);
    EXPECT_TRUE(found.underperforming.empty()) << "9 has taken the place of 2 and begins without evidence";
}

TEST_F(AssessmentTest, RandomHalvesAreTheEvidenceOfTheSameTest) {
    laboratory.halves = {.whole = 0.3, .harms = {{0.0, -0.02}, {-0.04, -0.02}, {0.04, 0.05}, {0, 0.01}}};
    laboratory.losses = {.whole = 0.3, .harms = laboratory.halves.harms};
    const auto halving = kind("random_halves, tolerance: 0.001, false_alarm_rounds: 5, pairs: 2")->make();
    const auto leaving_out = kind("harm, tolerance: 0.001, false_alarm_rounds: 5")->make();
    Assessment found;
    for (int again = 0; again < 8; ++again) {
        found = halving->assess(membership, market, laboratory, log);
        const Assessment expected = leaving_out->assess(membership, market, laboratory, log);
        EXPECT_EQ(found.underperforming, expected.underperforming);
        EXPECT_EQ(found.members[2].score, expected.members[2].score);
    }
    EXPECT_EQ(laboratory.calls.front(), "random_halves, 2 pairs: 0 1 2 3");
    EXPECT_EQ(found.underperforming, Ids{id(2)});
    EXPECT_DOUBLE_EQ(found.members[2].qos_contribution, -0.045);
}

TEST_F(AssessmentTest, LabelsOfOneClassAreNoEvidenceOfHarm) {
    laboratory.losses = {.whole = 0.3, .harms = {{0, 0}, {-0.04, -0.02}, {0.04, 0.05}, {0, 0.01}}};
    laboratory.halves = {.whole = 0.3, .harms = laboratory.losses.harms};
    laboratory.accuracies = {.whole = 0.8, .without = {0.75, 0.8, 0.85, 0.82}};
    for (const char* const chosen : {"harm, tolerance: 0.001, false_alarm_rounds: 5",
                                     "random_halves, tolerance: 0.001, false_alarm_rounds: 5", "leave_one_out"}) {
        const auto assessor = kind(chosen)->make();
        const auto undisturbed = kind(chosen)->make();
        for (std::uint32_t number = 1; number <= 12; ++number) {
            laboratory.calls.clear();
            log = RoundLog{sim::Round{number}};
            laboratory.only_class = 7;
            const Assessment none = assessor->assess(membership, market, laboratory, log);
            EXPECT_TRUE(none.members.empty() && none.underperforming.empty() && laboratory.calls.empty());
            ASSERT_EQ(log.events().size(), 1U);
            EXPECT_EQ(log.events().front().kind.view(), "one_class");
            EXPECT_EQ(log.events().front().id, 7);
            laboratory.only_class.reset();
            const Assessment found = assessor->assess(membership, market, laboratory, log);
            const Assessment expected = undisturbed->assess(membership, market, laboratory, log);
            EXPECT_EQ(found.underperforming, expected.underperforming);
            EXPECT_EQ(found.members[2].score, expected.members[2].score) << "such a round leaves nothing behind";
        }
    }
}

TEST_F(AssessmentTest, EveryKindAsksForWhatItDeclares) {
    laboratory.accuracies = {.whole = 0.8, .without = {0.8, 0.8, 0.9, 0.8}};
    laboratory.distances = {1, 1, 4, 1};
    laboratory.losses.harms = {{0.01}, {0.01}, {0.02}, {0.0}};
    laboratory.halves.harms = laboratory.losses.harms;
    for (const auto& each : assessment_kinds()) {
        const sim::Chosen<AssessmentOptions> chosen{each};
        laboratory.calls.clear();
        static_cast<void>(chosen->make()->assess(membership, market, laboratory, log));
        const auto asked = [&](std::string_view what) {
            return std::any_of(laboratory.calls.begin(), laboratory.calls.end(),
                               [&](const std::string& call) { return call.starts_with(what); });
        };
        EXPECT_EQ(asked("leave_one_out"), chosen->leaves_one_out()) << each.word;
        EXPECT_EQ(asked("paired_losses"), chosen->compares_losses()) << each.word;
        EXPECT_EQ(asked("random_halves"), chosen->pairs_of_halves() > 0) << each.word;
        EXPECT_EQ(asked("update_distances"), chosen->update_distance() != nullptr) << each.word;
    }
}

TEST_F(AssessmentTest, EveryKindGoesOnWithTheSameBits) {
    laboratory.accuracies = {.whole = 0.8, .without = {0.7, 0.82, 0.9, 0.8}};
    laboratory.distances = {1, 1, 4, 1};
    laboratory.losses.harms = {{0.01, 0.02}, {-0.01, 0}, {0.02, 0.03}, {0.0, 0}};
    laboratory.halves.harms = laboratory.losses.harms;
    for (const auto& each : assessment_kinds()) {
        const sim::Chosen<AssessmentOptions> chosen{each};
        const auto undisturbed = chosen->make();
        const auto play = [&](Assessor& assessor) { return assessor.assess(membership, market, laboratory, log); };
        static_cast<void>(play(*undisturbed));
        static_cast<void>(play(*undisturbed));
        testing::MemoryArchive archive;
        undisturbed->archive(archive);
        archive.load();
        const auto resumed = chosen->make();
        resumed->archive(archive);
        laboratory.accuracies.without[0] = 0.85;
        const Assessment expected = play(*undisturbed);
        const Assessment found = play(*resumed);
        EXPECT_EQ(found.underperforming, expected.underperforming) << each.word;
        for (std::size_t i = 0; i < expected.members.size(); ++i) {
            EXPECT_EQ(found.members[i].score, expected.members[i].score) << each.word;
        }
    }
}

}  // namespace
}  // namespace mlaasim::composition
