#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "run/scenario.hpp"
#include "sim/options/markdown.hpp"
#include "sim/scenario_text/options_document.hpp"
#include "sim/scenario_text/yaml_writer.hpp"

namespace mlaasim::run {
namespace {

std::string contents(const std::string& file) {
    std::ifstream in{std::string{MLAASIM_SOURCE_DIR} + "/" + file};
    return {std::istreambuf_iterator<char>{in}, {}};
}

TEST(ScenarioDocs, ReferencePageIsThatOfTheProgram) {
    Scenario scenario;
    const std::string expected =
        sim::to_markdown([&](sim::OptionVisitor& visitor) { declare(visitor, scenario); }, "Scenario reference");
    EXPECT_EQ(contents("docs/scenario.md"), expected) << "run: mlaasim schema --markdown > docs/scenario.md";
}

TEST(ScenarioDocs, ShippedScenariosAreValid) {
    for (const char* file :
         {"experiments/quickstart.yaml", "experiments/sensors.yaml", "bench/scenarios/fedavg-mlp.yaml",
          "bench/scenarios/fedavg-cnn.yaml", "bench/scenarios/tiny.yaml", "bench/scenarios/scale-10k.yaml"}) {
        EXPECT_NO_THROW(static_cast<void>(read_scenario({contents(file), file}))) << file;
    }
}

TEST(ScenarioDocs, ResolvedScenarioReadsBackUnchanged) {
    const Scenario scenario = read_scenario({contents("experiments/quickstart.yaml"), "quickstart.yaml"});
    const std::string resolved = to_yaml(scenario);
    EXPECT_EQ(to_yaml(read_scenario({resolved, "resolved.yaml"})), resolved);
}

TEST(ScenarioChecks, NameTheLineOfAnOptionThatContradictsAnother) {
    try {
        static_cast<void>(read_scenario({"services: {count: 5}\ncomposition:\n  members: 9\n", "wrong.yaml"}));
        FAIL() << "nine members of five services were accepted";
    } catch (const sim::InputError& error) {
        ASSERT_EQ(error.problems().size(), 1U);
        EXPECT_EQ(error.problems().front().line, 3);
        EXPECT_NE(std::string{error.what()}.find("composition.members is 9"), std::string::npos) << error.what();
    }
}

TEST(ScenarioChecks, TimeSeriesCannotBeRotated) {
    const std::string drift = "drift:\n  - {kind: noise, start: 2, magnitude: 0.1}\n  - start: 3\n    kind: rotation\n";
    try {
        static_cast<void>(read_scenario({"data: {source: synthetic_sensors}\n" + drift, "wrong.yaml"}));
        FAIL() << "a rotation of sensor windows was accepted";
    } catch (const sim::InputError& error) {
        ASSERT_EQ(error.problems().size(), 1U) << error.what();
        EXPECT_EQ(error.problems().front().line, 5);
        EXPECT_NE(std::string{error.what()}.find("drift.1.kind rotation needs images"), std::string::npos)
            << error.what();
        EXPECT_NE(std::string{error.what()}.find("synthetic_sensors"), std::string::npos) << error.what();
    }
    EXPECT_NO_THROW(static_cast<void>(read_scenario({"data: {source: synthetic_digits}\n" + drift, "right.yaml"})));
    EXPECT_NO_THROW(static_cast<void>(
        read_scenario({"data: {source: synthetic_sensors}\ndrift:\n  - {kind: label_swap, start: 2, magnitude: 1}\n"
                       "  - {kind: noise, start: 2, magnitude: 0.1}\n",
                       "right.yaml"})));
}

}  // namespace
}  // namespace mlaasim::run
