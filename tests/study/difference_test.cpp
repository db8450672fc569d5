// Where two runs part: traces made by hand, whose differences are known.
#include "study/difference.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>

#include "sim/core/error.hpp"
#include "sim/data/byte_source.hpp"
#include "study/difference_text.hpp"
#include "study/made_run.hpp"

namespace mlaasim::study {
namespace {

using mlaasim::testing::Outcome;
using mlaasim::testing::TemporaryFolder;
using testing::MadeRun;

/// Two rounds of two members and two clients, an event, and a checkpoint.
MadeRun usual() {
    MadeRun made;
    for (const std::uint32_t round : {1U, 2U}) {
        made.rows.append(sim::RoundRecord{.round = round, .members = 2, .accuracy = 0.5, .loss = 1.0});
        for (const std::uint32_t id : {0U, 1U}) {
            made.rows.append(sim::ServiceRecord{
                .round = round, .service = id, .role = "member", .status = "trained", .train_loss = 0.25});
            made.rows.append(sim::ClientRecord{.round = round, .client = id, .samples = 10, .accuracy = 0.5});
        }
    }
    made.checkpoint.put("bandit", std::vector<double>{1.0, 2.0, 3.0});
    made.checkpoint.service_state[sim::ServiceId{1}] = {0.5F, 0.25F};
    made.checkpoint.stateful = {sim::ServiceId{1}};
    return made;
}

class DifferenceTest : public ::testing::Test {
protected:
    [[nodiscard]] Difference between(const MadeRun& a, const MadeRun& b) const {
        return difference_between(write(a, folder_ / "a"), write(b, folder_ / "b"));
    }

