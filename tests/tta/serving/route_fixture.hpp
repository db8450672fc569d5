// A composition that judges images by how even their rows are, and windows that it serves by the route.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "fl/architectures.hpp"
#include "fl/test_samples.hpp"
#include "support/chosen.hpp"
#include "tta/first_layer.hpp"
#include "tta/serving/bars.hpp"
#include "tta/serving/serving.hpp"

namespace mlaasim::tta {
using fl::testing::TestPool;

inline constexpr float background = -0.3F / 0.25F;  // of TestPool

inline sim::Chosen<Serving> serving(const std::string& kind) {
    return mlaasim::testing::chosen(serving_kinds(), "kind: " + kind);
}

/// Surer the less the rows of an image differ within themselves.
inline std::vector<float> judge(const sim::SampleBlock& samples) {
    std::vector<float> probabilities;
    for (const float sure : sureness(samples, background)) {
        probabilities.push_back(sure);
        probabilities.push_back(1.0F - sure);
    }
    return probabilities;
}

class RouteTest : public ::testing::Test {
protected:
    [[nodiscard]] ServedComposition composition() const {
        return {.model = mlp,
                .predict = judge,
                .predict_with = {},
                .zero = background,
                .gate = &*gate,
                .clean_gain = [](std::size_t) { return 0.05; }};
    }
    [[nodiscard]] static sim::SampleBlock turned(const sim::SampleBlock& upright, double degrees) {
        sim::SampleBlock block;
        block.turn(upright, upright.count(), degrees, background);
        return block;
    }
    [[nodiscard]] static sim::SampleBlock bright(std::size_t count) {
        sim::DecodedPool pool = bars(count, 2);
        for (std::uint8_t& value : pool.values) {
            value = static_cast<std::uint8_t>(std::min(255, value + 120));
        }
        return TestPool{shape, 2, pool}.block();
    }

    /// Every other image is bright.
    [[nodiscard]] static sim::SampleBlock half_bright(std::size_t count) {
        sim::DecodedPool pool = bars(count, 2);
        const std::size_t values = pool.values.size() / count;
        for (std::size_t i = 0; i < pool.values.size(); ++i) {
            if (i / values % 2 == 0) {
                pool.values[i] = static_cast<std::uint8_t>(std::min(255, pool.values[i] + 120));
            }
        }
        return TestPool{shape, 2, pool}.block();
    }

    /// Clean images, some of which lie a little askew.
    [[nodiscard]] static Features reference(const fl::Model& model, std::span<const float> parameters,
                                            const sim::SampleBlock& clean) {
        Features features = first_layer_features(model, parameters, clean);
        for (const double angle : {-4.0, -2.0, 2.0, 4.0}) {
            const Features more = first_layer_features(model, parameters, turned(turned(clean, 30.0 + angle), -30.0));
            features.values.insert(features.values.end(), more.values.begin(), more.values.end());
        }
        return features;
    }

    const fl::Model mlp{fl::testing::mlp({4}), shape, 2};
    const TestPool clean{shape, 2, bars(601, 0)};
    const TestPool stream{shape, 2, bars(150, 1)};
    const sim::SampleBlock window = stream.block();
    const std::optional<Gate> gate = Gate::fit(reference(mlp, {}, clean.block()));
    const sim::SampleBlock no_labels{};
};

}  // namespace mlaasim::tta
