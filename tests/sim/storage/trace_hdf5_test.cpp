#include "sim/storage/trace_file.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <sstream>

#include "sim/core/error.hpp"
#include "sim/storage/checkpoint.hpp"
#include "sim/storage/hdf5_file.hpp"
#include "sim/storage/table.hpp"
#include "sim/trace/packing.hpp"
#include "sim/trace_samples.hpp"

namespace mlaasim::sim {
namespace {

using namespace testing;

template <class Work>
std::string message_of(Work work) {
    try {
        work();
        return "";
    } catch (const InputError& error) {
        return error.what();
    }
}

#define EXPECT_SAYS(work, text) \
    EXPECT_NE(message_of([&] { work; }).find(text), std::string::npos) << "'" << message_of([&] { work; }) << "'"

TEST(TraceHdf5, ANewTraceHasItsHeaderAndEmptyTables) {
    const TraceFolder folder;
    TraceHeader header = sample_header();
    header.scenario_yaml = std::string(300'000, 'y') + "ü";  // beyond HDF5's 64 KiB
    header.git_commit = "";
    static_cast<void>(TraceFile::create(folder.path(), header));
    verify(folder.trace());
    const TraceHeader read = read_header(folder.trace());
    EXPECT_EQ(read.program_version, header.program_version);
    EXPECT_EQ(read.git_commit, header.git_commit);
    EXPECT_EQ(read.scenario_yaml, header.scenario_yaml);
    EXPECT_EQ(read.scenario_digest, header.scenario_digest);
    EXPECT_EQ(read.data, header.data);
    EXPECT_EQ(read.seed, header.seed);
    EXPECT_EQ(read.instruction_set, header.instruction_set);
    EXPECT_EQ(read.library_versions, header.library_versions);
    EXPECT_FALSE(read_checkpoint(folder.trace()).has_value());
    for (const Table* table : all_tables()) {
        EXPECT_TRUE(read_rows(folder.trace(), *table).empty()) << table->name;
    }
}

TEST(TraceHdf5, EveryTableComesBack) {
    const TraceFolder folder;
    TraceFile trace = TraceFile::create(folder.path(), sample_header());
    RowBuffer expected;
    for (std::uint32_t round = 1; round <= 4; ++round) {
        const RowBuffer rows = rows_of_round(round);
        expected.append_all(rows);
        trace.commit(rows, checkpoint_of_round(round));
        for (const Table* table : all_tables()) {
            if (table == &DigestRecord::table()) {
                continue;
            }
            const auto stored = read_rows(folder.trace(), *table);
            EXPECT_EQ(pack(*table, stored), pack(*table, expected.rows(*table)))
                << table->name << " after round " << round;
        }
    }
    const auto rows = read_rows(folder.trace(), TtaRecord::table());
    TtaRecord last;
    std::memcpy(&last, rows.data() + rows.size() - sizeof last, sizeof last);
    EXPECT_EQ(last.round, 4U);
    EXPECT_EQ(last.service, -1);
    EXPECT_EQ(last.technique.view(), "tent");
    EXPECT_EQ(last.wdm, 0.125);
}

TEST(TraceHdf5, TheCheckpointIsThatOfTheLastCommitAndTheStatesThoseOfAll) {
    const TraceFolder folder;
    TraceFile trace = TraceFile::create(folder.path(), sample_header());
    ServiceStates states;
    for (std::uint32_t round = 1; round <= 7; ++round) {
        const Checkpoint expected = checkpoint_of_round(round);
        trace.commit(rows_of_round(round), expected);
        for (const auto& [service, state] : expected.service_state) {
            states[service] = state;
        }
        std::erase_if(states, [&](const auto& entry) { return !expected.stateful.contains(entry.first); });
        const auto read = read_checkpoint(folder.trace());
        ASSERT_TRUE(read.has_value());
        EXPECT_EQ(read->round, Round{round});
        ASSERT_EQ(read->arrays.size(), expected.arrays.size()) << "round " << round;
        for (const auto& [name, array] : expected.arrays) {
            EXPECT_EQ(read->arrays.at(name).type, array.type) << name;
            EXPECT_EQ(read->arrays.at(name).shape, array.shape) << name;
            EXPECT_EQ(read->arrays.at(name).bytes, array.bytes) << name;
        }
        EXPECT_EQ(read->service_state, states) << "round " << round;
    }
}

/// Commits alternate between two files. The second has never had the row of a state that ended before.
TEST(TraceHdf5, AStateThatEndsAfterTheFirstCommitLeavesNoHole) {
    const TraceFolder folder;
    TraceFile trace = TraceFile::create(folder.path(), sample_header());
    const std::vector<float> state(20'000, 1.5F);  // more than a chunk
    Checkpoint checkpoint{.round = Round{1}};
    for (const std::uint32_t service : {0U, 1U, 2U}) {
        checkpoint.stateful.insert(ServiceId{service});
        checkpoint.service_state[ServiceId{service}] = state;
    }
    trace.commit({}, checkpoint);
    checkpoint = {.round = Round{2}, .stateful = {ServiceId{1}, ServiceId{2}}};
    for (std::uint32_t round = 2; round <= 4; ++round) {
        checkpoint.round = Round{round};
        trace.commit({}, checkpoint);
        const auto read = read_checkpoint(folder.trace());
        ASSERT_TRUE(read.has_value());
        EXPECT_EQ(read->service_state, (ServiceStates{{ServiceId{1}, state}, {ServiceId{2}, state}}));
    }
}

TEST(TraceHdf5, ArraysMayChangeTypeRankAndShape) {
    const TraceFolder folder;
    TraceFile trace = TraceFile::create(folder.path(), sample_header());
    auto commit = [&, round = 0U](auto values, std::vector<std::uint64_t> shape) mutable {
        Checkpoint checkpoint;
        checkpoint.round = Round{++round};
        checkpoint.put("x", values, shape);
        trace.commit({}, checkpoint);
        const auto read = read_checkpoint(folder.trace());
        EXPECT_EQ(read->arrays.at("x").shape, checkpoint.arrays.at("x").shape);
        EXPECT_EQ(read->arrays.at("x").bytes, checkpoint.arrays.at("x").bytes);
    };
    commit(std::vector<float>{}, {});
    commit(std::vector<float>(100'000, 1.5F), {});
    commit(std::vector<float>{1, 2, 3}, {});
    commit(std::vector<double>{1, 2, 3}, {});
    commit(std::vector<double>{1, 2, 3, 4, 5, 6}, {2, 3});
    commit(std::vector<double>{1, 2, 3, 4, 5, 6}, {3, 2});
    commit(std::vector<double>{}, {5, 0});
    commit(std::vector<std::int64_t>(24, -7), {2, 3, 4});
}

TEST(TraceHdf5, CommitsInOneGoAndWithResumesHaveTheSameDigests) {
    const Digests expected = undisturbed(8);
    const TraceFolder folder;
    static_cast<void>(TraceFile::create(folder.path(), sample_header()));
    for (std::uint32_t round : {1U, 2U, 4U, 5U, 8U}) {
        resume_and_play(folder.path(), round);
        verify(folder.trace());
    }
    EXPECT_EQ(digests(folder.trace()), expected);
    EXPECT_NE(undisturbed(7), expected);
}

TEST(TraceHdf5, TimingIsTheOnlyTableThatAllLeavesOut) {
    for (const bool timing : {true, false}) {
        const TraceFolder folder;
        TraceFile trace = TraceFile::create(folder.path(), sample_header());
        RowBuffer rows = rows_of_round(1);
        if (timing) {
            rows.append(TimingRecord{.round = 1, .seconds = 9});
        } else {
            rows.append(EventRecord{.round = 1, .value = 9});
        }
        trace.commit(rows, checkpoint_of_round(1));
        EXPECT_EQ(digests(folder.trace()).back() == undisturbed(1).back(), timing);
        EXPECT_EQ(digests(folder.trace()).back().first, "all");
    }
}

TEST(TraceHdf5, PaddingReachesNeitherTheFileNorTheDigests) {
    Digests results[2];
    for (const int filler : {0, 1}) {
        const TraceFolder folder;
        TraceFile trace = TraceFile::create(folder.path(), sample_header());
        const Table& table = AssessmentRecord::table();
        std::vector<std::byte> record(sizeof(AssessmentRecord), filler == 0 ? std::byte{0} : std::byte{0xA5});
        const AssessmentRecord values{.round = 1, .service = 2, .score = 3};
        const auto* from = reinterpret_cast<const std::byte*>(&values);
        for (const Field& field : table.fields) {
            std::copy_n(from + field.offset, field.size, record.begin() + static_cast<std::ptrdiff_t>(field.offset));
        }
        RowBuffer rows;
        rows.append(table, record);
        trace.commit(rows, checkpoint_of_round(1));
        results[filler] = digests(folder.trace());
        EXPECT_EQ(content(folder.trace()).find("\xA5\xA5\xA5"), std::string::npos);
    }
    EXPECT_EQ(results[0], results[1]);
}

TEST(TraceHdf5, ANewRunReplacesTheOldTrace) {
    const TraceFolder folder;
    TraceFile old = TraceFile::create(folder.path(), sample_header());
    play(old, 0, 3);
    TraceFile trace = TraceFile::create(folder.path(), sample_header());
    EXPECT_FALSE(read_checkpoint(folder.trace()).has_value());
    play(trace, 0, 5);
    EXPECT_EQ(digests(folder.trace()), undisturbed(5));
}

TEST(TraceHdf5, CsvRoundTripsNumbersAndQuotesTexts) {
    const TraceFolder folder;
    TraceFile trace = TraceFile::create(folder.path(), sample_header());
    RowBuffer rows;
    rows.append(EventRecord{.round = 1, .kind = "a,\"b\"", .subject = "drift", .id = -5, .value = 0.1});
    rows.append(EventRecord{.round = 1, .kind = "plain", .value = std::numeric_limits<double>::denorm_min()});
    rows.append(
        EventRecord{.round = 1, .kind = "12345678901234567890123", .value = -std::numeric_limits<double>::infinity()});
    trace.commit(rows, checkpoint_of_round(1));
    std::ostringstream out;
    write_csv(folder.trace(), "events", out);
    EXPECT_EQ(out.str(),
              "round,kind,subject,id,other,value\n"
              "1,\"a,\"\"b\"\"\",drift,-5,-1,0.1\n"
              "1,plain,,-1,-1,5e-324\n"
              "1,12345678901234567890,,-1,-1,-inf\n");
    std::ostringstream full;
    full.setstate(std::ios::badbit);
    EXPECT_SAYS(write_csv(folder.trace(), "events", full), "cannot write table 'events' as CSV");
}

TEST(TraceHdf5, RowsOutOfOrderAreABugOfTheCaller) {
    const TraceFolder folder;
    TraceFile trace = TraceFile::create(folder.path(), sample_header());
    play(trace, 0, 3);
    EXPECT_THROW(trace.commit(rows_of_round(5), checkpoint_of_round(4)), ContractViolation);
    EXPECT_THROW(trace.commit(rows_of_round(2), checkpoint_of_round(4)), ContractViolation);
    EXPECT_THROW(trace.commit({}, checkpoint_of_round(2)), ContractViolation);
    EXPECT_THROW(trace.commit({}, Checkpoint{}), ContractViolation);
    trace.commit(rows_of_round(4), checkpoint_of_round(4));
    EXPECT_EQ(digests(folder.trace()), undisturbed(4));
}

TEST(TraceHdf5, WhatIsNotAWholeTraceIsNamed) {
    const TraceFolder folder;
    EXPECT_SAYS(verify(folder.trace()), "No such file or directory");
    EXPECT_SAYS(static_cast<void>(TraceFile::resume(folder.path())), "there is no trace to resume");
    std::ofstream{folder.trace()} << "not HDF5";
    EXPECT_SAYS(verify(folder.trace()), "cannot open the file");
    EXPECT_SAYS(static_cast<void>(read_header(folder.trace())), "trace.h5");

    std::filesystem::remove(folder.trace());
    { auto empty = Hdf5File::create(folder.trace()); }
    EXPECT_SAYS(verify(folder.trace()), "is not a trace of mlaasim");
    EXPECT_SAYS(static_cast<void>(digests(folder.trace())), "is not a trace of mlaasim");
}

TEST(TraceHdf5, DamageIsFoundByVerifyAndByResume) {
    const TraceFolder folder;
    const auto damaged = [&](std::uint32_t round, const std::string& expected) {
        {
            TraceFile trace = TraceFile::create(folder.path(), sample_header());
            play(trace, 0, 3);
            Hdf5File file = Hdf5File::open_to_append(folder.trace());
            RowBuffer rows;
            rows.append(EventRecord{.round = round});
            append_rows(file, EventRecord::table(), pack(EventRecord::table(), rows.rows(EventRecord::table())));
            file.flush_and_close();
        }
        EXPECT_SAYS(verify(folder.trace()), expected);
        EXPECT_SAYS(static_cast<void>(TraceFile::resume(folder.path())), "damaged");
    };
    damaged(4, "row 3 of table /events is of round 4, beyond the checkpoint's round 3");
    damaged(2, "row 3 of table /events is of round 2, after one of round 3");

    std::string bytes;
    {
        TraceFile trace = TraceFile::create(folder.path(), sample_header());
        play(trace, 0, 3);
        bytes = content(folder.trace());
    }
    std::ofstream{folder.trace(), std::ios::binary | std::ios::trunc} << bytes.substr(0, bytes.size() / 2);
    EXPECT_SAYS(verify(folder.trace()), "trace.h5: cannot open the file");
}

}  // namespace
}  // namespace mlaasim::sim
