#include "sim/trace/records.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace mlaasim::sim {
namespace {

TEST(TraceRecords, EveryTableStartsWithTheRoundAndNamesEachColumnOnce) {
    for (const Table* table : all_tables()) {
        ASSERT_FALSE(table->fields.empty());
        EXPECT_EQ(table->fields.front().name, "round");
        EXPECT_EQ(table->fields.front().type, FieldType::uint32);
        std::set<std::string_view> names;
        for (const Field& field : table->fields) {
            EXPECT_TRUE(names.insert(field.name).second) << field.name;
            EXPECT_FALSE(field.doc.empty()) << table->name << "." << field.name;
        }
    }
}

TEST(TraceRecords, ColumnsCoverTheRecordButForPadding) {
    for (const Table* table : all_tables()) {
        std::size_t end = 0;
        for (const Field& field : table->fields) {
            EXPECT_GE(field.offset, end) << table->name << "." << field.name;
            EXPECT_LT(field.offset - end, 8U)
                << "a member before " << table->name << "." << field.name << " has no column";
            end = field.offset + field.size;
        }
        EXPECT_LE(end, table->record_size);
        EXPECT_LT(table->record_size - end, 8U) << "the last member of " << table->name << " has no column";
    }
}

TEST(TraceRecords, TimingIsTheLastTable) {
    ASSERT_EQ(all_tables().size(), 19U);
    EXPECT_EQ(all_tables().back(), &TimingRecord::table());
}

TEST(TraceRecords, TextsAreCutAtTheirCapacityAndPaddedWithZeros) {
    EXPECT_EQ(Text<4>{"abcdef"}.view(), "abcd");
    EXPECT_EQ(Text<4>{"ab"}.view(), "ab");
    EXPECT_EQ(Text<4>{std::string_view{}}.view(), "");
    EXPECT_EQ(Text<4>{"ab"}.chars[3], '\0');
}

}  // namespace
}  // namespace mlaasim::sim
