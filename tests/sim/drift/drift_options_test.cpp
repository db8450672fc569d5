#include "sim/drift/drift_options.hpp"

#include <gtest/gtest.h>

#include "sim/core/error.hpp"
#include "sim/scenario_text/options_document.hpp"
#include "sim/scenario_text/yaml_writer.hpp"
#include "support/drifting.hpp"

namespace mlaasim::sim {
namespace {

using mlaasim::testing::drift_entry;

/// What is said of options that are wrong in one way.
std::string mistake(const std::string& options) {
    try {
        DriftOptions entry;
        OptionsDocument{"{" + options + "}", "drift"}.read([&](OptionVisitor& visitor) { declare(visitor, entry); });
    } catch (const InputError& error) {
        EXPECT_EQ(error.problems().size(), 1U) << error.what();
        return error.what();
    }
    return "";
}

TEST(DriftOptions, EveryKindAndPatternHasItsOptionsBesideItsWord) {
    for (const char* options :
         {"kind: rotation, magnitude: -90", "kind: contrast, severity: 5", "kind: brightness, magnitude: -0.5",
          "kind: noise, severity: 1", "kind: label_swap, magnitude: 0.4, classes: [1, 2]", "pattern: sudden",
          "pattern: gradual, duration: 7", "pattern: recurring, period: 8, active: 3"}) {
        EXPECT_EQ(mistake(options), "") << options;
    }
}

TEST(DriftOptions, AnOptionOfAnotherKindOrPatternIsNamed) {
    EXPECT_EQ(mistake("kind: noise, classes: [1, 2]")
                  .find("drift:1: classes belongs to kind: label_swap, and the kind "
                        "here is noise"),
              0U);
    EXPECT_EQ(mistake("kind: label_swap, severity: 2").find("drift:1: severity belongs to kind: rotation"), 0U);
    EXPECT_EQ(mistake("duration: 3")
                  .find("drift:1: duration belongs to pattern: gradual, and the pattern here is "
                        "sudden"),
              0U);
    EXPECT_EQ(mistake("pattern: gradual, period: 3").find("drift:1: period belongs to pattern: recurring"), 0U);
}

TEST(DriftOptions, AWordThatIsNoKindIsNamed) {
    EXPECT_NE(mistake("kind: rotaton, angle: 3").find("kind is rotaton (expected one of rotation, "),
              std::string::npos);
    EXPECT_NE(mistake("kind: rotaton, angle: 3").find("Hint: did you mean \"rotation\"?"), std::string::npos);
    EXPECT_NE(mistake("pattern: sometimes").find("pattern is sometimes (expected one of sudden, "), std::string::npos);
}

TEST(DriftOptions, MagnitudeAndSeverityTogetherAreAMistake) {
    EXPECT_EQ(
        mistake("kind: noise, severity: 3, magnitude: 0.1").find("drift:1: magnitude is given, but severity is 3"), 0U);
    EXPECT_EQ(mistake("kind: noise, severity: 0, magnitude: 0.1"), "");
    EXPECT_NE(mistake("kind: noise, severity: 6").find("severity is 6 (expected an integer in [0, 5])"),
              std::string::npos);
}

TEST(DriftOptions, ASeverityOfALaterSourceTakesThePlaceOfTheMagnitude) {
    DriftOptions entry;
    OptionsDocument{"{kind: noise, magnitude: 0.3}", "drift", {"severity=3"}}.read(
        [&](OptionVisitor& visitor) { declare(visitor, entry); });
    EXPECT_EQ(entry.kind->strength(), 0.08);
}

TEST(DriftOptions, MagnitudesBeyondTheRangeOfTheirKindAreNamed) {
    EXPECT_NE(mistake("kind: noise, magnitude: -0.1").find("magnitude is -0.1"), std::string::npos);
    EXPECT_NE(mistake("kind: label_swap, magnitude: 1.5").find("magnitude is 1.5 (expected a number in [0, 1])"),
              std::string::npos);
    EXPECT_NE(mistake("kind: contrast, magnitude: -0.5").find("magnitude is -0.5"), std::string::npos);
    EXPECT_NE(mistake("kind: brightness, magnitude: 2").find("magnitude is 2"), std::string::npos);
}

TEST(DriftOptions, AreWrittenAsTheyAreRead) {
    DriftOptions entry = drift_entry("kind: contrast, severity: 4, pattern: recurring, start: 3, ids: [5]");
    const std::string yaml = to_yaml([&](OptionVisitor& visitor) { declare(visitor, entry); });
    EXPECT_EQ(yaml,
              "kind: contrast\nseverity: 4\nsample_share: 1\npattern: recurring\nperiod: 10\nactive: 0\ntarget: "
              "clients\nstart: 3\nend: "
              "0\nids: [5]\nshare: 1\n");
}

/// The level in the rounds 1 to 12.
std::vector<double> levels(const std::string& options) {
    const DriftOptions entry = drift_entry(options);
    std::vector<double> found;
    for (std::int64_t round = 1; round <= 12; ++round) {
        found.push_back(entry.level(round));
    }
    return found;
}

TEST(DriftPattern, SuddenHasItsFullStrengthFromStartToEnd) {
    EXPECT_EQ(levels("start: 3, end: 6"), (std::vector<double>{0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0}));
}

TEST(DriftPattern, GradualGrowsAndStays) {
    EXPECT_EQ(levels("pattern: gradual, duration: 4, start: 2, end: 9"),
              (std::vector<double>{0, 0.25, 0.5, 0.75, 1, 1, 1, 1, 0, 0, 0, 0}));
}

TEST(DriftPattern, RecurringComesAndGoes) {
    EXPECT_EQ(levels("pattern: recurring, period: 4, start: 2"),
              (std::vector<double>{0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0}));
    EXPECT_EQ(levels("pattern: recurring, period: 5, start: 1"),
              (std::vector<double>{1, 1, 1, 0, 0, 1, 1, 1, 0, 0, 1, 1}))
        << "half of an odd period is rounded up";
    EXPECT_EQ(levels("pattern: recurring, period: 3, active: 1, start: 2, end: 8"),
              (std::vector<double>{0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0}));
}

}  // namespace
}  // namespace mlaasim::sim
