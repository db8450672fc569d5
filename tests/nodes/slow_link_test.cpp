// What `mlaasim plan` predicts of a network, beside what two nodes with a delay between them measure.
#include <algorithm>
#include <chrono>
#include <cmath>

#include "nodes/nodes.hpp"

namespace mlaasim::testing {
namespace {

constexpr const char* scenario = R"(name: slow
rounds: 5
data: {source: synthetic_digits, synthetic_train: 600, synthetic_test: 100}
model: {kind: mlp, hidden: [16]}
services: {count: 6, partition: {samples: 40}}
clients: {count: 4, stream: 20}
composition: {members: 4}
adaptation: {strategy: {kind: none}, every: 0}
)";

/// The first number behind these words.
double number_after(const std::string& text, const std::string& words) {
    const auto at = text.find(words);
    EXPECT_NE(at, std::string::npos) << words << '\n' << text;
    return at == std::string::npos ? NAN : std::stod(text.substr(at + words.size()));
}

class SlowLink : public NodesTest {
protected:
    Outcome plan(const std::string& latency_us) {
        write_to_all(2, "scenario.yaml", scenario);
        return run({MLAASIM_PROGRAM, "plan", tmp_of(1) / "scenario.yaml", "--ranks", "2", "--latency-us", latency_us});
    }
};

TEST_F(SlowLink, TimeOfARoundIsThePredictedOne) {
    const double predicted = number_after(plan("50000").output, "a round, s");
    Program program{on_nodes(2, 1, run_scenario(), {"--delay-ms", "50"})};
    ASSERT_TRUE(program.prints("\n    2 ")) << program.errors();
    // Other work on this machine makes rounds slower, never faster: so the fastest is bounded above, the mean below.
    double fastest = INFINITY;
    double sum = 0.0;
    for (const char* const round : {"\n    3 ", "\n    4 ", "\n    5 "}) {
        const auto start = std::chrono::steady_clock::now();
        ASSERT_TRUE(program.prints(round)) << program.errors();
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
        fastest = std::min(fastest, seconds.count());
        sum += seconds.count();
    }
    EXPECT_EQ(program.wait().exit_code, 0);
    RecordProperty("predicted_s", std::to_string(predicted));
    RecordProperty("fastest_s", std::to_string(fastest));
    EXPECT_GT(sum / 3.0, 0.75 * predicted);
    EXPECT_LT(fastest, 1.75 * predicted * slowness());
}

TEST_F(SlowLink, TrafficOfARoundIsThePredictedOne) {
    const double predicted = number_after(plan("20").output, "bytes sent, KiB");
    const auto sent_in = [&](int rounds) {
        const Outcome outcome = run(on_nodes(2, 1, run_scenario({"--set", "rounds=" + std::to_string(rounds)})));
        EXPECT_EQ(outcome.exit_code, 0) << outcome;
        return traffic_of(2).sent / 1024.0;
    };
    const double few = sent_in(2);
    const double measured = (sent_in(22) - few) / 20.0;
    RecordProperty("predicted_kib", std::to_string(predicted));
    RecordProperty("measured_kib", std::to_string(measured));
    EXPECT_GT(measured, predicted);  // headers of TCP and IP come on top
    EXPECT_LT(measured, 1.1 * predicted);
}

}  // namespace
}  // namespace mlaasim::testing
