// The data sets that are files: a run on each learns something. Skipped where they are not there.
#include <gtest/gtest.h>

#include <cstdlib>

#include "support/simulation.hpp"
#include "support/traces.hpp"

namespace mlaasim::testing {
namespace {

constexpr const char* two_rounds = R"(name: real
rounds: 2
model: {kind: mlp, hidden: [32]}
services: {count: 6, partition: {samples: 200}}
clients: {count: 2, stream: 200}
training: {epochs: 2}
)";

/// The folder that MLAASIM_DATA names, else the one beside the sources.
std::filesystem::path data_folder() {
    const char* named = std::getenv("MLAASIM_DATA");
    return named != nullptr && *named != '\0' ? std::filesystem::path{named}
                                              : std::filesystem::path{MLAASIM_SOURCE_DIR} / "../shared/data";
}

class RealData : public ::testing::TestWithParam<const char*> {};

TEST_P(RealData, IsLearntFrom) {
    const TemporaryFolder folder;
    write_text(folder / "real.yaml", two_rounds);
    const Outcome outcome =
        run(simulate(folder / "real.yaml", folder.path(), Ranks::alone,
                     {"--data", data_folder().string(), "--set", std::string{"data.source="} + GetParam()}));
    const bool absent = outcome.errors.find("the data folder") != std::string::npos;
    if (outcome.exit_code == 2 && absent) {
        GTEST_SKIP() << "skipped: " << outcome.errors;
    }
    ASSERT_EQ(outcome.exit_code, 0) << outcome;
    const auto rounds = table_of(folder.path(), "rounds");
    ASSERT_EQ(rounds.size(), 2U);
    EXPECT_EQ(rounds.back().at("samples"), "400");
    EXPECT_GT(std::stod(rounds.back().at("accuracy")), 0.3) << "chance is 0.1";
}

INSTANTIATE_TEST_SUITE_P(Sources, RealData, ::testing::Values("mnist", "fashion_mnist"),
                         [](const auto& test) { return std::string{test.param}; });

}  // namespace
}  // namespace mlaasim::testing
