// Detectors of change: worked by hand, on streams of known change, and beside river on the same values.
#include "composition/monitor/detector.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <iomanip>
#include <optional>
#include <sstream>

#include "composition/adapting_composition.hpp"
#include "composition/monitor/adwin.hpp"
#include "composition/monitor/page_hinkley.hpp"
#include "sim/core/error.hpp"
#include "sim/core/random.hpp"
#include "support/needs.hpp"
#include "support/program.hpp"

namespace mlaasim::composition {
namespace {

using Values = std::vector<double>;

/// Answers of which a share p is wrong, one block after the other.
Values errors(std::uint64_t seed, std::initializer_list<double> shares, std::size_t each) {
    sim::RandomStream random{{seed}, sim::Purpose::test, 0, 0};
    Values values;
    for (const double share : shares) {
        for (std::size_t i = 0; i < each; ++i) {
            values.push_back(random.uniform() < share ? 1.0 : 0.0);
        }
    }
    return values;
}

/// Losses in [0, 1] instead of errors.
Values losses(std::uint64_t seed, std::initializer_list<double> means, std::size_t each) {
    sim::RandomStream random{{seed}, sim::Purpose::test, 1, 0};
    Values values;
    for (const double mean : means) {
        for (std::size_t i = 0; i < each; ++i) {
            values.push_back(std::min(1.0, mean * random.gamma(2.0) / 2.0));
        }
    }
    return values;
}

/// The first change, by its value's position.
struct Found {
    std::size_t at;
    MeanChange change;
};
std::optional<Found> first_change(Detector& detector, const Values& values) {
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (const MeanChange change = detector.watch(values[i]); change != MeanChange::none) {
            return Found{i, change};
        }
    }
    return std::nullopt;
}

TEST(Adwin, KeepsEveryValueOfAConstantStream) {
    Adwin detector{{}};
    EXPECT_EQ(detector.mean(), 0.0);
    for (int i = 1; i <= 1000; ++i) {
        ASSERT_EQ(detector.watch(0.25), MeanChange::none);
        ASSERT_EQ(detector.window(), i);
    }
    EXPECT_EQ(detector.mean(), 0.25);
    EXPECT_EQ(detector.squared_deviations(), 0.0);
}

TEST(Adwin, KnowsTheMeanAndTheDeviationsOfItsWindow) {
    Adwin detector{{}};
    for (const double value : {1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0}) {
        detector.watch(value);
    }
    EXPECT_EQ(detector.window(), 7);
    EXPECT_EQ(detector.mean(), 4.0);
    EXPECT_NEAR(detector.squared_deviations(), 28.0, 1e-12);
}

TEST(Adwin, SaysWhetherTheMeanRoseOrFell) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
        Adwin rise{{}};
        const auto rose = first_change(rise, errors(seed, {0.2, 0.6}, 640));
        ASSERT_TRUE(rose);
        EXPECT_EQ(rose->change, MeanChange::rose);
        EXPECT_GE(rose->at, 640U);
        EXPECT_LT(rose->at, 740U);
        Adwin fall{{}};
        const auto fell = first_change(fall, losses(seed, {0.5, 0.2}, 640));
        ASSERT_TRUE(fell);
        EXPECT_EQ(fell->change, MeanChange::fell);
        EXPECT_GE(fell->at, 640U);
    }
}

TEST(Adwin, BeginsAnewAfterAChange) {
    Adwin detector{{}};
    const auto found = first_change(detector, errors(3, {0.1, 0.9}, 320));
    ASSERT_TRUE(found);
    EXPECT_GT(detector.window(), 5);
    detector.watch(1.0);
    EXPECT_EQ(detector.window(), 1);
    EXPECT_EQ(detector.mean(), 1.0);
}

TEST(Adwin, LooksOnlyAtTheClock) {
    Adwin detector{{.clock = 50, .grace = 120}};
    const auto found = first_change(detector, errors(4, {0.0, 1.0}, 60));
    EXPECT_FALSE(found) << "at 50 and 100 the grace period was not over";
    EXPECT_EQ(first_change(detector, Values(50, 1.0))->at, 29U) << "value 150";
}

