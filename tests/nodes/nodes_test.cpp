// Ranks on several nodes: each with its own address, host name, processes, /tmp and data cache, connected by TCP.
#include "nodes/nodes.hpp"

#include "sim/data/idx_files.hpp"
#include "support/traces.hpp"

namespace mlaasim::testing {
namespace {

/// A scenario beside the tests with so many rounds.
std::string shortened(const std::string& scenario, int rounds) {
    return std::regex_replace(text_of(test_scenario(scenario)), std::regex{"rounds: [0-9]+"},
                              "rounds: " + std::to_string(rounds));
}

/// The digests of an undisturbed run on one node.
std::map<std::string, std::string> on_one_node(const std::string& scenario) {
    const TemporaryFolder folder;
    write_text(folder / "scenario.yaml", scenario);
    const Outcome outcome = run(simulate(folder / "scenario.yaml", folder / "out", Ranks::alone));
    EXPECT_EQ(outcome.exit_code, 0) << outcome;
    return digests(folder / "out");
}

TEST_F(NodesTest, SameBitsAsOnOneNode) {
    const std::string scenario = shortened("distributed/same_bits.yaml", 4);
    write_to_all(3, "scenario.yaml", scenario);
    const Outcome outcome = run(on_nodes(3, 2, run_scenario()));
    ASSERT_EQ(outcome.exit_code, 0) << outcome;
    EXPECT_NE(outcome.output.find("4 rounds, 6 ranks\n"), std::string::npos) << outcome;
    EXPECT_EQ(digests(tmp_of(1) / "out"), on_one_node(scenario));
    EXPECT_FALSE(std::filesystem::exists(tmp_of(2) / "out"));
    for (const int node : {1, 2, 3}) {
        EXPECT_GT(traffic_of(node).sent, 100'000.0) << node;
    }
    // Each node has decoded the data for itself. Node 1 sees the cache folder that this test names.
    for (const int node : {2, 3}) {
        EXPECT_TRUE(std::filesystem::exists(tmp_of(node) / "home/.cache/mlaasim/data")) << node;
    }
}

class LostNode : public NodesTest {
protected:
    /// Plays a run until its third round, has `lose` take something from node 2, and expects that it ends with a
    /// message that has these words, and that --resume ends with the bits of an undisturbed run.
    template <class Lose>
    void expect_end_and_resume(Lose lose, const std::vector<std::string>& words, const Arguments& environment = {}) {
        static const std::string scenario = shortened("crash/crash.yaml", 25);
        write_to_all(2, "scenario.yaml", scenario);
        Program program{on_nodes(2, 2, run_scenario()), environment};
        ASSERT_TRUE(program.prints("\n    3 ")) << program.errors();
        lose();
        const auto start = std::chrono::steady_clock::now();
        const Outcome outcome = program.wait();
        EXPECT_LT(std::chrono::steady_clock::now() - start, 20s * slowness());
        EXPECT_NE(outcome.exit_code, 0) << outcome;
        EXPECT_EQ(outcome.output.find("\n   25 "), std::string::npos) << "it had ended before";
        for (const std::string& word : words) {
            EXPECT_NE(outcome.all().find(word), std::string::npos) << word << '\n' << outcome;
        }
        const Outcome resumed = run(on_nodes(2, 1, run_scenario({"--resume"})));
        EXPECT_EQ(resumed.exit_code, 0) << resumed;
        EXPECT_NE(resumed.output.find("resumed after round "), std::string::npos) << resumed;
        static const auto expected = on_one_node(scenario);
        EXPECT_EQ(digests(tmp_of(1) / "out"), expected);
    }
};

TEST_F(LostNode, WhoseRanksAreKilled) {
    expect_end_and_resume([&] { kill_ranks(2); }, {"process rank ", "on node node2 exited on signal 9"});
}

TEST_F(LostNode, ThatIsGoneAtOnce) {
    expect_end_and_resume([&] { kill_node(2); }, {"lost communication with a remote daemon", "on node node2"});
}

/// docs/cluster.md names these settings of Open MPI; here with shorter times.
TEST_F(LostNode, ThatLosesItsNetwork) {
    expect_end_and_resume([&] { unplug(2); }, {"lost communication with a remote daemon", "on node node2"},
                          {"OMPI_MCA_oob_tcp_keepalive_time=2", "OMPI_MCA_oob_tcp_keepalive_intvl=1",
                           "OMPI_MCA_oob_tcp_keepalive_probes=2"});
}

constexpr const char* small = R"(name: small
rounds: 1
model: {hidden: [4]}
services: {count: 3, partition: {samples: 5}}
clients: {count: 2, stream: 2}
)";

TEST_F(NodesTest, ANodeWhoseDataDifferIsRefused) {
    write_to_all(2, "scenario.yaml", small);
    for (const int node : {1, 2}) {
        std::filesystem::create_directories(tmp_of(node) / "data/mnist");
        sim::testing::write_idx_pair(tmp_of(node) / "data/mnist", "train", 20, false);
        sim::testing::write_idx_pair(tmp_of(node) / "data/mnist", "t10k", 5, false);
    }
    const Arguments command = run_scenario({"--data", "/tmp/data"});
    EXPECT_EQ(run(on_nodes(2, 1, command)).exit_code, 0);
    std::fstream labels{tmp_of(2) / "data/mnist/train-labels-idx1-ubyte", std::ios::in | std::ios::out};
    labels.seekp(8);
    labels.put(static_cast<char>(labels.peek() == 0 ? 1 : 0));
    labels.close();
    const Outcome refused = run(on_nodes(2, 1, command));
    EXPECT_EQ(refused.exit_code, 2) << refused;
    for (const char* word : {"rank 1", "node2", "has the data mnist SHA-256", "the same data on every rank"}) {
        EXPECT_NE(refused.errors.find(word), std::string::npos) << word << '\n' << refused;
    }
}

TEST_F(NodesTest, ScriptNamesWhatIsWrong) {
    const std::string script = MLAASIM_SOURCE_DIR "/scripts/nodes";
    const Outcome without = run({script});
    EXPECT_EQ(without.exit_code, 2) << without;
    EXPECT_NE(without.errors.find("the number of nodes is \"\"; expected 1 to 99"), std::string::npos) << without;
    EXPECT_EQ(run({script, "2"}).exit_code, 2);
    EXPECT_EQ(run({script, "2", "--delay-ms", "soon", "true"}).exit_code, 2);
    EXPECT_EQ(run({script, "1", "sh", "-c", "exit 7"}).exit_code, 7);
    const Outcome unknown = run({script, "1", MLAASIM_SOURCE_DIR "/scripts/nodes-agent", "node2", "true"});
    EXPECT_EQ(unknown.exit_code, 255) << unknown;
    EXPECT_NE(unknown.errors.find("there is no node \"node2\""), std::string::npos) << unknown;
}

}  // namespace
}  // namespace mlaasim::testing
