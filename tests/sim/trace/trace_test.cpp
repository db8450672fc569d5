#include "sim/trace/trace.hpp"

#include <cstring>

#include <gtest/gtest.h>

#include "sim/core/error.hpp"
#include "sim/core/sha256.hpp"

namespace mlaasim::sim {
namespace {

TEST(TraceSha256, AgreesWithTheStandardsExamples) {
    Sha256 empty;
    EXPECT_EQ(empty.hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    Sha256 abc;  // FIPS 180-4, "abc"
    abc.update("a");
    abc.update("bc");
    EXPECT_EQ(abc.hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    EXPECT_THROW(abc.update("d"), ContractViolation);
}

TEST(TraceRowBuffer, KeepsTheOrderPerTable) {
    RowBuffer rows;
    rows.append(RoundRecord{.round = 1});
    rows.append(EventRecord{.round = 1, .kind = "drift"});
    RowBuffer more;
    more.append(RoundRecord{.round = 2});
    rows.append_all(more);
    const auto bytes = rows.rows(RoundRecord::table());
    ASSERT_EQ(bytes.size(), 2 * sizeof(RoundRecord));
    RoundRecord second;
    std::memcpy(&second, bytes.data() + sizeof second, sizeof second);
    EXPECT_EQ(second.round, 2U);
    EXPECT_EQ(rows.rows(EventRecord::table()).size(), sizeof(EventRecord));
    rows.clear();
    EXPECT_TRUE(rows.rows(RoundRecord::table()).empty());
}

TEST(TraceRowBuffer, RefusesHalfARecordAndForeignTables) {
    RowBuffer rows;
    EXPECT_THROW(rows.append(RoundRecord::table(), std::vector<std::byte>(3)), ContractViolation);
    const Table foreign = RoundRecord::table();
    EXPECT_THROW(rows.append(foreign, {}), ContractViolation);
}

TEST(TraceCheckpoint, GivesBackWhatWasPut) {
    Checkpoint checkpoint;
    checkpoint.put("f", std::vector<float>{1, 2, 3, 4}, {2, 2});
    checkpoint.put("d", std::vector<double>{0.1});
    checkpoint.put("i", std::vector<std::int64_t>{});
    checkpoint.put("b", std::vector<std::uint8_t>{7, 8});
    EXPECT_EQ(checkpoint.floats("f"), (std::vector<float>{1, 2, 3, 4}));
    EXPECT_EQ(checkpoint.arrays.at("f").shape, (std::vector<std::uint64_t>{2, 2}));
    EXPECT_EQ(checkpoint.doubles("d"), (std::vector<double>{0.1}));
    EXPECT_EQ(checkpoint.arrays.at("d").shape, (std::vector<std::uint64_t>{1}));
    EXPECT_TRUE(checkpoint.integers("i").empty());
    EXPECT_EQ(checkpoint.bytes("b"), (std::vector<std::uint8_t>{7, 8}));
}

TEST(TraceCheckpoint, NamesTheArrayThatIsMissingOrOfAnotherType) {
    Checkpoint checkpoint;
    checkpoint.put("model", std::vector<double>{1});
    for (const char* name : {"model", "absent"}) {
        try {
            static_cast<void>(checkpoint.floats(name));
            FAIL() << name;
        } catch (const InputError& error) {
            EXPECT_NE(std::string{error.what()}.find(name), std::string::npos) << error.what();
        }
    }
    EXPECT_THROW(checkpoint.put("model", std::vector<float>{1, 2, 3}, {2, 2}), ContractViolation);
}

}  // namespace
}  // namespace mlaasim::sim
