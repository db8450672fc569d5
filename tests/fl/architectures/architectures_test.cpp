#include <gtest/gtest.h>

#include <stdexcept>

#include "fl/architectures.hpp"
#include "fl/model.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::fl {
namespace {

constexpr sim::SampleShape digit{1, 28, 28};
constexpr sim::SampleShape window{9, 1, 128};

TEST(Architectures, HaveTheirOwnOptionsAlone) {
    EXPECT_THROW(static_cast<void>(testing::architecture("kind: mlp, channels: [4]")), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(testing::architecture("kind: logistic, hidden: [4]")), std::invalid_argument);
}

TEST(Architectures, SayWhatTheyNeed) {
    EXPECT_EQ(testing::architecture("kind: cnn")->needs(), sim::Needs{sim::Need::images});
    EXPECT_EQ(testing::architecture("kind: cnn1d")->needs(), sim::Needs{sim::Need::series});
    EXPECT_EQ(testing::architecture("kind: mlp")->needs(), sim::Needs{});
    EXPECT_EQ(testing::architecture("kind: logistic")->needs(), sim::Needs{});
}

TEST(Architectures, EveryKindBuildsAModelOfWhatItNeeds) {
    for (const sim::Kind<Architecture>& kind : architecture_kinds()) {
        const sim::Chosen<Architecture> architecture{kind};
        const bool series = architecture->needs() == sim::Needs{sim::Need::series};
        const Model model{architecture, series ? window : digit, 7};
        EXPECT_TRUE(model.architecture().starts_with(kind.word)) << model.architecture();
        EXPECT_TRUE(model.architecture().ends_with(" o7")) << model.architecture();
        EXPECT_EQ(model.layers().back().out, (sim::SampleShape{7, 1, 1}));
        EXPECT_GT(model.layout().parameter_count(), 7U);
    }
}

TEST(Architectures, LayersNameTheOptionOfTheirSize) {
    const Model model{testing::cnn({4}, {6}), digit, 7};
    EXPECT_EQ(model.layers()[0].option, "channels");
    EXPECT_EQ(model.layers()[5].kind, LayerKind::linear);
    EXPECT_EQ(model.layers()[5].option, "hidden");
    EXPECT_EQ(model.layers()[7].kind, LayerKind::linear);
    EXPECT_EQ(model.layers()[7].option, "");
}

TEST(Architectures, MistakesAboutTheSamplesHaveThePathOfTheirOption) {
    const auto path_of = [](const sim::Chosen<Architecture>& architecture, const sim::SampleShape& shape) {
        try {
            const Model model{architecture, shape, 7};
        } catch (const sim::InputError& error) {
            return error.problems().front().path;
        }
        return std::string{"accepted"};
    };
    EXPECT_EQ(path_of(testing::cnn({4}, {}), window), "kind");
    EXPECT_THROW((Model{testing::cnn1d({4}, {}), digit, 7}), sim::ContractViolation) << "no file can bring that about";
    EXPECT_EQ(path_of(testing::cnn({4, 4, 4, 4, 4}, {}), digit), "channels");
    EXPECT_EQ(path_of(testing::cnn1d({4, 4, 4, 4, 4, 4, 4, 4}, {}), window), "channels");
}

}  // namespace
}  // namespace mlaasim::fl
