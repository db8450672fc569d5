// Several nodes out of one machine, as scripts/nodes makes them, and runs on them.
#pragma once

#include <gtest/gtest.h>

#include <csignal>
#include <map>
#include <sstream>
#include <string>

#include "support/needs.hpp"
#include "support/simulation.hpp"

namespace mlaasim::testing {

/// Why there can be no nodes here; empty when there can.
inline const std::string& no_nodes_because() {
    static const std::string reason = [] {
        const Outcome outcome = run({MLAASIM_SOURCE_DIR "/scripts/nodes", "2", "--delay-ms", "0", "true"});
        return outcome.exit_code == 0 ? std::string{} : outcome.errors;
    }();
    return reason;
}

class NodesTest : public ::testing::Test {
protected:
    void SetUp() override {
        if (!no_nodes_because().empty()) {
            SKIP_WITHOUT("nodes", no_nodes_because());
        }
    }

    /// Where the /tmp of a node lies for this process.
    [[nodiscard]] std::filesystem::path tmp_of(int node) const { return folder_of(node) / "tmp"; }

    /// Writes a file into the /tmp of each of these nodes: a cluster without a common disk.
    void write_to_all(int nodes, const std::string& name, const std::string& text) const {
        for (int node = 1; node <= nodes; ++node) {
            std::filesystem::create_directories(tmp_of(node));
            write_text(tmp_of(node) / name, text);
        }
    }

    /// A command carried out by `ranks` ranks on each node. `how`: options of scripts/nodes.
    [[nodiscard]] Arguments on_nodes(int nodes, int ranks, const Arguments& command, const Arguments& how = {}) const {
        std::string hosts;
        for (int node = 1; node <= nodes; ++node) {
            hosts += (node == 1 ? "node" : ",node") + std::to_string(node) + ":" + std::to_string(ranks);
        }
        return Arguments{MLAASIM_SOURCE_DIR "/scripts/nodes", std::to_string(nodes), "--folder", folder_.path()} + how +
               Arguments{MLAASIM_MPIEXEC, "--host", hosts, "--bind-to", "none", "-n", std::to_string(nodes * ranks)} +
               command;
    }

    /// Runs /tmp/scenario.yaml into /tmp/out.
    static Arguments run_scenario(const Arguments& further = {}) {
        return Arguments{MLAASIM_PROGRAM, "run", "/tmp/scenario.yaml", "--output", "/tmp/out"} + further;
    }

    /// Kills what a node runs: its ranks alone, or all that it is, as when its power fails.
    void kill_ranks(int node) const {
        const std::string network = network_of(process_of(node));
        int killed = 0;
        for (const auto& entry : std::filesystem::directory_iterator{"/proc"}) {
            const std::string name = entry.path().filename();
            if (name.find_first_not_of("0123456789") == std::string::npos && network_of(name) == network &&
                text_of(entry.path() / "comm") == "mlaasim\n") {
                killed += ::kill(std::stoi(name), SIGKILL) == 0 ? 1 : 0;
            }
        }
        EXPECT_GT(killed, 0);
    }
    void kill_node(int node) const { EXPECT_EQ(::kill(std::stoi(process_of(node)), SIGKILL), 0); }

    /// Takes the node off the network; all that runs on it goes on.
    void unplug(int node) const {
        EXPECT_EQ(
            run({"nsenter", "--target", process_of(node), "--net", "ip", "link", "set", "eth0", "down"}).exit_code, 0);
    }

    /// Bytes that the node has sent and received through its network.
    struct Traffic {
        double sent = 0.0;
        double received = 0.0;
    };
    [[nodiscard]] Traffic traffic_of(int node) const {
        std::istringstream lines{text_of(folder_of(node) / "traffic")};
        for (std::string line; std::getline(lines, line);) {
            if (const auto at = line.find("eth0:"); at != std::string::npos) {
                std::istringstream words{line.substr(at + 5)};
                std::string skipped;
                Traffic traffic;
                words >> traffic.received;
                for (int column = 0; column < 7; ++column) {
                    words >> skipped;
                }
                words >> traffic.sent;
                return traffic;
            }
        }
        ADD_FAILURE() << "node " << node << " has no eth0";
        return {};
    }

private:
    [[nodiscard]] std::filesystem::path folder_of(int node) const { return folder_ / ("node" + std::to_string(node)); }
    [[nodiscard]] std::string process_of(int node) const {
        const std::string text = text_of(folder_of(node) / "process");
        return text.substr(0, text.find('\n'));
    }
    static std::string network_of(const std::string& process) {
        std::error_code gone;
        return std::filesystem::read_symlink("/proc/" + process + "/ns/net", gone).string();
    }

    TemporaryFolder folder_;
};

}  // namespace mlaasim::testing