TEST(PageHinkley, SumsWhatExceedsTheMean) {
    // Nine zeros, then ones: the mean is k/(9+k), so the k-th one adds 9/(9+k).
    PageHinkley detector{{.grace = 1, .delta = 0.0, .threshold = 2.0, .forgetting = 1.0}};
    Values values(9, 0.0);
    values.insert(values.end(), 10, 1.0);
    const auto found = first_change(detector, values);
    ASSERT_TRUE(found);  // 9/10 + 9/11 + 9/12 = 2.47
    EXPECT_EQ(found->at, 11U);
    EXPECT_EQ(found->change, MeanChange::rose);
    EXPECT_EQ(detector.window(), 12);
    EXPECT_DOUBLE_EQ(detector.mean(), 0.25);
    detector.watch(1.0);
    EXPECT_EQ(detector.window(), 1);
}

TEST(PageHinkley, IsSilentInItsGracePeriod) {
    PageHinkley detector{{.grace = 30, .threshold = 1.0}};
    Values values = errors(5, {0.0, 1.0}, 10);
    EXPECT_FALSE(first_change(detector, values));
}

TEST(PageHinkley, SaysThatTheMeanFell) {
    PageHinkley detector{{.threshold = 10.0}};
    const auto found = first_change(detector, errors(6, {0.7, 0.1}, 300));
    ASSERT_TRUE(found);
    EXPECT_EQ(found->change, MeanChange::fell);
    EXPECT_GE(found->at, 300U);
}

TEST(PageHinkley, ItsThresholdCountsErrorsBeyondThoseExpected) {
    PageHinkley usual{{}};
    PageHinkley smaller{{.threshold = 12.0}};
    const Values values = errors(7, {0.1, 0.3}, 300);
    EXPECT_FALSE(first_change(usual, values)) << "300 more values had 60 such errors, and the mean followed them";
    const auto found = first_change(smaller, values);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->change, MeanChange::rose);
    EXPECT_GE(found->at, 300U);
}

/// A detector and how to make another one like it.
using MakeDetector = std::function<std::unique_ptr<Detector>()>;
const std::vector<MakeDetector> makers{
    [] { return std::make_unique<Adwin>(AdwinOptions{.clock = 8}); },
    [] { return std::make_unique<PageHinkley>(PageHinkleyOptions{.threshold = 8.0}); }};

TEST(Detector, GoesOnWithTheSameBitsAfterAResume) {
    const Values values = errors(8, {0.2, 0.5, 0.1}, 200);
    for (const MakeDetector& make : makers) {
        std::vector<MeanChange> undisturbed;
        const auto detector = make();
        for (const double value : values) {
            undisturbed.push_back(detector->watch(value));
        }
        testing::MemoryArchive end;
        detector->archive(end);
        // A change is among the places at which it stops.
        const auto change = std::find_if(undisturbed.begin(), undisturbed.end(),
                                         [](MeanChange found) { return found != MeanChange::none; }) -
                            undisturbed.begin();
        for (const std::ptrdiff_t stop : {std::ptrdiff_t{0}, std::ptrdiff_t{1}, std::ptrdiff_t{133}, change + 1}) {
            const auto first = make();
            for (std::ptrdiff_t i = 0; i < stop; ++i) {
                first->watch(values[static_cast<std::size_t>(i)]);
            }
            testing::MemoryArchive archive;
            first->archive(archive);
            archive.load();
            const auto second = make();
            second->watch(0.5);
            second->archive(archive);
            EXPECT_EQ(second->window(), first->window());
            for (std::size_t i = static_cast<std::size_t>(stop); i < values.size(); ++i) {
                ASSERT_EQ(second->watch(values[i]), undisturbed[i]) << i;
            }
            testing::MemoryArchive resumed;
            second->archive(resumed);
            EXPECT_EQ(resumed.doubles, end.doubles);
        }
    }
}

TEST(Detector, StateOfAnotherFormIsDamage) {
    for (const MakeDetector& make : makers) {
        const auto detector = make();
        for (const double value : errors(9, {0.4}, 100)) {
            detector->watch(value);
        }
        testing::MemoryArchive saved;
        detector->archive(saved);
        for (const bool shorter : {true, false}) {
            testing::MemoryArchive archive = saved;
            Values& state = archive.doubles.begin()->second;
            shorter ? state.pop_back() : state.push_back(3.0);
            archive.load();
            EXPECT_THROW(make()->archive(archive), sim::InputError);
        }
    }
}

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