    TemporaryFolder folder_;
};

const TableDifference& table_in(const Difference& difference, const std::string& name) {
    const auto found = std::ranges::find(difference.tables, name, &TableDifference::table);
    EXPECT_NE(found, difference.tables.end()) << name;
    return *found;
}

TEST_F(DifferenceTest, OfEqualRunsIsNone) {
    const Difference difference = between(usual(), usual());
    EXPECT_TRUE(difference.same());
    EXPECT_EQ(difference.first_table(), nullptr);
    EXPECT_TRUE(difference.checkpoints_compared);
    const TableDifference& services = table_in(difference, "services");
    EXPECT_EQ(services.rows, 4U);
    EXPECT_EQ(services.cells, 4U * 11U);  // all columns but round, service and role
    EXPECT_NE(difference_text(difference).find("\nThe runs are the same, to the last bit.\n"), std::string::npos);
}

TEST_F(DifferenceTest, ATableOfOneRunOnlyCountsWithinASchema) {
    Difference difference = between(usual(), usual());
    difference.tables_only_a = {"bandit"};
    EXPECT_FALSE(difference.same());
    EXPECT_NE(difference_text(difference).find("\nThe runs differ.\n"), std::string::npos);
    --difference.b.header.schema_version;
    EXPECT_TRUE(difference.same());
}

TEST_F(DifferenceTest, NamesTheFirstCellAndCountsAll) {
    MadeRun other = usual();
    other.rows.clear();
    const double above = std::nextafter(0.25, 1.0);
    for (const std::uint32_t round : {1U, 2U}) {
        other.rows.append(sim::RoundRecord{.round = round, .members = 2, .accuracy = 0.5, .loss = 1.0});
        for (const std::uint32_t id : {1U, 0U}) {  // in another order
            other.rows.append(sim::ServiceRecord{.round = round,
                                                 .service = id,
                                                 .role = "member",
                                                 .status = round == 2 && id == 0 ? "diverged" : "trained",
                                                 .train_loss = round == 2 ? above : 0.25});
            other.rows.append(sim::ClientRecord{
                .round = round, .client = id, .samples = 10, .accuracy = round == 2 && id == 1 ? 0.4 : 0.5});
        }
    }
    const Difference difference = between(usual(), other);
    EXPECT_FALSE(difference.same_results());
    ASSERT_NE(difference.first_table(), nullptr);
    EXPECT_EQ(difference.first_table()->table, "services");  // training comes before evaluation
    const TableDifference& services = table_in(difference, "services");
    EXPECT_EQ(services.differing, 3U);
    EXPECT_EQ(services.first->row, "round 2, service 0, role member");
    EXPECT_EQ(services.first->column, "status");
    EXPECT_EQ(services.first->a, Cell{"trained"});
    EXPECT_EQ(services.first->b, Cell{"diverged"});
    EXPECT_EQ(services.largest->column, "train_loss");
    const TableDifference& clients = table_in(difference, "clients");
    EXPECT_EQ(clients.differing, 1U);
    EXPECT_EQ(clients.first->row, "round 2, client 1");
    EXPECT_NEAR(gap_between(clients.first->a, clients.first->b)->absolute, 0.1, 1e-15);
    EXPECT_NEAR(gap_between(clients.first->a, clients.first->b)->relative, 0.2, 1e-15);
    EXPECT_TRUE(table_in(difference, "rounds").same());
}

TEST_F(DifferenceTest, OneBitCounts) {
    const double one_above = std::nextafter(0.25, 1.0);
    const auto with_loss = [](double loss) {
        MadeRun made;
        made.rows.append(sim::RoundRecord{.round = 1, .loss = loss});
        return made;
    };
    const double nan = std::numeric_limits<double>::quiet_NaN();
    EXPECT_FALSE(between(with_loss(0.25), with_loss(one_above)).same());
    EXPECT_FALSE(between(with_loss(0.0), with_loss(-0.0)).same());
    EXPECT_TRUE(between(with_loss(nan), with_loss(nan)).same());
    const Difference difference = between(with_loss(nan), with_loss(-nan));
    EXPECT_FALSE(difference.same());
    EXPECT_NE(difference_text(difference).find("NaN (bits 0xfff8"), std::string::npos) << difference_text(difference);
    EXPECT_NE(difference_text(between(with_loss(0.25), with_loss(one_above))).find("relative 2.2e-16"),
              std::string::npos);
}

TEST_F(DifferenceTest, MeasuredTimesDoNotCount) {
    MadeRun slower = usual();
    slower.rows.append(sim::TimingRecord{.round = 1, .phase = "train", .seconds = 5.0});
    EXPECT_TRUE(between(usual(), slower).same());
}

TEST_F(DifferenceTest, RowsOfOneRunOnly) {
    MadeRun other = usual();
    const sim::EventRecord event{.round = 1, .kind = "outage", .subject = "service", .id = 1};
    other.rows.append(event);
    const Difference one = between(usual(), other);
    EXPECT_EQ(table_in(one, "events").rows_only_b, 1U);
    EXPECT_EQ(one.first_table()->first_only_b->row, "round 1, kind outage, subject service, id 1");
    other.rows.append(event);  // twice in a round
    MadeRun once = usual();
    once.rows.append(event);
    const Difference twice = between(other, once);
    EXPECT_EQ(table_in(twice, "events").rows, 1U);
    EXPECT_EQ(table_in(twice, "events").first_only_a->row, "round 1, kind outage, subject service, id 1 (number 2)");
}

TEST_F(DifferenceTest, CommonRoundsAreCompared) {
    MadeRun longer = usual();
    longer.rows.append(sim::RoundRecord{.round = 3});
    longer.checkpoint.round = sim::Round{3};
    const Difference difference = between(usual(), longer);
    EXPECT_EQ(difference.common_rounds, 2);
    EXPECT_EQ(difference.first_table(), nullptr);
    EXPECT_FALSE(difference.checkpoints_compared);
    EXPECT_FALSE(difference.same());
    EXPECT_NE(difference_text(difference).find("Compared up to round 2, the last that both have."), std::string::npos);
}

TEST_F(DifferenceTest, Checkpoint) {
    MadeRun other = usual();
    other.checkpoint.put("bandit", std::vector<double>{1.0, 2.5, 3.5});
    other.checkpoint.put("members", std::vector<std::int64_t>{4});
    other.checkpoint.service_state[sim::ServiceId{1}] = {0.5F, -0.25F};
    const Difference difference = between(usual(), other);
    EXPECT_EQ(difference.first_table(), nullptr);
    EXPECT_FALSE(difference.same_results());
    ASSERT_EQ(difference.checkpoint.size(), 3U);
    const std::string text = difference_text(difference);
    for (const char* line :
         {"  bandit: 2 of 3 numbers differ, first number 1: A 2, B 2.5\n", "  members: only B has it\n",
          "  state of service 1: 1 of 2 numbers differ, first number 1: A 0.25, B -0.25\n"}) {
        EXPECT_NE(text.find(line), std::string::npos) << line << text;
    }
    other.checkpoint.put("bandit", std::vector<double>{1.0});
    EXPECT_NE(difference_text(between(usual(), other)).find("  bandit: its type or shape differs\n"),
              std::string::npos);
}

TEST_F(DifferenceTest, ScenarioDataAndVersions) {
    MadeRun other = usual();
    other.scenario = "name: made\nseed: 2\ndrift: [{kind: noise, ids: [2, 7]}]\n";
    const Difference difference = between(usual(), other);
    ASSERT_EQ(difference.options.size(), 3U);
    EXPECT_EQ(difference.options[0].path, "drift.0.ids");
    EXPECT_EQ(difference.options[0].values[1], "[2, 7]");
    EXPECT_EQ(difference.options[1].path, "drift.0.kind");
    EXPECT_EQ(difference.options[1].values[0], std::nullopt);
    EXPECT_EQ(difference.options[2].values[1], "2");
    EXPECT_TRUE(difference.same_results());
    EXPECT_FALSE(difference.same());
    EXPECT_NE(difference_text(difference).find("the scenarios or the data are not"), std::string::npos);

    MadeRun newer = usual();
    newer.program_version = "2";
    const Difference versions = between(usual(), newer);
    EXPECT_TRUE(versions.same());
    ASSERT_EQ(versions.versions.size(), 1U);
    EXPECT_EQ(versions.versions[0].b, "2");

    MadeRun others_data = usual();
    others_data.data = "mnist SHA-256 def";
    EXPECT_FALSE(between(usual(), others_data).same());
}

TEST_F(DifferenceTest, OfTwoSchemasIsThatOfCommonColumns) {
    sim::ByteSource packed{std::filesystem::path{MLAASIM_SOURCE_DIR} / "tests/sim/storage/schema3/ensemble.h5.gz"};
    sim::testing::Bytes bytes(std::size_t{1} << 22U);
    bytes.resize(packed.read(bytes));
    sim::testing::write_bytes(folder_ / "old.h5", bytes);
    const Difference difference = difference_between(folder_ / "old.h5", write(usual(), folder_ / "a"));
    EXPECT_FALSE(difference.checkpoints_compared);
    EXPECT_NE(std::ranges::find(difference.tables_only_b, "drift"), difference.tables_only_b.end());
    EXPECT_NE(std::ranges::find(table_in(difference, "clients").columns_only_a, "rotation_degrees"),
              table_in(difference, "clients").columns_only_a.end());
    EXPECT_NE(difference_text(difference).find("Not compared: tables that only B has: drift"), std::string::npos);
    EXPECT_TRUE(difference_between(folder_ / "old.h5", folder_ / "old.h5").same());
}

/// A row names its keys, so each table needs some.
TEST_F(DifferenceTest, EveryTableHasARoundAsKey) {
    for (const sim::Table* table : sim::all_tables()) {
        EXPECT_EQ(table->fields.front().name, "round") << table->name;
    }
}

TEST_F(DifferenceTest, TableHoldsIn80Columns) {
    Difference difference;
    difference.tables.push_back({.table = "candidates",
                                 .rows = 99'999'999,
                                 .cells = 999'999'999,
                                 .differing = 999'999'999,
                                 .rows_only_a = 9'999'999,
                                 .rows_only_b = 9'999'999,
                                 .first = DifferingCell{.round = 1'000'000, .a = 1.0, .b = 2.0},
                                 .largest = DifferingCell{.round = 1'000'000, .a = 1e-300, .b = 2e-290}});
    std::istringstream lines{difference_text(difference)};
    for (std::string line; std::getline(lines, line);) {
        EXPECT_LE(line.size(), 80U) << line;
    }
}

TEST_F(DifferenceTest, ExitCodesOfTheCommand) {
    write(usual(), folder_ / "a");
    MadeRun other = usual();
    other.rows.append(sim::EventRecord{.round = 2, .kind = "outage"});
    write(other, folder_ / "b");
    const auto diff = [](const std::filesystem::path& a, const std::filesystem::path& b) {
        return mlaasim::testing::run({MLAASIM_PROGRAM, "diff", a.string(), b.string()});
    };
    EXPECT_EQ(diff(folder_ / "a", folder_ / "a" / "trace.h5").exit_code, 0);
    const Outcome outcome = diff(folder_ / "a", folder_ / "b");
    EXPECT_EQ(outcome.exit_code, 4) << outcome;
    EXPECT_NE(outcome.output.find("First difference: round 2, table events\n  only B has the row round 2, kind outage"),
              std::string::npos)
        << outcome;
    EXPECT_EQ(diff(folder_ / "a", folder_ / "c").exit_code, 2);
}

}  // namespace
}  // namespace mlaasim::study
