// Rounds as rank 0 plays them: a run that is resumed after every round is the run that is never interrupted.
#include "run/coordinator.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <set>
#include <string>

#include "run/cluster.hpp"
#include "sim/data/synthetic_digits.hpp"
#include "sim/data/temporary_folder.hpp"
#include "sim/trace/packing.hpp"

namespace mlaasim::run {
namespace {

/// With one candidate at a time, so that a member that was replaced comes back with the next substitution.
constexpr const char* returning_members = R"(
seed: 16
data: {source: synthetic_digits}
model: {kind: cnn, channels: [4, 8], hidden: [16]}
services:
  count: 6
  partition: {kind: dirichlet, alpha: 1.0, samples: 60, min_samples: 20}
clients: {count: 3, stream: 50}
composition: {members: 5, aggregation: soft_vote}
training: {epochs: 2, batch_size: 16, momentum: 0.9}
drift:
  - {kind: noise, target: services, pattern: gradual, start: 2, duration: 2, magnitude: 0.4, ids: [0, 3]}
  - {kind: label_swap, target: services, pattern: sudden, start: 2, magnitude: 0.9, ids: [1, 4]}
assessment: {relative_threshold: 0.6}
adaptation:
  evidence: {labels: 90}
  strategy: {kind: tta_then_substitute}
  substitution: {filter: {better_in: 1}, confidence: {cut: 0.15}}
test_time: {technique: lame, samples: 16, composability: {threshold: 0.2}}
)";

class CoordinatorTest : public ::testing::Test {
protected:
    struct Run {
        sim::RowBuffer rows;
        sim::Checkpoint checkpoint;

        template <class Record>
        [[nodiscard]] std::vector<Record> table() const {
            const auto bytes = rows.rows(Record::table());
            std::vector<Record> records(bytes.size() / sizeof(Record));
            if (!bytes.empty()) {
                std::memcpy(records.data(), bytes.data(), bytes.size());
            }
            return records;
        }
        /// Without the bytes between the columns, which may hold anything.
        [[nodiscard]] std::vector<std::byte> packed(const sim::Table& table) const {
            return sim::pack(table, rows.rows(table));
        }
    };
    /// What lasts from one round to the next, on the one rank.
    struct Process {
        explicit Process(const World& world)
            : worker{world, sim::Communicator::serial()},
              cluster{worker, sim::Communicator::serial()},
              coordinator{world, cluster} {}
        Worker worker;
        Cluster cluster;
        Coordinator coordinator;
    };

    CoordinatorTest() { sim::write_cache(folder / "digits", sim::generate_synthetic_digits(sim::Seed{1}, 1500, 400)); }

    [[nodiscard]] Run play(const char* text, std::uint32_t rounds, bool resumed) const {
        const World world{read_scenario({text, "scenario.yaml"}),
                          std::make_unique<sim::MappedDataset>(folder / "digits")};
        auto process = std::make_unique<Process>(world);
        Run run;
        static_cast<void>(process->coordinator.publish(run.rows));
        for (std::uint32_t round = 1; round <= rounds; ++round) {
            if (resumed && round > 1) {
                process = std::make_unique<Process>(world);
                process->coordinator.restore(run.checkpoint);
            }
            static_cast<void>(process->coordinator.play(sim::Round{round}, run.rows));
            sim::Checkpoint next = process->coordinator.checkpoint(sim::Round{round});
            // As the trace does: states that did not change stay.
            next.service_state.merge(run.checkpoint.service_state);
            std::erase_if(next.service_state, [&](const auto& state) { return !next.stateful.contains(state.first); });
            run.checkpoint = std::move(next);
        }
        return run;
    }

