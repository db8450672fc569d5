// Damaged traces: every reader says that the trace is damaged, never how its scenario or HDF5 should be written.
#include "study/damage.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <iterator>

#include "study/difference.hpp"
#include "study/made_run.hpp"
#include "study/model_export.hpp"
#include "study/report/run_trace.hpp"
#include "study/run_summary.hpp"
#include "study/study_folder.hpp"

namespace mlaasim::study {
namespace {

namespace fs = std::filesystem;
using mlaasim::testing::TemporaryFolder;

std::string bytes_of(const fs::path& file) {
    std::ifstream stream{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

void replace(const fs::path& file, const std::string& bytes) {
    fs::remove(file);  // its other names keep the old bytes
    std::ofstream{file, std::ios::binary} << bytes;
}

/// A byte of the scenario is no longer UTF-8.
void flip_scenario(const fs::path& file) {
    std::string bytes = bytes_of(file);
    bytes.at(bytes.find("name: made")) = '\xee';
    replace(file, bytes);
}

void cut_off(const fs::path& file) {
    const std::string bytes = bytes_of(file);
    replace(file, bytes.substr(0, bytes.size() - 100));
}

class DamageTest : public ::testing::Test {
protected:
    DamageTest() {
        testing::MadeRun made;
        made.rows.append(sim::RoundRecord{.round = 1});
        made.rows.append(sim::RoundRecord{.round = 2});
        made.rows.append(sim::CandidateRecord{.round = 2, .service = 3, .reason = "unavailable"});
        whole_ = write(made, folder_ / "whole");
        file_ = write(made, folder_ / "damaged");
    }

    /// What a step that reads the damaged trace says; empty when it says nothing.
    static std::string message_of(const std::function<void()>& step) {
        try {
            step();
        } catch (const sim::InputError& error) {
            return error.what();
        }
        return "";
    }

    void expect_all_readers_say_so() const {
        const std::vector<std::function<void()>> readers{
            [&] { static_cast<void>(read_run(file_)); },
            [&] { static_cast<void>(read_run_trace(file_)); },
            [&] { static_cast<void>(difference_between(whole_, file_)); },
            [&] { static_cast<void>(summaries_of(file_.string())); },
            [&] { static_cast<void>(read_model(file_, {})); },
        };
        for (std::size_t i = 0; i < readers.size(); ++i) {
            const std::string message = message_of(readers[i]);
            EXPECT_TRUE(message.starts_with(file_.string() + ": the trace is damaged (")) << i << ": " << message;
            EXPECT_NE(message.find("Hint: mlaasim trace verify " + file_.string() + "; "), std::string::npos)
                << i << ": " << message;
            EXPECT_EQ(message.find("UTF-8"), std::string::npos) << i << ": " << message;
        }
    }

    TemporaryFolder folder_;
    fs::path whole_;
    fs::path file_;
};

TEST_F(DamageTest, OfTheScenario) {
    flip_scenario(file_);
    expect_all_readers_say_so();
}

TEST_F(DamageTest, OfAFileThatIsCutOff) {
    cut_off(file_);
    expect_all_readers_say_so();
    const PointStatus status = status_of_run(file_.parent_path(), 2);
    EXPECT_EQ(status.state, PointState::failed);
    EXPECT_NE(status.failure.find("the trace is damaged ("), std::string::npos) << status.failure;
}

/// A command that does not read the table does not see it; `mlaasim trace verify` does.
TEST_F(DamageTest, OfATableIsSeenByWhoReadsIt) {
    std::string bytes = bytes_of(file_);
    bytes.at(bytes.find("unavailable")) = 'U';
    replace(file_, bytes);
    EXPECT_EQ(message_of([&] { static_cast<void>(summaries_of(file_.string())); }), "");
    EXPECT_NE(message_of([&] { static_cast<void>(sim::verify(file_)); }).find("candidates"), std::string::npos);
    const std::string message = message_of([&] { static_cast<void>(read_run_trace(file_)); });
    EXPECT_TRUE(message.starts_with(file_.string() + ": the trace is damaged (")) << message;
}

TEST_F(DamageTest, HintNamesTheCommitBeforeWhenItIsWhole) {
    flip_scenario(file_);
    const auto message = [&] { return message_of([&] { static_cast<void>(read_run(file_)); }); };
    EXPECT_NE(message().find("trace.h5.next beside it is whole, up to round 0"), std::string::npos) << message();
    cut_off(file_.string() + ".next");
    EXPECT_NE(message().find("use an undamaged copy"), std::string::npos) << message();
    fs::remove(file_.string() + ".next");
    EXPECT_NE(message().find("use an undamaged copy"), std::string::npos) << message();
}

/// What is not there, is no trace, or is whole is not called damaged.
TEST_F(DamageTest, OtherErrorsStay) {
    replace(file_, "name: made\n");
    for (const fs::path& file : {file_, folder_ / "absent.h5"}) {
        const std::string message = message_of([&] { static_cast<void>(read_run(file)); });
        EXPECT_FALSE(message.empty());
        EXPECT_EQ(message.find("is damaged"), std::string::npos) << message;
    }
    EXPECT_EQ(message_of([&] { reading(whole_, [] { throw sim::InputError({.what = "no such column"}); }); }),
              "no such column");
}

}  // namespace
}  // namespace mlaasim::study
