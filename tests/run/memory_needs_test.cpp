#include "run/memory_needs.hpp"

#include <gtest/gtest.h>

#include "support/simulation.hpp"

namespace mlaasim::run {
namespace {

constexpr double mib = 1024.0 * 1024.0;
constexpr double gib = 1024.0 * mib;
const MemoryLimit four_gib{.bytes = 4 * gib, .whose = "the memory of this machine"};

/// The options that are named when a scenario with these overrides is to run in 4 GiB.
std::vector<std::string> beyond_four_gib(const std::vector<std::string>& overrides) {
    const Scenario scenario = read_scenario(
        {"name: large\ndata: {source: synthetic_digits}\nadaptation: {every: 0}\n", "large.yaml", overrides});
    std::vector<std::string> paths;
    for (const sim::Problem& problem : beyond_memory(memory_needs(scenario), four_gib)) {
        EXPECT_NE(problem.message().find(problem.path + ": "), std::string::npos) << problem.message();
        EXPECT_NE(problem.message().find(" bytes ("), std::string::npos) << problem.message();
        paths.push_back(problem.path);
    }
    return paths;
}

using Paths = std::vector<std::string>;

TEST(MemoryNeeds, UsualScenariosFit) {
    EXPECT_EQ(beyond_four_gib({}), Paths{});
    EXPECT_EQ(beyond_four_gib({"data.synthetic_train=300000", "services.count=10000"}), Paths{});
    EXPECT_EQ(beyond_four_gib({"model={kind: cnn, channels: [64, 128, 256], hidden: [512]}"}), Paths{});
}

TEST(MemoryNeeds, NameTheOptionThatIsTooLarge) {
    EXPECT_EQ(beyond_four_gib({"data.synthetic_train=10000000"}), Paths{"data.synthetic_train"});
    EXPECT_EQ(beyond_four_gib({"data.synthetic_test=10000000", "clients.stream=10"}), Paths{"data.synthetic_test"});
    EXPECT_EQ(beyond_four_gib({"model.hidden=[65536, 65536]"}), Paths{"model.hidden"});
    EXPECT_EQ(beyond_four_gib({"model={kind: cnn, channels: [4096, 4096], hidden: []}"}), Paths{"model.channels"});
    EXPECT_EQ(beyond_four_gib({"services.history.length=1000000", "services.count=1000"}),
              Paths{"services.history.length"});
    EXPECT_EQ(beyond_four_gib({"composition.aggregation=soft_vote", "evaluation.update_memory_mib=100000",
                               "services.count=2000", "model.hidden=[512, 256]"}),
              Paths{"composition.members"});
    EXPECT_EQ(beyond_four_gib({"data.synthetic_test=2000000", "clients.stream=0", "clients.count=1"}),
              Paths{"clients.stream"});
    EXPECT_EQ(beyond_four_gib({"data.synthetic_test=3000000", "adaptation.evidence.labels=2000000",
                               "clients={count: 2000, stream: 1000}", "adaptation.every=1"}),
              Paths{"adaptation.evidence.labels"});
}

/// Gradients of a technique's loss hold the layers' outputs of the whole stream.
TEST(MemoryNeeds, GradientsAtTestTimeAreCounted) {
    const auto beyond = [](const std::string& technique) {
        return beyond_four_gib({"model={kind: cnn}", "adaptation.every=1", "adaptation.strategy.kind=tta",
                                "data.synthetic_test=40000", "clients.stream=10000",
                                "test_time={samples: 10000, technique: " + technique + "}"});
    };
    EXPECT_EQ(beyond("tent"), Paths{"test_time.samples"});
    EXPECT_EQ(beyond("batch_norm"), Paths{});
}

TEST(MemoryNeeds, AddUp) {
    const std::vector<MemoryNeed> needs{{.path = "a", .what = "a takes", .bytes = 2.5 * gib},
                                        {.path = "b", .what = "b takes", .bytes = 1.6 * gib},
                                        {.path = "c", .what = "c takes", .bytes = 3 * gib, .passing = true}};
    const std::vector<sim::Problem> problems = beyond_memory(needs, four_gib);
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0].path, "a");
    EXPECT_EQ(problems[0].message(),
              "a: a takes at least 2684354560 bytes (2.5 GiB), and everything together 4.1 GiB (expected at most 4.0 "
              "GiB, the memory of this machine). Hint: lower it, or run where there is more memory");
    EXPECT_TRUE(beyond_memory({needs[0], needs[2]}, four_gib).empty());
}

