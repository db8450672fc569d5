// Traces of older schemas stay readable: for each, one or two small ones, written by the program of that time, lie in a
// folder of its own with what that program printed of them.
#include <gtest/gtest.h>
#include <hdf5.h>

#include <sstream>

#include "sim/core/error.hpp"
#include "sim/data/byte_source.hpp"
#include "sim/storage/trace_file.hpp"
#include "sim/trace_samples.hpp"

namespace mlaasim::sim {
namespace {

using namespace testing;

struct OlderTrace {
    std::int32_t schema;
    std::string name;
    std::uint32_t rounds;  ///< all of them played
    Verified verified;
    std::size_t tables;
    std::vector<std::string> csvs;  ///< tables of which there is what was printed
    /// Since then the digest of a checkpoint with states of services has become another, and so has `all`.
    bool checkpoint_has_its_digest = true;
};

class OlderSchema : public ::testing::TestWithParam<OlderTrace> {
protected:
    void SetUp() override {
        ByteSource packed{beside("h5.gz")};
        std::vector<std::uint8_t> bytes(std::size_t{1} << 22U);
        bytes.resize(packed.read(bytes));
        std::ofstream{folder_.trace(), std::ios::binary}.write(reinterpret_cast<const char*>(bytes.data()),
                                                               static_cast<std::streamsize>(bytes.size()));
    }
    /// The file of this trace with that ending.
    [[nodiscard]] static std::filesystem::path beside(const std::string& ending) {
        return std::filesystem::path{MLAASIM_SOURCE_DIR} / "tests/sim/storage" /
               ("schema" + std::to_string(GetParam().schema)) / (GetParam().name + "." + ending);
    }
    /// Before that, `services` and `clients` had columns instead.
    [[nodiscard]] static bool has_drift_table() { return GetParam().schema >= 4; }

