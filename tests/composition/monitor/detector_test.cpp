// Detectors of change: worked by hand, and on streams of known change.
#include "composition/monitor/detector.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <optional>

#include "composition/adapting_composition.hpp"
#include "composition/monitor/adwin.hpp"
#include "composition/monitor/page_hinkley.hpp"
#include "composition/monitor/streams.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::composition {
namespace {

using testing::errors;
using testing::losses;
using testing::Values;

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

}  // namespace
}  // namespace mlaasim::composition
