// Detectors of change beside those of river, on the same values. Skipped where python3 has no river.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <functional>
#include <iomanip>
#include <memory>
#include <sstream>

#include "composition/monitor/adwin.hpp"
#include "composition/monitor/page_hinkley.hpp"
#include "composition/monitor/streams.hpp"
#include "support/needs.hpp"
#include "support/program.hpp"

namespace mlaasim::composition {
namespace {

using testing::errors;
using testing::losses;
using testing::Values;

using MakeDetector = std::function<std::unique_ptr<Detector>()>;

/// What a detector says of streams, one after the other: after each value whether it was a change, the window and its
/// mean.
std::string told_by(const MakeDetector& make, const std::vector<Values>& streams) {
    std::ostringstream told;
    told << std::setprecision(17);
    for (const Values& stream : streams) {
        const auto detector = make();
        for (const double value : stream) {
            const bool changed = detector->watch(value) != MeanChange::none;
            told << changed << ' ' << detector->window() << ' ' << detector->mean() << '\n';
        }
    }
    return told.str();
}

/// A detector of river: how it is made, and where it has the window and its mean.
struct OfRiver {
    std::string made_by, window, mean;
};

/// The same of a detector of river. MLAASIM_RIVER names the folder of an installation that python3 does not find by
/// itself.
std::string told_by_river(const OfRiver& detector, const std::vector<Values>& streams) {
    const mlaasim::testing::TemporaryFolder folder;
    std::ofstream values{folder / "streams"};
    values << std::setprecision(17);
    for (const Values& stream : streams) {
        for (const double value : stream) {
            values << value << ' ';
        }
        values << '\n';
    }
    values.close();
    std::ofstream{folder / "program.py"} << "import sys\nsys.path[:0] = sys.argv[2:]\nfrom river import drift\n"
                                            "for stream in open(sys.argv[1]):\n    d = "
                                         << detector.made_by
                                         << "\n    for value in stream.split():\n"
                                            "        d.update(float(value))\n"
                                            "        print(int(d.drift_detected), int("
                                         << detector.window << "), f'{" << detector.mean << ":.17g}')\n";
    std::vector<std::string> command{"python3", (folder / "program.py").string(), (folder / "streams").string()};
    if (const char* const place = std::getenv("MLAASIM_RIVER"); place != nullptr) {
        command.emplace_back(place);
    }
    const mlaasim::testing::Outcome outcome = mlaasim::testing::run(command);
    EXPECT_EQ(outcome.exit_code, 0) << outcome;
    return outcome.output;
}

bool has_river() {
    const char* const place = std::getenv("MLAASIM_RIVER");
    return mlaasim::testing::run({"python3", "-c",
                                  "import sys\nsys.path[:0] = sys.argv[1:]\nimport river\n"
                                  "assert tuple(map(int, river.__version__.split('.')[:2])) >= (0, 26)",
                                  place != nullptr ? place : "."})
               .exit_code == 0;
}

/// Streams that stay, jump, creep up and fall again.
std::vector<Values> streams() {
    return {errors(11, {0.1}, 3000),           errors(12, {0.1, 0.3, 0.12, 0.5}, 700),
            errors(13, {0.5, 0.45, 0.4}, 900), losses(14, {0.2, 0.25, 0.3, 0.6}, 500),
            losses(15, {0.4, 0.1, 0.4}, 800),  errors(16, {0.0, 1.0, 0.0}, 200)};
}

TEST(BesideRiver, AdwinSaysTheSame) {
    if (!has_river()) {
        SKIP_WITHOUT("river", "python3 has no river 0.26 or later");
    }
    const OfRiver usual{"drift.ADWIN()", "d.width", "d.estimation"};
    EXPECT_EQ(told_by([] { return std::make_unique<Adwin>(AdwinOptions{}); }, streams()),
              told_by_river(usual, streams()));
    const AdwinOptions options{.delta = 0.05, .clock = 7, .buckets = 3, .part = 12, .grace = 40};
    const OfRiver other{"drift.ADWIN(delta=.05, clock=7, max_buckets=3, min_window_length=12, grace_period=40)",
                        "d.width", "d.estimation"};
    EXPECT_EQ(told_by([&] { return std::make_unique<Adwin>(options); }, streams()), told_by_river(other, streams()));
}

TEST(BesideRiver, PageHinkleySaysTheSame) {
    if (!has_river()) {
        SKIP_WITHOUT("river", "python3 has no river 0.26 or later");
    }
    const OfRiver usual{"drift.PageHinkley()", "d._x_mean.n", "d._x_mean.get()"};
    EXPECT_EQ(told_by([] { return std::make_unique<PageHinkley>(PageHinkleyOptions{}); }, streams()),
              told_by_river(usual, streams()));
    const PageHinkleyOptions options{.grace = 50, .delta = 0.02, .threshold = 6.0, .forgetting = 0.995};
    const OfRiver other{"drift.PageHinkley(min_instances=50, delta=.02, threshold=6, alpha=.995)", "d._x_mean.n",
                        "d._x_mean.get()"};
    EXPECT_EQ(told_by([&] { return std::make_unique<PageHinkley>(options); }, streams()),
              told_by_river(other, streams()));
}

}  // namespace
}  // namespace mlaasim::composition