    const sim::testing::TemporaryFolder folder;
};

/// A member whose votes are adjusted is replaced, and comes back: as it was trained, unless it is adapted again.
TEST_F(CoordinatorTest, AMemberThatComesBackIsNoLongerAdjusted) {
    constexpr std::uint32_t rounds = 7;
    const Run undisturbed = play(returning_members, rounds, false);
    const Run resumed = play(returning_members, rounds, true);

    std::set<std::int32_t> adjusted;
    std::set<std::int32_t> gone;
    bool came_back = false;
    for (std::uint32_t round = 1; round < rounds; ++round) {
        for (const sim::TtaRecord& row : undisturbed.table<sim::TtaRecord>()) {
            if (row.round == round && row.outcome.view() == "integrated") {
                adjusted.insert(row.service);
            }
        }
        for (const sim::EventRecord& event : undisturbed.table<sim::EventRecord>()) {
            if (event.round == round && event.kind.view() == "substitution") {
                came_back = came_back || gone.contains(event.other);
                if (adjusted.contains(event.id)) {
                    gone.insert(event.id);
                }
            }
        }
    }
    EXPECT_TRUE(came_back);
    for (const sim::Table* const table : {&sim::RoundRecord::table(), &sim::ClientRecord::table(),
                                          &sim::TtaRecord::table(), &sim::EventRecord::table()}) {
        const auto bytes = [&](const Run& run) {
            const auto rows = run.rows.rows(*table);
            return std::vector<std::byte>{rows.begin(), rows.end()};
        };
        EXPECT_EQ(bytes(resumed), bytes(undisturbed)) << table->name;
    }
}

constexpr const char* sampled_advertising = R"(
seed: 3
data: {source: synthetic_digits}
model: {kind: logistic}
services:
  count: 30
  partition: {kind: dirichlet, alpha: 0.5, samples: 40, min_samples: 10}
  advertise: sample
  advertise_sample: 8
clients: {count: 2, stream: 50}
composition: {members: 5}
training: {epochs: 1, batch_size: 16}
assessment: {relative_threshold: 1.0}
adaptation: {evidence: {labels: 60}, strategy: {kind: substitute}, substitution: {filter: {better_in: 1}}}
)";

/// Eight train in round 0; every other service advertises what one of them achieved.
/// A client whose images turn bright in round 3 gets an adapted model in that round, or in the next one.
constexpr const char* bright_client = R"(
seed: 4
data: {source: synthetic_digits}
model: {kind: cnn, channels: [4, 8], hidden: [16]}
services: {count: 4, partition: {kind: iid, samples: 100}}
clients: {count: 2, stream: 100}
composition: {members: 4}
training: {epochs: 2, batch_size: 16, momentum: 0.9}
drift: [{kind: brightness, target: clients, start: 3, magnitude: 0.5, ids: [1]}]
adaptation: {evidence: {labels: 0}, strategy: {kind: none}, serving: {kind: route, look_first: ANSWER}}
)";

TEST_F(CoordinatorTest, AWindowThatIsLookedAtFirstIsServedByWhatItShows) {
    for (const bool first : {false, true}) {
        std::string text = bright_client;
        text.replace(text.find("ANSWER"), 6, first ? "true" : "false");
        const Run run = play(text.c_str(), 4, false);
        for (const sim::ServingRecord& row : run.table<sim::ServingRecord>()) {
            const bool adapted = row.branch.view() == "adapted";
            EXPECT_EQ(adapted, row.client == 1 && row.round >= 3) << row.round << " " << row.client;
        }
        for (const sim::RoundRecord& row : run.table<sim::RoundRecord>()) {
            EXPECT_EQ(row.accuracy != row.plain_accuracy, row.round >= (first ? 3U : 4U)) << first << " " << row.round;
        }
        const Run resumed = play(text.c_str(), 4, true);
        for (const sim::Table* const table : {&sim::RoundRecord::table(), &sim::ServingRecord::table()}) {
            EXPECT_EQ(resumed.packed(*table), run.packed(*table)) << first;
        }
    }
}

