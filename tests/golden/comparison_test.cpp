// The comparison of golden rows finds what differs, and names it.
#include "golden/comparison.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>

#include "golden/key.hpp"
#include "sim/data/temporary_folder.hpp"
#include "sim/trace/trace.hpp"

namespace mlaasim::testing {
namespace {

/// Golden rows of a trace with two rounds, a text that needs escaping, and a checkpoint.
GoldenRows sample_rows() {
    const sim::testing::TemporaryFolder folder;
    auto trace = sim::TraceFile::create(folder.path(), {});
    sim::RowBuffer rows;
    rows.append(sim::RoundRecord{.round = 1, .members = 4, .accuracy = 0.5, .loss = 2.25});
    rows.append(sim::RoundRecord{.round = 2, .members = 4, .accuracy = 0.1, .loss = std::nan("")});
    rows.append(sim::CandidateRecord{.round = 2, .service = 9, .reason = "100 %, all"});
    rows.append(sim::EventRecord{.round = 2, .kind = "outage", .id = -1});
    rows.append(sim::TimingRecord{.round = 2, .seconds = 0.25});
    sim::Checkpoint checkpoint{.round = sim::Round{2}};
    const std::vector<float> parameters{0.5F, 1.0F, 2.0F};
    checkpoint.put("composition", std::span<const float>{parameters});
    checkpoint.service_state[sim::ServiceId{3}] = parameters;
    checkpoint.stateful = {sim::ServiceId{3}};
    trace.commit(rows, checkpoint);
    return golden_rows(folder / "trace.h5");
}

/// The sample, changed; and how the comparison describes that.
std::string after(const std::function<void(GoldenRows&)>& change) {
    const GoldenRows before = sample_rows();
    GoldenRows now = before;
    change(now);
    return differences(before, now);
}

std::string& cell(GoldenRows& rows, const std::string& table, std::size_t row, const std::string& column) {
    for (TextTable& candidate : rows) {
        if (candidate.name == table) {
            const auto place = std::find(candidate.columns.begin(), candidate.columns.end(), column);
            return candidate.rows.at(row).at(static_cast<std::size_t>(place - candidate.columns.begin()));
        }
    }
    throw std::out_of_range{table};
}

TEST(GoldenComparison, EqualRowsHaveNoDifferences) {
    EXPECT_EQ(after([](GoldenRows&) {}), "");
}

TEST(GoldenComparison, TextHoldsEveryRow) {
    const GoldenRows rows = sample_rows();
    const std::string text = to_text(rows);
    EXPECT_EQ(from_text(text), rows);
    EXPECT_NE(text.find("[rounds]\nround,members,"), std::string::npos) << text;
    EXPECT_NE(text.find(",0x1.999999999999ap-4,"), std::string::npos) << text;
    EXPECT_NE(text.find(",100 %25%2C all\n"), std::string::npos) << text;
    EXPECT_NE(text.find("\ncomposition,float32,3,"), std::string::npos) << text;
    EXPECT_NE(text.find("\nstate of service 3,float32,3,"), std::string::npos) << text;
    EXPECT_EQ(text.find("[timing]"), std::string::npos) << text;
}

/// The smallest change that a number can have.
TEST(GoldenComparison, LastBitOfANumberIsFoundAndNamed) {
    const std::string found =
        after([](GoldenRows& rows) { cell(rows, "rounds", 1, "accuracy") = "0x1.999999999999bp-4"; });
    EXPECT_EQ(
        found,
        "  rounds:\n"
        "    first in row 2 (round 2, members 4): accuracy is 0.10000000000000002 (0x1.999999999999bp-4), was 0.1 "
        "(0x1.999999999999ap-4)\n"
        "    accuracy: 1 row, largest relative difference 1.4e-16 in row 2\n");
}

TEST(GoldenComparison, LargestDifferenceOfEachColumnIsNamed) {
    const std::string found = after([](GoldenRows& rows) {
        cell(rows, "rounds", 0, "accuracy") = "0x1p-2";
        cell(rows, "rounds", 1, "accuracy") = "0x1.9p-4";
        cell(rows, "rounds", 1, "loss") = "0x1p+0";
        cell(rows, "rounds", 1, "members") = "5";
    });
    for (const char* line : {"first in row 1 (round 1, members 4): accuracy is 0.25 (0x1p-2), was 0.5 (0x1p-1)\n",
                             "    accuracy: 2 rows, largest relative difference 0.5 in row 1\n",
                             "    loss: 1 row, largest relative difference inf in row 2\n", "    members: 1 row\n"}) {
        EXPECT_NE(found.find(line), std::string::npos) << line << found;
    }
}

TEST(GoldenComparison, IntegersAndTextsAreNamedAsTheyAre) {
    EXPECT_NE(after([](GoldenRows& rows) {
                  cell(rows, "events", 0, "kind") = "divergence";
              }).find("kind is divergence, was outage"),
              std::string::npos);
    EXPECT_NE(after([](GoldenRows& rows) { cell(rows, "events", 0, "id") = "7"; }).find("id is 7, was -1"),
              std::string::npos);
}

TEST(GoldenComparison, ParametersCount) {
    const std::string found = after([](GoldenRows& rows) { cell(rows, "checkpoint", 0, "sha256")[0] ^= 1; });
    EXPECT_NE(found.find("  checkpoint:\n    first in row 1 (array composition, type float32): sha256 is "),
              std::string::npos)
        << found;
}

TEST(GoldenComparison, RowsColumnsAndTablesThatComeOrGoAreNamed) {
    EXPECT_EQ(after([](GoldenRows& rows) { rows[0].rows.pop_back(); }), "  rounds:\n    1 rows, before 2\n");
    EXPECT_EQ(after([](GoldenRows& rows) { rows[0].columns[1] = "size"; }),
              "  rounds:\n    column size is new\n    column members is gone\n");
    EXPECT_EQ(after([](GoldenRows& rows) { rows[0].name = "periods"; }),
              "  periods: new, 2 rows\n  rounds: gone, had 2 rows\n");
    EXPECT_EQ(after([](GoldenRows& rows) {
                  std::swap(rows[0].columns[0], rows[0].columns[1]);
                  for (auto& row : rows[0].rows) {
                      std::swap(row[0], row[1]);
                  }
              }),
              "  rounds:\n    the same columns in another order\n");
    EXPECT_EQ(after([](GoldenRows& rows) { std::swap(rows[0], rows[1]); }), "  the same tables in another order\n");
}

TEST(GoldenKey, HoldsWhatDecidesBits) {
    const std::string key = golden_key(
        "mlaasim 0.1.0 (commit 1)\nLibTorch 2.15.0 on AVX512, fused kernels AVX3\nHDF5 1.10.8\nOpen MPI v4.1.4\n");
    EXPECT_EQ(key, "AVX3-AVX512-" + processor_maker() + "-torch2.15.0-" + compiler() + "-" + c_library());
    EXPECT_EQ(golden_key("mlaasim 0.1.0\n"), "");
#if defined(__GNUC__) && defined(__GLIBC__)
    EXPECT_EQ(compiler().find("unknown"), std::string::npos);
    EXPECT_EQ(c_library().rfind("glibc2.", 0), 0U);
#endif
}

}  // namespace
}  // namespace mlaasim::testing
