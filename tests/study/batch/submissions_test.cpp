#include "study/batch/submissions.hpp"

#include <gtest/gtest.h>

#include <string>

#include "sim/core/error.hpp"
#include "sim/data/temporary_folder.hpp"
#include "support/simulation.hpp"

namespace mlaasim::study {
namespace {

using sim::testing::TemporaryFolder;

TEST(Submissions, AreReadAsTheyWereWritten) {
    const TemporaryFolder folder;
    EXPECT_TRUE(read_submissions(folder.path()).all.empty());
    const Submissions written{.name = "it's \"ours\"",
                              .rounds = 7,
                              .most_timeouts = 3,
                              .all = {{.token = "a", .job_name = "mlaasim-a", .time = "2026-11-29T12:00:00"},
                                      {.token = "b",
                                       .job_name = "mlaasim-b",
                                       .time = "2026-11-29T12:00:01",
                                       .state = SubmissionState::submitted,
                                       .job = "12",
                                       .first_point = 1,
                                       .last_point = 9,
                                       .points_per_task = 2},
                                      {.token = "c",
                                       .job_name = "mlaasim-c",
                                       .time = "2026-11-29T12:00:02",
                                       .state = SubmissionState::refused,
                                       .answer = "sbatch: error"}}};
    write_submissions(folder.path(), written);
    const Submissions read = read_submissions(folder.path());
    EXPECT_EQ(read.name, written.name);
    EXPECT_EQ(read.rounds, written.rounds);
    EXPECT_EQ(read.most_timeouts, written.most_timeouts);
    EXPECT_EQ(read.all, written.all);
    EXPECT_EQ(job_names(read), (std::vector<std::string>{"mlaasim-a", "mlaasim-b", "mlaasim-c"}));
}

TEST(Submissions, DamagedRecordsAreNamed) {
    const TemporaryFolder folder;
    for (const char* text : {"", "{", "[]", R"({"form": 1})", R"({"form": 2})",
                             R"({"form": 1, "name": "x", "rounds": 1, "most_timeouts": 1, "submissions": [{}]})"}) {
        testing::write_text(folder / "jobs.json", text);
        try {
            static_cast<void>(read_submissions(folder.path()));
            ADD_FAILURE() << text;
        } catch (const sim::InputError& error) {
            EXPECT_NE(std::string{error.what()}.find("jobs.json"), std::string::npos) << error.what();
        }
    }
}

}  // namespace
}  // namespace mlaasim::study