/// The table has the look that served, which knows nothing of what the round then changes.
TEST_F(CoordinatorTest, AfterAResponseTheFirstLookIsToldWhereItServed) {
    const auto played = [&](const char* strategy) {
        std::string text = returning_members;
        const auto set = [&](const std::string& from, const std::string& to) {
            text.replace(text.find(from), from.size(), to);
        };
        set("aggregation: soft_vote", "aggregation: fedavg");
        set("strategy: {kind: tta_then_substitute}",
            std::string{"serving: {kind: route, look_first: true}\n  strategy: {kind: "} + strategy + "}");
        set("{technique: lame, samples: 16, composability: {threshold: 0.2}}", "{technique: batch_norm}");
        set("drift:\n", "drift:\n  - {kind: brightness, target: clients, start: 1, magnitude: 0.5, ids: [1]}\n");
        return play(text.c_str(), 4, false);
    };
    const Run responds = played("substitute");
    const Run does_not = played("none");
    std::uint32_t responded = 0;
    for (const sim::RoundRecord& row : responds.table<sim::RoundRecord>()) {
        responded = responded == 0 && row.replaced > 0 ? row.round : responded;
    }
    ASSERT_GT(responded, 0U);
    const auto expected = does_not.table<sim::ServingRecord>();
    const auto rows = responds.table<sim::ServingRecord>();
    ASSERT_EQ(rows.size(), expected.size());
    std::size_t adapted = 0;
    for (std::size_t i = 0; i < rows.size() && rows[i].round <= responded; ++i) {
        adapted += rows[i].branch.view() == "adapted" ? 1 : 0;
        EXPECT_EQ(rows[i].branch.view(), expected[i].branch.view()) << rows[i].round << " " << rows[i].client;
        EXPECT_EQ(rows[i].flagged, expected[i].flagged) << rows[i].round << " " << rows[i].client;
        EXPECT_EQ(rows[i].gain, expected[i].gain) << rows[i].round << " " << rows[i].client;
    }
    EXPECT_GT(adapted, 0U);
}

TEST_F(CoordinatorTest, ASampleTrainsAndAllAdvertise) {
    constexpr std::uint32_t rounds = 3;
    const Run undisturbed = play(sampled_advertising, rounds, false);
    std::set<double> measured;
    std::set<std::uint32_t> trained;
    for (const sim::ServiceRecord& row : undisturbed.table<sim::ServiceRecord>()) {
        if (row.round == 0) {
            measured.insert(row.effectiveness);
            trained.insert(row.service);
        }
    }
    EXPECT_EQ(trained.size(), 8U);
    std::size_t others = 0;
    for (const sim::CandidateRecord& row : undisturbed.table<sim::CandidateRecord>()) {
        if (row.round == 2 && row.reason.view() != "member") {
            EXPECT_TRUE(measured.contains(row.effectiveness)) << row.service << " advertises " << row.effectiveness;
            EXPECT_EQ(row.quality, row.effectiveness) << row.service;
            others += trained.contains(row.service) ? 0 : 1;
        }
    }
    EXPECT_GE(others, 10U);
    const Run resumed = play(sampled_advertising, rounds, true);
    for (const sim::Table* const table : {&sim::RoundRecord::table(), &sim::CandidateRecord::table(),
                                          &sim::RuleRecord::table(), &sim::EventRecord::table()}) {
        EXPECT_EQ(resumed.packed(*table), undisturbed.packed(*table)) << table->name;
    }
}

/// A world whose candidates' rows are left out is the same world.
TEST_F(CoordinatorTest, RowsThatAreLeftOutChangeNothingElse) {
    const Run all = play(returning_members, 3, false);
    const Run some = play((std::string{returning_members} + "trace: {service_rows: none}\n").c_str(), 3, false);
    EXPECT_TRUE(all.table<sim::OmittedRecord>().empty());
    const std::vector<sim::OmittedRecord> omitted = some.table<sim::OmittedRecord>();
    ASSERT_EQ(omitted.size(), 1U);
    EXPECT_EQ(omitted.front().round, 0U);
    EXPECT_EQ(omitted.front().rows, 1);
    EXPECT_EQ(some.table<sim::ServiceRecord>().size() + 1, all.table<sim::ServiceRecord>().size());
    for (const sim::Table* const table : {&sim::RoundRecord::table(), &sim::ClientRecord::table(),
                                          &sim::CandidateRecord::table(), &sim::EventRecord::table()}) {
        EXPECT_EQ(all.packed(*table), some.packed(*table)) << table->name;
    }
}

}  // namespace
}  // namespace mlaasim::run