    TraceFolder folder_;
};

TEST_P(OlderSchema, TablesKeepTheirDigests) {
    EXPECT_EQ(verify(folder_.trace()), GetParam().verified);
    std::map<std::string, std::string> expected;
    std::ifstream lines{beside("digests")};
    for (std::string digest, name; lines >> digest >> name;) {
        expected[name] = digest;
    }
    ASSERT_EQ(expected.size(), GetParam().tables + 2);
    for (const auto& [name, digest] : digests(folder_.trace())) {
        if (GetParam().checkpoint_has_its_digest || (name != "checkpoint" && name != "all")) {
            EXPECT_EQ(digest, expected[name]) << name;
        }
        expected.erase(name);
    }
    EXPECT_TRUE(expected.empty());
}

TEST_P(OlderSchema, CsvIsWhatItWas) {
    for (const std::string& table : GetParam().csvs) {
        std::ostringstream csv;
        write_csv(folder_.trace(), table, csv);
        EXPECT_EQ(csv.str(), content(beside(table + ".csv")));
    }
}

TEST_P(OlderSchema, HeaderTablesAndCheckpointAreRead) {
    const TraceHeader header = read_header(folder_.trace());
    EXPECT_EQ(header.schema_version, GetParam().schema);
    EXPECT_NE(header.scenario_yaml.find("name: " + GetParam().name), std::string::npos);
    const std::vector<StoredTable> tables = tables_of(folder_.trace());
    ASSERT_EQ(tables.size(), GetParam().tables);
    EXPECT_EQ(tables.front().name, "rounds");
    EXPECT_EQ(tables.front().rows, GetParam().rounds);
    const auto checkpoint = read_checkpoint(folder_.trace());
    ASSERT_TRUE(checkpoint.has_value());
    EXPECT_EQ(checkpoint->round, Round{GetParam().rounds});
    EXPECT_EQ(checkpoint->stateful.size(), checkpoint->service_state.size());
}

TEST_P(OlderSchema, TheModelIsDescribedSinceSchema5) {
    EXPECT_EQ(read_header(folder_.trace()).model.empty(), GetParam().schema < 5);
}

/// Columns that tables have lost since are left out of the records.
TEST_P(OlderSchema, RowsAreReadAsRecords) {
    std::ostringstream csv;
    write_csv(folder_.trace(), "services", csv);
    std::istringstream lines{csv.str()};
    std::string line;
    std::getline(lines, line);
    EXPECT_EQ(line.find("bytes,rotation_degrees") != std::string::npos, !has_drift_table());
    std::span<const std::byte> rest;
    const std::vector<std::byte> rows = read_rows(folder_.trace(), ServiceRecord::table());
    for (rest = rows; std::getline(lines, line) && !rest.empty(); rest = rest.subspan(sizeof(ServiceRecord))) {
        ServiceRecord record;
        std::memcpy(&record, rest.data(), sizeof record);
        const std::string start = std::to_string(record.round) + "," + std::to_string(record.service) + "," +
                                  std::string{record.role.view()} + "," + std::string{record.status.view()} + ",";
        EXPECT_EQ(line.find(start), 0U) << line;
        EXPECT_NE((line + ",").find("," + std::to_string(record.bytes) + ","), std::string::npos) << line;
    }
    EXPECT_TRUE(rest.empty());
    EXPECT_FALSE(rows.empty());
}

TEST_P(OlderSchema, ATableOfLaterIsNotThere) {
    if (has_drift_table()) {
        EXPECT_FALSE(read_rows(folder_.trace(), DriftRecord::table()).empty());
        return;
    }
    EXPECT_THROW(static_cast<void>(read_rows(folder_.trace(), DriftRecord::table())), InputError);
}

TEST_P(OlderSchema, ResumingNamesBothSchemas) {
    try {
        static_cast<void>(TraceFile::resume(folder_.path()));
        FAIL() << "a trace of an older schema was resumed";
    } catch (const InputError& error) {
        const std::string message = error.what();
        const std::string expected = "schema version " + std::to_string(GetParam().schema) + " (expected " +
                                     std::to_string(trace_schema_version);
        EXPECT_NE(message.find(expected), std::string::npos) << message;
    }
}

/// Changes a value in the last row of `clients` as h5py would: HDF5's checksums are right afterwards.
void change_a_client(const std::filesystem::path& trace) {
    const hid_t file = H5Fopen(trace.c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    const hid_t table = H5Dopen2(file, "/clients", H5P_DEFAULT);
    const hid_t space = H5Dget_space(table);
    const hid_t column = H5Tcreate(H5T_COMPOUND, sizeof(double));
    EXPECT_GE(H5Tinsert(column, "rotation_degrees", 0, H5T_NATIVE_DOUBLE), 0);
    std::vector<double> degrees(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
    EXPECT_GE(H5Dread(table, column, H5S_ALL, H5S_ALL, H5P_DEFAULT, degrees.data()), 0);
    degrees.back() += 1.0;
    EXPECT_GE(H5Dwrite(table, column, H5S_ALL, H5S_ALL, H5P_DEFAULT, degrees.data()), 0);
    EXPECT_GE(H5Tclose(column), 0);
    EXPECT_GE(H5Sclose(space), 0);
    EXPECT_GE(H5Dclose(table), 0);
    EXPECT_GE(H5Fclose(file), 0);
}

class OlderSchemaWithDigests : public OlderSchema {};

TEST_P(OlderSchemaWithDigests, AChangedRowIsNamed) {
    change_a_client(folder_.trace());
    try {
        static_cast<void>(verify(folder_.trace()));
        FAIL() << "a changed row went unnoticed";
    } catch (const InputError& error) {
        const std::string expected =
            "the rows of round " + std::to_string(GetParam().rounds) + " in table /clients are not those";
        EXPECT_NE(std::string{error.what()}.find(expected), std::string::npos) << error.what();
    }
}

class OlderSchemaWithSharing : public OlderSchema {};

/// Columns that tables have gained since are empty.
TEST_P(OlderSchemaWithSharing, AColumnOfLaterIsEmpty) {
    const std::vector<std::byte> rows = read_rows(folder_.trace(), ServingRecord::table());
    std::size_t shared = 0;
    for (std::span<const std::byte> rest = rows; !rest.empty(); rest = rest.subspan(sizeof(ServingRecord))) {
        ServingRecord record;
        std::memcpy(&record, rest.data(), sizeof record);
        shared += record.branch.view() == "shared" ? 1 : 0;
        EXPECT_EQ(record.mix_correction.view(), "");
    }
    EXPECT_GT(shared, 0U);
}

std::vector<OlderTrace> older_traces(std::int32_t schema) {
    if (schema == 2) {
        return {{2, "parametric", 3, Verified::without_digests, 10, {"rounds"}},
                {2, "ensemble", 3, Verified::without_digests, 10, {"rounds"}, /*checkpoint_has_its_digest=*/false}};
    }
    if (schema == 6) {
        return {{6, "drift", 6, Verified::by_digests, 18, {"rounds", "clients"}}};
    }
    if (schema == 7) {
        return {{7, "sampled", 5, Verified::by_digests, 19, {"rounds", "clients", "serving", "omitted"}}};
    }
    if (schema == 8) {
        return {{8, "shared", 5, Verified::by_digests, 19, {"rounds", "clients", "serving"}}};
    }
    if (schema == 9) {
        return {{9, "shared", 7, Verified::by_digests, 19, {"rounds", "clients", "serving"}}};
    }
    const std::size_t tables = schema == 3 ? 11 : schema == 4 ? 12 : 13;
    return {{schema, "drift", 6, Verified::by_digests, tables, {"rounds", "clients"}},
            {schema, "ensemble", 3, Verified::by_digests, tables, {"rounds", "clients"}}};
}

std::string name_of(const ::testing::TestParamInfo<OlderTrace>& test) { return test.param.name; }

INSTANTIATE_TEST_SUITE_P(Schema2, OlderSchema, ::testing::ValuesIn(older_traces(2)), name_of);
INSTANTIATE_TEST_SUITE_P(Schema3, OlderSchema, ::testing::ValuesIn(older_traces(3)), name_of);
INSTANTIATE_TEST_SUITE_P(Schema4, OlderSchema, ::testing::ValuesIn(older_traces(4)), name_of);
INSTANTIATE_TEST_SUITE_P(Schema5, OlderSchema, ::testing::ValuesIn(older_traces(5)), name_of);
INSTANTIATE_TEST_SUITE_P(Schema6, OlderSchema, ::testing::ValuesIn(older_traces(6)), name_of);
INSTANTIATE_TEST_SUITE_P(Schema7, OlderSchema, ::testing::ValuesIn(older_traces(7)), name_of);
INSTANTIATE_TEST_SUITE_P(Schema8, OlderSchema, ::testing::ValuesIn(older_traces(8)), name_of);
INSTANTIATE_TEST_SUITE_P(Schema9, OlderSchema, ::testing::ValuesIn(older_traces(9)), name_of);
INSTANTIATE_TEST_SUITE_P(Schema3, OlderSchemaWithDigests, ::testing::ValuesIn(older_traces(3)), name_of);
INSTANTIATE_TEST_SUITE_P(Schema8, OlderSchemaWithSharing, ::testing::ValuesIn(older_traces(8)), name_of);
INSTANTIATE_TEST_SUITE_P(Schema9, OlderSchemaWithSharing, ::testing::ValuesIn(older_traces(9)), name_of);

}  // namespace
}  // namespace mlaasim::sim
