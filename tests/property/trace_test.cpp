#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <algorithm>
#include <cstring>

#include "sim/core/sha256.hpp"
#include "sim/trace/packing.hpp"
#include "sim/trace_samples.hpp"

namespace mlaasim::sim {
namespace {

using testing::TraceFolder;

/// Rows of random bytes in every field, so NaNs and any text too, of rounds from `first` to `last` in order.
RowBuffer random_rows(std::uint32_t first, std::uint32_t last) {
    RowBuffer rows;
    for (const Table* table : all_tables()) {
        if (table == &DigestRecord::table()) {
            continue;  // the trace's own
        }
        auto drawn = *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange(first, last + 1));
        std::ranges::sort(drawn);
        for (const std::uint32_t round : drawn) {
            auto record =
                *rc::gen::container<std::vector<std::uint8_t>>(table->record_size, rc::gen::arbitrary<std::uint8_t>());
            std::memcpy(record.data() + table->fields.front().offset, &round, sizeof round);
            rows.append(*table, std::as_bytes(std::span{record}));
        }
    }
    return rows;
}

Checkpoint random_checkpoint(std::uint32_t round, std::size_t state_length) {
    Checkpoint checkpoint;
    checkpoint.round = Round{round};
    for (const char* name : {"a", "b/c", "b/d"}) {
        if (*rc::gen::arbitrary<bool>()) {
            checkpoint.put(name, *rc::gen::arbitrary<std::vector<double>>());
        } else if (*rc::gen::arbitrary<bool>()) {
            checkpoint.put(name, *rc::gen::arbitrary<std::vector<float>>());
        }
    }
    for (const std::uint32_t service : *rc::gen::container<std::vector<std::uint32_t>>(rc::gen::inRange(0U, 20U))) {
        checkpoint.service_state[ServiceId{service}] =
            *rc::gen::container<std::vector<float>>(state_length, rc::gen::arbitrary<float>());
    }
    return checkpoint;
}

void check_equal(const Checkpoint& read, const Checkpoint& expected) {
    RC_ASSERT(read.round == expected.round);
    RC_ASSERT(read.arrays.size() == expected.arrays.size());
    for (const auto& [name, array] : expected.arrays) {
        const auto found = read.arrays.find(name);
        RC_ASSERT(found != read.arrays.end());
        RC_ASSERT(found->second.type == array.type);
        RC_ASSERT(found->second.shape == array.shape);
        RC_ASSERT(found->second.bytes == array.bytes);
    }
    RC_ASSERT(read.service_state == expected.service_state);
}

TEST(TraceProperty, PackingAndUnpackingKeepEveryColumn) {
    EXPECT_TRUE(rc::check([] {
        const RowBuffer rows = random_rows(0, 1000);
        for (const Table* table : all_tables()) {
            const auto packed = pack(*table, rows.rows(*table));
            RC_ASSERT(packed.size() * table->record_size == rows.rows(*table).size() * packed_size(*table));
            RC_ASSERT(pack(*table, unpack(*table, packed)) == packed);
        }
    }));
}

TEST(TraceProperty, WhateverIsCommittedIsReadBack) {
    EXPECT_TRUE(rc::check([] {
        const TraceFolder folder;
        std::optional<TraceFile> trace = TraceFile::create(folder.path(), testing::sample_header());
        const auto state_length = *rc::gen::inRange<std::size_t>(0, 40);
        RowBuffer all;
        std::uint32_t round = 0;
        std::map<ServiceId, std::vector<float>> states;
        const int commits = *rc::gen::inRange(1, 6);
        for (int commit = 0; commit < commits; ++commit) {
            const std::uint32_t last = round + *rc::gen::inRange(1U, 4U);
            const RowBuffer rows = random_rows(round + (commit == 0 ? 0 : 1), last);
            Checkpoint checkpoint = random_checkpoint(last, state_length);
            for (const auto& [service, state] : checkpoint.service_state) {
                states[service] = state;
            }
            std::erase_if(states, [](const auto&) { return *rc::gen::inRange(0, 4) == 0; });
            std::erase_if(checkpoint.service_state, [&](const auto& entry) { return !states.contains(entry.first); });
            for (const auto& [service, state] : states) {
                checkpoint.stateful.insert(service);
            }
            trace->commit(rows, checkpoint);
            all.append_all(rows);
            round = last;
            checkpoint.service_state = states;
            check_equal(read_checkpoint(folder.trace()).value(), checkpoint);
            if (*rc::gen::arbitrary<bool>()) {
                trace.reset();
                trace = TraceFile::resume(folder.path());
            }
        }
        for (const Table* table : all_tables()) {
            if (table == &DigestRecord::table()) {
                continue;
            }
            RC_ASSERT(pack(*table, read_rows(folder.trace(), *table)) == pack(*table, all.rows(*table)));
        }
        verify(folder.trace());
    }));
}

}  // namespace
}  // namespace mlaasim::sim
