#include "tta/techniques/unmix_tns.hpp"

#include "tta/techniques/technique_test.hpp"

namespace mlaasim::tta {
namespace {

using fl::testing::Normalise;
using fl::testing::ReferenceModel;

class Unmix : public TechniqueTest {
protected:
    static constexpr std::size_t components = 3;
    struct Component {
        Doubles m, v;
    };
    using LayerOfNorm = std::vector<Component>;
    [[nodiscard]] static sim::RandomStream noise() { return {sim::Seed{9}, sim::Purpose::test, 0, 0}; }

    [[nodiscard]] std::size_t offset(std::size_t first_block, std::size_t i) const {
        return model.layout().blocks()[first_block + i].offset;
    }

    /// Mean, variance and the p of a sample at a layer.
    struct Mixture {
        Doubles a, b, p, mean, variance;
    };
    [[nodiscard]] static Mixture mixture(const LayerOfNorm& layer, const Doubles& a, const Doubles& b) {
        Mixture of{.a = a, .b = b};
        double sum = 0.0;
        for (const Component& k : layer) {
            double am = 0.0, aa = 0.0, mm = 0.0;
            for (std::size_t c = 0; c < a.size(); ++c) {
                am += a[c] * k.m[c];
                aa += a[c] * a[c];
                mm += k.m[c] * k.m[c];
            }
            of.p.push_back(std::exp(am / std::sqrt(aa * mm) / 0.07));
            sum += of.p.back();
        }
        for (std::size_t c = 0; c < a.size(); ++c) {
            Doubles mixed;
            double mean = 0.0, variance = 0.0, spread = 0.0;
            for (std::size_t k = 0; k < layer.size(); ++k) {
                const double p = of.p[k] / sum;
                mixed.push_back((1.0 - p) * layer[k].m[c] + p * a[c]);
                mean += mixed.back() / components;
                variance += ((1.0 - p) * layer[k].v[c] + p * b[c]) / components;
            }
            for (const double m : mixed) {
                spread += (m - mean) * (m - mean) / components;
            }
            of.mean.push_back(mean);
            of.variance.push_back(variance + spread);
        }
        for (double& p : of.p) {
            p /= sum;
        }
        return of;
    }
};

/// Two batches, from the definition: mixtures of each sample, layer by layer, then the components' moves.
TEST_F(Unmix, NormalisesEachSampleByItsMixtureAndMovesTheComponents) {
    const Doubles start = fl::testing::in_double(source);
    sim::RandomStream random = noise();
    std::vector<LayerOfNorm> layers;
    std::vector<std::size_t> blocks;
    {
        ReferenceModel reference{model, values(block, 0, 1)};
        static_cast<void>(reference.logits(start, Normalise::by_running_statistics));
        for (const auto& of : reference.statistics()) {
            blocks.push_back(of.first_block);
            LayerOfNorm layer(components);
            for (Component& k : layer) {
                for (std::size_t c = 0; c < of.mean.size(); ++c) {
                    const double variance = start[offset(of.first_block, 3) + c];
                    k.m.push_back(start[offset(of.first_block, 2) + c] + std::sqrt(0.75 * variance) * random.normal());
                    k.v.push_back(variance / 2.0);
                }
            }
            layers.push_back(layer);
        }
    }
    ASSERT_EQ(layers.size(), 2U);

    UnmixTns unmix{model, source, noise(), {.components = components, .momentum = 0.5, .batch = 4}};
    for (const auto& [first, count] : {std::pair<std::size_t, std::size_t>{0, 8}, {8, 4}}) {
        const std::vector<float> given = unmix.predict(block, first, count);
        std::vector<std::vector<Mixture>> of_samples;
        for (std::size_t i = first; i < first + count; ++i) {
            Doubles parameters = start;
            std::vector<Mixture> mixtures;
            for (std::size_t l = 0; l < 2; ++l) {
                ReferenceModel reference{model, values(block, i, 1)};
                static_cast<void>(reference.logits(parameters, Normalise::by_running_statistics));
                mixtures.push_back(
                    mixture(layers[l], reference.statistics()[l].mean, reference.statistics()[l].variance));
                std::ranges::copy(mixtures.back().mean,
                                  parameters.begin() + static_cast<std::ptrdiff_t>(offset(blocks[l], 2)));
                std::ranges::copy(mixtures.back().variance,
                                  parameters.begin() + static_cast<std::ptrdiff_t>(offset(blocks[l], 3)));
            }
            ReferenceModel reference{model, values(block, i, 1)};
            const auto row = rows_of(reference.logits(parameters, Normalise::by_running_statistics), classes).front();
            for (std::size_t c = 0; c < classes; ++c) {
                EXPECT_NEAR(given[(i - first) * classes + c], row[c], 2e-4) << i;
            }
            of_samples.push_back(mixtures);
        }
        const double u = 1.0 - std::pow(0.5, static_cast<double>(count) / 4.0);
        for (std::size_t l = 0; l < 2; ++l) {
            for (std::size_t k = 0; k < components; ++k) {
                Component moved = layers[l][k];
                for (std::size_t c = 0; c < moved.m.size(); ++c) {
                    for (const auto& mixtures : of_samples) {
                        const Mixture& of = mixtures[l];
                        moved.m[c] += u / static_cast<double>(count) * of.p[k] * (of.a[c] - layers[l][k].m[c]);
                        moved.v[c] += u / static_cast<double>(count) * of.p[k] * (of.b[c] - layers[l][k].v[c]);
                    }
                }
                layers[l][k] = moved;
            }
        }
    }
}

}  // namespace
}  // namespace mlaasim::tta
