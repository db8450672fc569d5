#include "sim/trace/columns.hpp"

#include <gtest/gtest.h>

#include "sim/trace/packing.hpp"

namespace mlaasim::sim {
namespace {

struct StrikeRecord {
    MLAASIM_COLUMN(std::uint32_t, round, "", number_of_the_round)
    MLAASIM_COLUMN(Text<4>, who, "", "who went on strike")

    // Lines between columns don't matter, nor do those that one column takes.
    MLAASIM_COLUMN(double, loss_j, "J",
                   "energy that "
                   "the strike cost")
    MLAASIM_COLUMN(std::int32_t, other, "", "id of who joined; -1 when nobody did", -1)
    MLAASIM_TABLE(StrikeRecord, "strikes", "One row per strike.")
};

TEST(TraceColumns, AreInTheOrderOfTheirDeclarationWithTypeUnitAndDoc) {
    const Table& table = StrikeRecord::table();
    EXPECT_EQ(table.name, "strikes");
    EXPECT_EQ(table.doc, "One row per strike.");
    EXPECT_EQ(table.record_size, sizeof(StrikeRecord));
    ASSERT_EQ(table.fields.size(), 4U);
    EXPECT_EQ(table.fields[0].name, "round");
    EXPECT_EQ(table.fields[0].type, FieldType::uint32);
    EXPECT_EQ(table.fields[0].doc, number_of_the_round);
    EXPECT_EQ(table.fields[1].type, FieldType::text);
    EXPECT_EQ(table.fields[1].size, 4U);
    EXPECT_EQ(table.fields[2].name, "loss_j");
    EXPECT_EQ(table.fields[2].unit, "J");
    EXPECT_EQ(table.fields[2].doc, "energy that the strike cost");
    EXPECT_EQ(table.fields[2].offset, offsetof(StrikeRecord, loss_j));
    EXPECT_EQ(table.fields[3].type, FieldType::int32);
}

TEST(TraceColumns, AreMembersOfAPlainRecordWithTheirDefaults) {
    EXPECT_EQ(StrikeRecord{}.round, 0U);
    EXPECT_EQ(StrikeRecord{}.loss_j, 0.0);
    EXPECT_EQ(StrikeRecord{}.other, -1);
    const StrikeRecord record{.round = 3, .who = "us", .loss_j = 0.5};
    EXPECT_EQ(record.who.view(), "us");
    EXPECT_EQ(record.other, -1);
}

TEST(TraceColumns, RecordsPackAndUnpackByTheirColumns) {
    const StrikeRecord record{.round = 7, .who = "all", .loss_j = 2.5, .other = 4};
    const std::vector<std::byte> packed = pack(StrikeRecord::table(), std::as_bytes(std::span{&record, 1}));
    EXPECT_EQ(packed.size(), 4U + 4U + 8U + 4U);
    const std::vector<std::byte> unpacked = unpack(StrikeRecord::table(), packed);
    StrikeRecord again;
    ASSERT_EQ(unpacked.size(), sizeof again);
    std::memcpy(&again, unpacked.data(), sizeof again);
    EXPECT_EQ(again.round, 7U);
    EXPECT_EQ(again.who.view(), "all");
    EXPECT_EQ(again.loss_j, 2.5);
    EXPECT_EQ(again.other, 4);
}

}  // namespace
}  // namespace mlaasim::sim
