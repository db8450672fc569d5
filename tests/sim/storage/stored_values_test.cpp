#include "sim/storage/stored_values.hpp"

#include <gtest/gtest.h>

#include "sim/core/error.hpp"
#include "sim/data/temporary_folder.hpp"
#include "sim/storage/trace_file.hpp"

namespace mlaasim::sim {
namespace {

class StoredValuesTest : public ::testing::Test {
protected:
    void SetUp() override {
        TraceFile trace = TraceFile::create(folder_.path(), {.scenario_yaml = "name: x\n"});
        RowBuffer rows;
        for (const std::uint32_t round : {1U, 2U}) {
            RoundRecord record;
            record.round = round;
            record.accuracy = 0.25 * round;
            record.bytes = (std::int64_t{1} << 60) + round;
            rows.append(record);
        }
        trace.commit(rows, Checkpoint{.round = Round{2}});
    }

    testing::TemporaryFolder folder_;
};

TEST_F(StoredValuesTest, AreTheRowsColumnByColumn) {
    const StoredValues rounds = read_values(folder_ / "trace.h5", "rounds");
    EXPECT_EQ(rounds.rows, 2U);
    EXPECT_EQ(rounds.columns.front().name, "round");
    EXPECT_EQ(rounds.numbers("round"), (std::vector<double>{1.0, 2.0}));
    EXPECT_EQ(rounds.numbers("accuracy"), (std::vector<double>{0.25, 0.5}));
    const auto& bytes = std::get<std::vector<std::int64_t>>(rounds.find("bytes")->values);
    EXPECT_EQ(bytes, (std::vector<std::int64_t>{(std::int64_t{1} << 60) + 1, (std::int64_t{1} << 60) + 2}));
}

TEST_F(StoredValuesTest, RefuseAColumnThatIsMissingOrOfAnotherType) {
    const StoredValues rounds = read_values(folder_ / "trace.h5", "rounds");
    EXPECT_EQ(rounds.find("color"), nullptr);
    EXPECT_THROW(static_cast<void>(rounds.numbers("color")), InputError);
    EXPECT_THROW(static_cast<void>(rounds.texts("accuracy")), InputError);
    EXPECT_THROW(static_cast<void>(read_values(folder_ / "trace.h5", "colors")), InputError);
}

TEST_F(StoredValuesTest, OfAnEmptyTableKeepTheTypes) {
    const StoredValues events = read_values(folder_ / "trace.h5", "events");
    EXPECT_EQ(events.rows, 0U);
    EXPECT_TRUE(events.texts("kind").empty());
}

}  // namespace
}  // namespace mlaasim::sim
