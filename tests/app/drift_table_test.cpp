// What the trace says of drift: who was affected by which entry, and how much.
#include <gtest/gtest.h>

#include "support/simulation.hpp"

namespace mlaasim::testing {
namespace {

constexpr const char* scenario = R"(name: drifting
rounds: 3
data: {source: synthetic_digits, synthetic_train: 200, synthetic_test: 100}
model: {kind: logistic}
services: {count: 5, partition: {samples: 20}}
clients: {count: 2, stream: 10}
composition: {members: 2}
training: {epochs: 1}
drift:
  - {kind: noise, target: clients, pattern: gradual, duration: 2, start: 2, magnitude: 0.5, ids: [1]}
  - {kind: label_swap, target: services, start: 0, end: 2, magnitude: 0.25, ids: [1, 4]}
  - {kind: rotation, target: services, start: 1, magnitude: -30, ids: [0, 1]}
  - {kind: contrast, target: clients, pattern: recurring, period: 2, severity: 2}
adaptation: {start: 3, every: 100, strategy: {kind: substitute}}
)";

/// Service 4 is no member: it has rows only where `services` has some of it, in the set-up.
TEST(DriftTable, HasARowPerServiceOrClientAndEntryInForce) {
    TemporaryFolder folder;
    write_text(folder / "scenario.yaml", scenario);
    const Outcome outcome = run(simulate(folder / "scenario.yaml", folder.path(), Ranks::alone));
    ASSERT_EQ(outcome.exit_code, 0) << outcome;
    const Outcome csv = run(mlaasim({"trace", "csv", (folder / "trace.h5").string(), "drift"}));
    EXPECT_EQ(csv.output,
              "round,target,id,entry,strength\n"
              "0,service,1,1,0.25\n"
              "0,service,4,1,0.25\n"
              "1,service,0,2,-30\n"
              "1,service,1,1,0.25\n"
              "1,service,1,2,-30\n"
              "1,client,0,3,0.5\n"
              "1,client,1,3,0.5\n"
              "2,service,0,2,-30\n"
              "2,service,1,2,-30\n"
              "2,client,1,0,0.25\n"
              "3,service,0,2,-30\n"
              "3,service,1,2,-30\n"
              "3,client,0,3,0.5\n"
              "3,client,1,0,0.5\n"
              "3,client,1,3,0.5\n");
}

}  // namespace
}  // namespace mlaasim::testing
