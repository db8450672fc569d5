// `mlaasim calibrate` from runs to a scenario that names its file.
#include <gtest/gtest.h>

#include "support/expectations.hpp"
#include "support/simulation.hpp"

namespace mlaasim::testing {
namespace {

class Calibrate : public ::testing::Test {
protected:
    [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }
    void play(const std::string& name, const std::string& technique, const char* seed) const {
        const Outcome outcome = run(
            simulate(test_scenario("distributed/same_bits.yaml"), folder_ / name, Ranks::alone,
                     {"--set", "test_time={technique: " + technique + ", samples: 16, composability: {threshold: 0}}",
                      "--set", "adaptation.strategy.kind=tta", "--set", "assessment.max_flagged=1", "--set",
                      std::string{"seed="} + seed, "--set", "rounds=8"}));
        ASSERT_EQ(outcome.exit_code, 0) << outcome;
    }

    TemporaryFolder folder_;
};

TEST_F(Calibrate, WritesWhatAScenarioReads) {
    play("one", "batch_norm", "1");
    play("two", "batch_norm", "2");
    // Accuracy that may be lost: so little that some adaptations do harm, whatever the machine.
    const Outcome fitted =
        run(mlaasim({"calibrate", path("one"), path("two"), "--margin", "-0.005", "--output", path("fitted.yaml")}));
    ASSERT_EQ(fitted.exit_code, 0) << fitted;
    EXPECT_NE(fitted.output.find("batch_norm of cnn 1x28x28 c4 c8 h16 o10: "), std::string::npos) << fitted;
    const auto check = [&](const std::string& technique) {
        return run(mlaasim(
            {"check", test_scenario("distributed/same_bits.yaml").string(), "--set",
             "test_time={technique: " + technique + ", composability: {calibration: " + path("fitted.yaml") + "}}"}));
    };
    EXPECT_EQ(check("batch_norm").exit_code, 0) << check("batch_norm");
    EXPECT_NE(check("tent").errors.find("was fitted for the technique batch_norm, and the scenario has tent"),
              std::string::npos)
        << check("tent");
}

TEST_F(Calibrate, RefusesTracesThatDoNotGoTogether) {
    play("one", "batch_norm", "1");
    play("tent", "tent", "1");
    const Outcome mixed = run(mlaasim({"calibrate", path("one"), path("tent"), "--output", path("x.yaml")}));
    EXPECT_EQ(mixed.exit_code, 2);
    EXPECT_NE(mixed.errors.find("the run adapted cnn 1x28x28 c4 c8 h16 o10 by tent"), std::string::npos) << mixed;
    EXPECT_FALSE(std::filesystem::exists(path("x.yaml")));
    const Outcome none = run(mlaasim({"calibrate"}));
    EXPECT_EQ(none.exit_code, 2);
    EXPECT_NE(none.errors.find("calibrate takes traces, and there is none"), std::string::npos) << none;
    const Outcome easy = run(mlaasim({"calibrate", path("one"), "--margin", "1", "--output", path("x.yaml")}));
    EXPECT_EQ(easy.exit_code, 2) << "nothing did harm";
    EXPECT_NE(easy.errors.find("some that did harm"), std::string::npos) << easy;
}

}  // namespace
}  // namespace mlaasim::testing
