// The usual mix of classes of a stream, from windows of it.
#include "tta/usual_mix.hpp"

#include <gtest/gtest.h>

namespace mlaasim::tta {
namespace {

using Windows = std::vector<WindowMix>;

const Windows steady{{{0.5, 0.5, 0.0}}, {{0.7, 0.3, 0.0}}, {{0.6, 0.4, 0.0}}, {{0.6, 0.2, 0.2}}};

TEST(UsualMix, IsTheMeanOfTheWindows) {
    const auto mix = usual_mix(steady);
    ASSERT_TRUE(mix);
    ASSERT_EQ(mix->size(), 3U);
    EXPECT_DOUBLE_EQ((*mix)[0], 0.6);
    EXPECT_DOUBLE_EQ((*mix)[1], 0.35);
    EXPECT_DOUBLE_EQ((*mix)[2], 0.05);
}

TEST(UsualMix, NeedsFourWindows) {
    EXPECT_FALSE(usual_mix({}));
    EXPECT_FALSE(usual_mix(Windows(3, steady[0])));
    EXPECT_TRUE(usual_mix(Windows(4, steady[0])));
}

TEST(UsualMix, OneWindowMayLookAsIfItHadDrifted) {
    Windows windows = steady;
    windows[2].drifted = true;
    EXPECT_TRUE(usual_mix(windows));
    windows[0].drifted = true;
    EXPECT_FALSE(usual_mix(windows));
}

/// A quarter of the samples of a window may be of other classes than the mean says.
TEST(UsualMix, IsThatOfNoStreamWhoseClassesComeInRuns) {
    const auto with_one_at = [](double share) {
        Windows windows(4, {{1.0, 0.0}});
        windows[3].mix = {1.0 - share, share};
        return usual_mix(windows);
    };
    EXPECT_TRUE(with_one_at(0.33)) << "a quarter of it is in the mean, three quarters are away";
    EXPECT_FALSE(with_one_at(0.34));
    EXPECT_FALSE(usual_mix(Windows{{{1, 0}}, {{0, 1}}, {{1, 0}}, {{0, 1}}}));
}

}  // namespace
}  // namespace mlaasim::tta
