// Which rows of services the trace keeps, and what it says of the others.
#include "run/service_rows.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <set>

namespace mlaasim::run {
namespace {

constexpr std::uint32_t services = 20'000;
constexpr std::size_t too_many_members = most_members_with_all_rows + 1;

template <class Record>
std::vector<Record> table(const sim::RowBuffer& rows) {
    const auto bytes = rows.rows(Record::table());
    std::vector<Record> records(bytes.size() / sizeof(Record));
    std::memcpy(records.data(), bytes.data(), bytes.size());
    return records;
}

struct Written {
    std::vector<sim::ServiceRecord> services;
    std::vector<sim::OmittedRecord> omitted;

    [[nodiscard]] std::set<std::uint32_t> ids() const {
        std::set<std::uint32_t> found;
        for (const sim::ServiceRecord& service : services) {
            found.insert(service.service);
        }
        return found;
    }
};

/// Every service has a row in the round: each tenth could not be reached, each tenth but one diverged.
Written write_round(const TraceOptions& options, std::uint32_t round, std::size_t members, const char* role,
                    std::uint64_t seed = 1) {
    ServiceRowWriter writer{options, services, {seed}};
    sim::RowBuffer rows;
    writer.begin_round(members);
    for (std::uint32_t id = 0; id < services; ++id) {
        const bool is_out = id % 10 == 0;
        writer.write(sim::ServiceRecord{.round = round,
                                        .service = id,
                                        .role = role,
                                        .status = is_out         ? "outage"
                                                  : id % 10 == 1 ? "diverged"
                                                                 : "trained",
                                        .energy_j = is_out ? 0.0 : 0.5,
                                        .bytes = is_out ? 0 : 100},
                     rows);
    }
    writer.end_round(rows);
    return {.services = table<sim::ServiceRecord>(rows), .omitted = table<sim::OmittedRecord>(rows)};
}

TEST(ServiceRows, AllLeavesNothingOut) {
    const Written written = write_round({.service_rows = ServiceRows::all}, 1, services, "member");
    EXPECT_EQ(written.services.size(), services);
    EXPECT_TRUE(written.omitted.empty());
}

TEST(ServiceRows, ASampleIsTheSameInEveryRoundAndAnotherWithAnotherSeed) {
    const TraceOptions options{.service_rows = ServiceRows::sample, .sample = 300};
    const std::set<std::uint32_t> first = write_round(options, 1, too_many_members, "member").ids();
    EXPECT_EQ(first.size(), 300U);
    EXPECT_EQ(write_round(options, 2, too_many_members, "member").ids(), first);
    EXPECT_NE(write_round(options, 1, too_many_members, "member", 2).ids(), first);
    EXPECT_EQ(write_round({.service_rows = ServiceRows::sample, .sample = 30'000}, 1, services, "member").ids().size(),
              services);
}

TEST(ServiceRows, ChangedKeepsThoseThatDidNotTrain) {
    const Written written = write_round({.service_rows = ServiceRows::changed}, 1, too_many_members, "member");
    EXPECT_EQ(written.services.size(), services / 5);
    for (const sim::ServiceRecord& service : written.services) {
        EXPECT_NE(service.status.view(), "trained");
    }
}

TEST(ServiceRows, WhatIsLeftOutIsCountedAndSummedUp) {
    const Written written = write_round({.service_rows = ServiceRows::none}, 7, too_many_members, "member");
    EXPECT_TRUE(written.services.empty());
    ASSERT_EQ(written.omitted.size(), 1U);
    const sim::OmittedRecord& sum = written.omitted.front();
    EXPECT_EQ(sum.round, 7U);
    EXPECT_EQ(sum.role.view(), "member");
    EXPECT_EQ(sum.rows, services);
    EXPECT_EQ(sum.trainings, 9 * services / 10);
    EXPECT_EQ(sum.bytes, 90 * services);
    EXPECT_DOUBLE_EQ(sum.energy_j, 0.45 * services);
}

TEST(ServiceRows, SmallCompositionsHaveEveryMember) {
    for (const ServiceRows kept : {ServiceRows::sample, ServiceRows::changed, ServiceRows::none}) {
        const Written written = write_round({.service_rows = kept}, 1, most_members_with_all_rows, "member");
        EXPECT_EQ(written.services.size(), services);
        EXPECT_TRUE(written.omitted.empty());
    }
}

TEST(ServiceRows, TrialsAreKeptAndAdvertisementsAreNot) {
    EXPECT_EQ(write_round({.service_rows = ServiceRows::none}, 1, 4, "candidate").services.size(), services);
    const Written advertised = write_round({.service_rows = ServiceRows::none}, 0, 4, "candidate");
    EXPECT_TRUE(advertised.services.empty());
    ASSERT_EQ(advertised.omitted.size(), 1U);
    EXPECT_EQ(advertised.omitted.front().role.view(), "candidate");
}

TEST(ServiceRows, ByDefaultSmallWorldsHaveEveryRowAndLargeOnesASample) {
    EXPECT_EQ(write_round({}, 0, 4, "candidate").services.size(), 1000U);
    ServiceRowWriter writer{{}, most_services_with_all_rows, {1}};
    sim::RowBuffer rows;
    writer.begin_round(1);
    writer.write(sim::ServiceRecord{.role = "candidate", .status = "trained"}, rows);
    writer.end_round(rows);
    EXPECT_EQ(table<sim::ServiceRecord>(rows).size(), 1U);
}

TEST(ServiceRows, ExpectedRowsAreThoseWritten) {
    const auto expected = [](const TraceOptions& options, std::size_t members) {
        return ServiceRowWriter{options, services, {1}}.expected_rows(members);
    };
    EXPECT_EQ(expected({.service_rows = ServiceRows::all}, services), services);
    EXPECT_EQ(expected({.service_rows = ServiceRows::none}, services), 0);
    EXPECT_EQ(expected({.service_rows = ServiceRows::none}, 10), 10);
    EXPECT_DOUBLE_EQ(expected({}, services), 1000);
    EXPECT_DOUBLE_EQ(expected({}, services * 3 / 4), 750);
}

}  // namespace
}  // namespace mlaasim::run
