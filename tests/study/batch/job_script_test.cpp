#include "study/batch/job_script.hpp"

#include <gtest/gtest.h>

#include "sim/core/error.hpp"
#include "study/batch/submit.hpp"

namespace mlaasim::study {
namespace {

using std::chrono::seconds;

JobScript one_run() {
    return {.name = "mlaasim-x-1",
            .token = "1",
            .folder = "/data/x",
            .program = "mlaasim",
            .arguments = {"/data/it's.yaml", "--set", "name=@folder@"},
            .launch = "--mpi=pmix"};
}

TEST(JobScript, NumbersAreGivenAsRanges) {
    EXPECT_EQ(ranges_of({}), "");
    EXPECT_EQ(ranges_of({4}), "4");
    EXPECT_EQ(ranges_of({0, 1, 2, 3}), "0-3");
    EXPECT_EQ(ranges_of({0, 2, 3, 7, 9, 10}), "0,2-3,7,9-10");
}

TEST(JobScript, WordsAreQuotedWhereAShellWouldTakeThemApart) {
    EXPECT_EQ(shell_word("/data/a-b_c.yaml"), "/data/a-b_c.yaml");
    EXPECT_EQ(shell_word(""), "''");
    EXPECT_EQ(shell_word("a b"), "'a b'");
    EXPECT_EQ(shell_word("$(reboot)"), "'$(reboot)'");
    EXPECT_EQ(shell_word("it's"), R"('it'\''s')");
}

TEST(JobScript, PutsInWordsAndDoesNotLookThroughThemAgain) {
    const std::string text = text_of(one_run());
    EXPECT_NE(text.find(R"(mlaasim run '/data/it'\''s.yaml' --set name=@folder@ &)"), std::string::npos) << text;
    EXPECT_NE(text.find("\nfolder=/data/x\n"), std::string::npos) << text;
    EXPECT_NE(text.find("\nfailure=/data/x/failed.txt\n"), std::string::npos) << text;
}

TEST(JobScript, LogsPercentSignsAreNoPlaceholdersOfSlurm) {
    JobScript script = one_run();
    script.folder = "/data/50% of j";
    EXPECT_NE(text_of(script).find("#SBATCH --output=\"/data/50%% of j/log.txt\"\n"), std::string::npos);
}

TEST(JobScript, RefusesFoldersThatSbatchCannotName) {
    for (const char* folder : {"/data/a\"b", "/data/a\\b", "/data/a\nb"}) {
        JobScript script = one_run();
        script.folder = folder;
        EXPECT_THROW(static_cast<void>(text_of(script)), sim::InputError) << folder;
    }
}

TEST(JobScript, ArrayTasksPlayPointsByTheirNumber) {
    JobScript script = one_run();
    script.array = ArrayPart{.first = 41, .last = 60, .per_task = 3, .tasks = {0, 1, 5}, .at_once = 2};
    const std::string text = text_of(script);
    EXPECT_NE(text.find("#SBATCH --array=0-1,5%2\n"), std::string::npos) << text;
    EXPECT_NE(text.find("first=$((41 + task * 3))\n"), std::string::npos) << text;
    EXPECT_NE(text.find("#SBATCH --output=\"/data/x/slurm/%A_%a.log\"\n"), std::string::npos) << text;
    EXPECT_NE(text.find("\nfailure=\n"), std::string::npos) << "points tell of their failures themselves";
}

TEST(JobScript, RunEndsBeforeTheBatchSystemEndsIt) {
    EXPECT_EQ(max_time_within(seconds{7200}), seconds{7110});
    EXPECT_EQ(max_time_within(seconds{180}), seconds{135});
}

TEST(JobOrder, IsSplitIntoArraysWithoutTasksThatAreDone) {
    // Ten points, two a task, three tasks an array; the points 1, 2 and 7 to 9 are done.
    JobOrder order{.name = "a/b c", .points = std::vector<bool>(10, true), .per_task = 2, .script = one_run()};
    for (const std::size_t done : {1, 2, 7, 8, 9}) {
        order.points[done - 1] = false;
    }
    const std::vector<JobScript> scripts = scripts_of(order, 3);
    ASSERT_EQ(scripts.size(), 2U);
    EXPECT_EQ(scripts[0].array->first, 1);
    EXPECT_EQ(scripts[0].array->tasks, (std::vector<std::int64_t>{1, 2}));
    EXPECT_EQ(scripts[1].array->first, 7);
    EXPECT_EQ(scripts[1].array->tasks, (std::vector<std::int64_t>{1}));
    EXPECT_NE(scripts[0].token, scripts[1].token);
    EXPECT_EQ(scripts[0].name, "mlaasim-a-b-c-" + scripts[0].token);
}

TEST(JobOrder, OfAStudyThatIsDoneHasNoScript) {
    const JobOrder order{.name = "x", .points = {false, false}, .script = one_run()};
    EXPECT_TRUE(scripts_of(order, 1000).empty());
}

}  // namespace
}  // namespace mlaasim::study
