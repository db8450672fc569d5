// Calibration files: what a scenario takes from them, and what is refused.
#include "run/calibration.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "sim/data/temporary_folder.hpp"

namespace mlaasim::run {
namespace {

class CalibrationFile : public ::testing::Test {
protected:
    void write(const std::string& technique, const std::string& model, const std::string& form = "normalised",
               const std::string& logistic = "[1, 2, 3, 4, 5, 6]") {
        std::ofstream{folder / "fitted.yaml"} << "technique: " << technique << "\nmodel: " << model
                                              << "\nintegration: replace\nform: " << form
                                              << "\npdam: total_variation\nlayer_weights: equal\ntau: 1"
                                              << "\nthreshold: 0.625\nlogistic: " << logistic << "\ncases: 12\n";
    }
    [[nodiscard]] static std::string with_file(const std::string& more = "") {
        return "test_time: {technique: tent, composability: {calibration: fitted.yaml}" + more + "}\n";
    }
    [[nodiscard]] Scenario read(const std::string& test_time = with_file()) const {
        return read_scenario(
            {"data: {source: synthetic_digits}\nmodel: {kind: cnn, channels: [4], hidden: [8]}\n" + test_time,
             "scenario.yaml"},
            {.scenario_folder = folder.path()});
    }
    [[nodiscard]] std::string refusal(const std::string& more = "") const { return refusal_of(with_file(more)); }
    [[nodiscard]] std::string refusal_of(const std::string& test_time) const {
        try {
            static_cast<void>(read(test_time));
        } catch (const sim::InputError& error) {
            return error.what();
        }
        return "nothing";
    }

    const sim::testing::TemporaryFolder folder;
};

TEST_F(CalibrationFile, GivesThresholdAndRegression) {
    write("tent", "cnn 1x28x28 c4 h8 o10");
    const tta::ComposabilityOptions options = read().test_time.composability;
    EXPECT_EQ(options.threshold, 0.625);
    EXPECT_EQ(options.logistic, (std::vector<double>{1, 2, 3, 4, 5, 6}));
    EXPECT_TRUE(options.calibration.empty()) << "the resolved scenario needs no file";
    EXPECT_NE(to_yaml(read()).find("0.625"), std::string::npos);
}

TEST_F(CalibrationFile, OfAnotherTechniqueModelOrFormIsRefusedByName) {
    write("memo", "cnn 1x28x28 c4 h8 o10");
    EXPECT_NE(refusal().find("was fitted for the technique memo, and the scenario has tent"), std::string::npos)
        << refusal();
    write("tent", "cnn 1x28x28 c16 h8 o10");
    EXPECT_NE(refusal().find("was fitted for the model cnn 1x28x28 c16 h8 o10, and the scenario has cnn 1x28x28 c4 h8"),
              std::string::npos)
        << refusal();
    write("tent", "cnn 1x28x28 c4 h8 o10", "literal");
    EXPECT_NE(refusal().find("was fitted for the form literal"), std::string::npos) << refusal();
}

TEST_F(CalibrationFile, OfAnotherIntegrationOrWayOfScoringIsRefusedByName) {
    write("tent", "cnn 1x28x28 c4 h8 o10");
    EXPECT_EQ(refusal(), "nothing");
    const auto with = [&](const std::string& options) {
        return refusal_of("test_time: {technique: tent, " + options + "}\n");
    };
    EXPECT_NE(with("integration: {kind: halfway}, composability: {calibration: fitted.yaml}")
                  .find("was fitted for the integration replace, and the scenario has halfway"),
              std::string::npos);
    EXPECT_NE(
        with("composability: {calibration: fitted.yaml, tau: 0.5}").find("for the tau 1, and the scenario has 0.5"),
        std::string::npos);
    EXPECT_NE(with("composability: {calibration: fitted.yaml, pdam: wasserstein}").find("for the pdam total_variation"),
              std::string::npos);
    EXPECT_NE(with("composability: {calibration: fitted.yaml, layer_weights: parameters}")
                  .find("for the layer_weights equal"),
              std::string::npos);
}

TEST_F(CalibrationFile, IsForOneTechnique) {
    write("tent", "cnn 1x28x28 c4 h8 o10");
    EXPECT_NE(refusal(", also: [{technique: rdumb}]").find("test_time.also has more"), std::string::npos);
}

TEST_F(CalibrationFile, ThatIsMissingOrBrokenIsNamed) {
    EXPECT_NE(refusal().find("fitted.yaml"), std::string::npos) << refusal();
    std::ofstream{folder / "fitted.yaml"} << "technique: tent\nmodle: x\n";
    EXPECT_NE(refusal().find("modle"), std::string::npos) << refusal();
    write("tent", "cnn 1x28x28 c4 h8 o10", "normalised", "[1, 2]");
    EXPECT_NE(refusal().find("fitted.yaml:9"), std::string::npos) << refusal();
    EXPECT_NE(refusal().find("logistic has 2 numbers"), std::string::npos) << refusal();
}

TEST_F(CalibrationFile, OneThatIsNotThereIsNamedWithTheLineThatNamesIt) {
    EXPECT_NE(refusal().find("there is no calibration file " + (folder / "fitted.yaml").string()), std::string::npos)
        << refusal();
    EXPECT_NE(refusal().find("scenario.yaml:3"), std::string::npos) << refusal();
}

TEST_F(CalibrationFile, ARegressionInTheScenarioIsLocatedThere) {
    try {
        static_cast<void>(read_scenario(
            {"data: {source: synthetic_digits}\ntest_time:\n  composability:\n    tau: 2\n    logistic: [1, 2]\n",
             "scenario.yaml"}));
        FAIL() << "accepted";
    } catch (const sim::InputError& error) {
        ASSERT_EQ(error.problems().size(), 1U) << error.what();
        EXPECT_EQ(error.problems()[0].line, 5);
        EXPECT_NE(std::string{error.what()}.find("test_time.composability.logistic has 2 numbers"), std::string::npos)
            << error.what();
    }
}

}  // namespace
}  // namespace mlaasim::run
