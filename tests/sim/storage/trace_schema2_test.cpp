// Traces of the schema before stay readable: two small ones, written by the program of that time, lie in schema2/ with
// what that program printed of them.
#include <gtest/gtest.h>

#include <sstream>

#include "sim/core/error.hpp"
#include "sim/data/byte_source.hpp"
#include "sim/storage/trace_file.hpp"
#include "sim/trace_samples.hpp"

namespace mlaasim::sim {
namespace {

using namespace testing;

std::filesystem::path beside(const std::string& name) {
    return std::filesystem::path{MLAASIM_SOURCE_DIR} / "tests/sim/storage/schema2" / name;
}

class TraceSchema2 : public ::testing::TestWithParam<const char*> {
protected:
    void SetUp() override {
        ByteSource packed{beside(std::string{GetParam()} + ".h5.gz")};
        std::vector<std::uint8_t> bytes(std::size_t{1} << 22U);
        bytes.resize(packed.read(bytes));
        std::ofstream{folder_.trace(), std::ios::binary}.write(reinterpret_cast<const char*>(bytes.data()),
                                                               static_cast<std::streamsize>(bytes.size()));
    }
    TraceFolder folder_;
};

TEST_P(TraceSchema2, TablesKeepTheirDigests) {
    EXPECT_EQ(verify(folder_.trace()), Verified::without_digests);
    std::map<std::string, std::string> expected;
    std::ifstream lines{beside(std::string{GetParam()} + ".digests")};
    for (std::string digest, name; lines >> digest >> name;) {
        expected[name] = digest;
    }
    ASSERT_EQ(expected.size(), 12U);
    for (const auto& [name, digest] : digests(folder_.trace())) {
        // With states of services, the digest of the checkpoint is another now, and so is `all`.
        if (std::string{GetParam()} == "parametric" || (name != "checkpoint" && name != "all")) {
            EXPECT_EQ(digest, expected[name]) << name;
        }
        expected.erase(name);
    }
    EXPECT_TRUE(expected.empty());
}

TEST_P(TraceSchema2, CsvIsWhatItWas) {
    std::ostringstream csv;
    write_csv(folder_.trace(), "rounds", csv);
    EXPECT_EQ(csv.str(), content(beside(std::string{GetParam()} + ".rounds.csv")));
}

TEST_P(TraceSchema2, HeaderTablesAndCheckpointAreRead) {
    const TraceHeader header = read_header(folder_.trace());
    EXPECT_EQ(header.schema_version, 2);
    EXPECT_NE(header.scenario_yaml.find(std::string{"name: "} + GetParam()), std::string::npos);
    const std::vector<StoredTable> tables = tables_of(folder_.trace());
    ASSERT_EQ(tables.size(), 10U);
    EXPECT_EQ(tables.front().name, "rounds");
    EXPECT_EQ(tables.front().rows, 3U);
    const auto checkpoint = read_checkpoint(folder_.trace());
    ASSERT_TRUE(checkpoint.has_value());
    EXPECT_EQ(checkpoint->round, Round{3});
    EXPECT_EQ(checkpoint->stateful.size(), checkpoint->service_state.size());
}

TEST_P(TraceSchema2, ResumingNamesBothSchemas) {
    try {
        static_cast<void>(TraceFile::resume(folder_.path()));
        FAIL() << "a trace of schema 2 was resumed";
    } catch (const InputError& error) {
        const std::string message = error.what();
        EXPECT_NE(message.find("schema version 2 (expected 3"), std::string::npos) << message;
    }
}

INSTANTIATE_TEST_SUITE_P(Traces, TraceSchema2, ::testing::Values("parametric", "ensemble"),
                         [](const auto& test) { return std::string{test.param}; });

}  // namespace
}  // namespace mlaasim::sim
