// `mlaasim data preview`.
#include <gtest/gtest.h>

#include "support/expectations.hpp"
#include "support/simulation.hpp"

namespace mlaasim::testing {
namespace {

class Preview : public ::testing::Test {
protected:
    Outcome preview(const std::string& source, std::vector<std::string> more = {}) {
        const auto scenario = folder_ / "scenario.yaml";
        write_text(scenario, "data: {source: " + source + R"(, synthetic_train: 200, synthetic_test: 100}
services: {count: 2, partition: {samples: 20}}
clients: {count: 2, stream: 10}
adaptation: {every: 0}
drift:
  - {kind: noise, target: clients, start: 2, magnitude: 0.5}
  - {kind: label_swap, target: services, start: 2}
  - {kind: impulse_noise, target: services, start: 1, magnitude: 0.25}
)");
        std::vector<std::string> arguments{"data", "preview", scenario.string(), "-o", picture().string()};
        arguments.insert(arguments.end(), more.begin(), more.end());
        return run(mlaasim(arguments));
    }
    [[nodiscard]] std::filesystem::path picture() const { return folder_ / "sheet.png"; }

private:
    TemporaryFolder folder_;
};

TEST_F(Preview, HasARowPerEntryThatChangesSamples) {
    const Outcome outcome = preview("synthetic_digits");
    ASSERT_EQ(outcome.exit_code, 0) << outcome;
    expect_prints(outcome, {"   1  clean\n", "   2  drift.0: noise, strength 0.5\n",
                            "   3  drift.2: impulse_noise, strength 0.25\n"});
    EXPECT_EQ(outcome.output.find("label_swap"), std::string::npos);
    std::ifstream file{picture(), std::ios::binary};
    std::string start(8, ' ');
    file.read(start.data(), 8);
    EXPECT_EQ(start, "\x89PNG\r\n\x1a\n");
}

TEST_F(Preview, OfAllKindsShowsThoseThatFitTheData) {
    const Outcome images = preview("synthetic_digits", {"--kinds", "--samples", "3"});
    ASSERT_EQ(images.exit_code, 0) << images;
    expect_prints(images, {"rotation, strength 30", "zigzag, strength 1", "shot_noise"});
    EXPECT_EQ(images.output.find("axis_rotation"), std::string::npos);
    const Outcome series = preview("synthetic_sensors", {"--kinds", "--set", "model.kind=cnn1d"});
    ASSERT_EQ(series.exit_code, 0) << series;
    expect_prints(series, {"axis_rotation, strength 45", "noise, strength"});
    EXPECT_EQ(series.output.find("zigzag"), std::string::npos);
}

TEST_F(Preview, ManySamplesAreRefused) {
    expect_error(preview("synthetic_digits", {"--samples", "0"}), {"--samples is 0", "1 to 100"});
    expect_error(run(mlaasim({"data", "show"})), {"unknown action \"show\"", "data preview"});
}

}  // namespace
}  // namespace mlaasim::testing