/// Many ranks on many machines may hold what one can't, so this is no more than a warning.
TEST(MemoryNeeds, UpdatesOfTheMembersAreCounted) {
    const auto beyond = [](const std::string& more) {
        const Scenario scenario =
            read_scenario({"model: {hidden: [512]}\nevaluation: {update_memory_mib: 1000000}\n"
                           "data: {synthetic_train: 100000}\n" +
                               more,
                           "large.yaml"});
        return updates_beyond_memory(scenario, four_gib);
    };
    EXPECT_EQ(beyond("services: {count: 2000}\n"), std::nullopt);
    const auto problem = beyond("services: {count: 3000}\n");
    ASSERT_TRUE(problem.has_value());
    EXPECT_NE(problem->message().find("the updates of 3000 members, at least 4884672000 bytes"), std::string::npos)
        << problem->message();
    EXPECT_EQ(beyond("services: {count: 3000}\nadaptation: {every: 0}\n"), std::nullopt);
}

class ControlGroups : public ::testing::Test {
protected:
    void limit(const std::string& file, const std::string& text) const {
        std::filesystem::create_directories((folder_ / file).parent_path());
        testing::write_text(folder_ / file, text);
    }
    [[nodiscard]] std::optional<double> found(const std::string& groups) const {
        testing::write_text(folder_ / "groups", groups);
        return control_group_limit(folder_ / "groups", folder_ / "root");
    }

    testing::TemporaryFolder folder_;
};

TEST_F(ControlGroups, TheLeastLimitOnTheWayUpCounts) {
    limit("root/job/memory.max", "1000000\n");
    limit("root/job/step/memory.max", "max\n");
    EXPECT_EQ(found("0::/job/step\n"), 1000000.0);
    EXPECT_EQ(found("0::/other\n"), std::nullopt);
    limit("root/memory.max", "900000\n");
    EXPECT_EQ(found("0::/job/step\n"), 900000.0);
}

TEST_F(ControlGroups, VersionOneIsReadToo) {
    limit("root/memory/memory.limit_in_bytes", "9223372036854771712\n");
    EXPECT_EQ(found("3:cpu:/\n4:memory:/job\n"), std::nullopt);
    limit("root/memory/job/memory.limit_in_bytes", "5000\n");
    EXPECT_EQ(found("3:cpu:/\n4:hugetlb,memory:/job\n0::/\n"), 5000.0);
}

}  // namespace
}  // namespace mlaasim::run

namespace mlaasim::testing {
namespace {

/// Found by check as well as by run, before there is an output folder.
TEST(MemoryNeeds, AreComparedWithTheLimitsOfTheProcess) {
    if (slowness() > 1) {
        GTEST_SKIP() << "skipped: sanitizers take the address space for themselves";
    }
    const TemporaryFolder folder;
    const std::string file = (folder / "large.yaml").string();
    write_text(file,
               "name: large\nrounds: 1\ndata:\n  source: synthetic_digits\n  synthetic_train: 10000000\n"
               "adaptation: {every: 0}\n");
    const auto limited = [&](const std::string& arguments) {
        return run({"bash", "-c", "ulimit -v 6000000; exec " + (MLAASIM_PROGRAM + (" " + arguments))});
    };
    const std::string out = (folder / "out").string();
    for (const Outcome& outcome : {limited("check " + file), limited("run " + file + " --output " + out)}) {
        EXPECT_EQ(outcome.exit_code, 2) << outcome;
        EXPECT_NE(outcome.errors.find(file + ":5: data.synthetic_train: 10004000 generated samples take at least "
                                             "7853140000 bytes (7.3 GiB)"),
                  std::string::npos)
            << outcome;
        EXPECT_NE(outcome.errors.find("which the limit of ulimit -v leaves"), std::string::npos) << outcome;
    }
    EXPECT_FALSE(std::filesystem::exists(folder / "out"));
    const Outcome fits = limited("check " + file + " --set data.synthetic_train=1000");
    EXPECT_EQ(fits.exit_code, 0) << fits;
}

}  // namespace
}  // namespace mlaasim::testing
