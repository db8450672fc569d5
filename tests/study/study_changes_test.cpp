#include "study/study_changes.hpp"

#include <gtest/gtest.h>

#include "sim/core/error.hpp"
#include "study/small_reader.hpp"
#include "support/program.hpp"

namespace mlaasim::study {
namespace {

using testing::TemporaryFolder;

const std::string before = "rounds: 5\nsweep: {grid: {training.epochs: [1, 2]}, seeds: 2}\n";

std::string changes_to(const std::string& now) {
    return changes(small_study(before).study(), small_study(now).study());
}

TEST(StudyChanges, AreNamed) {
    EXPECT_EQ(changes_to(before), "");
    EXPECT_EQ(changes_to("# a comment\n" + before + "metrics: {final: rounds.accuracy.last}\n"), "");
    EXPECT_EQ(
        changes_to("rounds: 6\ntraining: {learning_rate: 0.3}\nsweep: {grid: {training.epochs: [1, 2]}, seeds: 2}\n"),
        "rounds was 5, and is 6, training.learning_rate was 0.1, and is 0.3");
    EXPECT_EQ(
        changes_to("rounds: 5\nsweep: {grid: {training.epochs: [1, 3]}, seeds: 2}\n"),
        "it has other points than before (4 each time); gone: epochs=2,seed=1, epochs=2,seed=2; new: epochs=3,seed=1, "
        "epochs=3,seed=2");
    EXPECT_EQ(changes_to("rounds: 5\nsweep: {grid: {training.epochs: [1, 2]}, seeds: 4}\n"),
              "it had 4 points, and now has 8; new: epochs=1,seed=3, epochs=1,seed=4, epochs=2,seed=3 and 1 more");
    EXPECT_EQ(changes_to("rounds: 5\nsweep: {grid: {training.epochs: [2, 1]}, seeds: 2}\n"),
              "training.epochs was 1, and is 2");
}

TEST(StudyChanges, AreRefusedInAFolder) {
    const TemporaryFolder folder;
    settle_in(folder.path(), small_study(before).study(), before);
    EXPECT_EQ(testing::text_of(folder / "study.yaml"), before);
    const std::string with_metrics = before + "metrics: {final: rounds.accuracy.last}\n";
    settle_in(folder.path(), small_study(with_metrics).study(), with_metrics);
    EXPECT_EQ(read_study(folder.path()).metrics, (std::vector<Named>{{"final", "rounds.accuracy.last"}}));
    EXPECT_EQ(testing::text_of(folder / "study.yaml"), with_metrics);
    const std::string other = "rounds: 6\nsweep: {grid: {training.epochs: [1, 2]}, seeds: 2}\n";
    try {
        settle_in(folder.path(), small_study(other).study(), other);
        ADD_FAILURE() << "a changed study was taken";
    } catch (const sim::InputError& error) {
        EXPECT_NE(std::string{error.what()}.find("rounds was 5, and is 6"), std::string::npos) << error.what();
    }
    EXPECT_EQ(testing::text_of(folder / "study.yaml"), with_metrics);
}

}  // namespace
}  // namespace mlaasim::study
