// Corruptions beside those of the Python package imagecorruptions (Michaelis et al. 2019), by statistics of the images
// that come out. Skipped where python3 has no such package. Compared is what both define with the same constants on
// grey images. Not compared, because the definitions differ: glass_blur (the package exchanges every pixel, MNIST-C
// every second one), spatter (another grey, and water instead of mud at severities 1 to 3), and whatever MNIST-C
// has of its own (stripe, zigzag, dotted_line, canny_edges, the affine maps).
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <numbers>
#include <sstream>
#include <string>
#include <vector>

#include "sim/corruption/corrupted.hpp"
#include "support/needs.hpp"
#include "support/program.hpp"

namespace mlaasim::sim {
namespace {

/// Of one image beside the one that it was made of: mean, deviation, mean step to the right and downwards, and mean
/// difference from the original. Values are in [0, 1].
constexpr std::size_t statistics = 5;
using Statistics = std::array<double, statistics>;
constexpr std::array<const char*, statistics> names{"mean", "deviation", "steps to the right", "steps down", "change"};

Statistics statistics_of(const std::vector<float>& image, const std::vector<float>& original, std::size_t side) {
    double sum = 0.0;
    double squares = 0.0;
    double right = 0.0;
    double down = 0.0;
    double change = 0.0;
    for (std::size_t i = 0; i < image.size(); ++i) {
        const double value = image[i];
        sum += value;
        squares += value * value;
        change += std::abs(value - static_cast<double>(original[i]));
        right += i % side + 1 < side ? std::abs(static_cast<double>(image[i + 1]) - value) : 0.0;
        down += i + side < image.size() ? std::abs(static_cast<double>(image[i + side]) - value) : 0.0;
    }
    const auto n = static_cast<double>(image.size());
    const auto steps = static_cast<double>(side * (side - 1));
    return {sum / n, std::sqrt(squares / n - sum / n * (sum / n)), right / steps, down / steps, change / n};
}

/// Mean over images, and its standard error.
struct Estimate {
    double mean = 0.0;
    double error = 0.0;
};
using Estimates = std::array<Estimate, statistics>;

Estimates estimates_of(const std::vector<Statistics>& all) {
    Estimates estimates;
    const auto n = static_cast<double>(all.size());
    for (std::size_t s = 0; s < statistics; ++s) {
        double sum = 0.0;
        double squares = 0.0;
        for (const Statistics& one : all) {
            sum += one[s];
            squares += one[s] * one[s];
        }
        const double variance = std::max(0.0, squares / n - sum / n * (sum / n));
        estimates[s] = {sum / n, std::sqrt(variance / (n - 1.0))};
    }
    return estimates;
}

/// Smooth grey patterns of 8 bits, each another.
std::vector<std::vector<float>> images(std::size_t count, std::size_t side) {
    RandomStream random{Seed{3}, Purpose::test, 0, 0};
    std::vector<std::vector<float>> all(count);
    for (std::vector<float>& image : all) {
        const double across = random.uniform(1.0, 6.0);
        const double along = random.uniform(1.0, 6.0);
        const double phase = random.uniform(0.0, 2.0 * std::numbers::pi);
        for (std::size_t i = 0; i < side * side; ++i) {
            const auto x = 2.0 * std::numbers::pi * static_cast<double>(i % side) / static_cast<double>(side);
            const auto y = 2.0 * std::numbers::pi * static_cast<double>(i / side) / static_cast<double>(side);
            image.push_back(
                static_cast<float>(std::round(110.0 + 90.0 * std::sin(across * x + phase) * std::cos(along * y))) /
                255.0F);
        }
    }
    return all;
}

std::string installation() {
    const char* const place = std::getenv("MLAASIM_IMAGECORRUPTIONS");
    return place != nullptr ? place : ".";
}

/// Imports the package from the folder of the last argument. What newer versions of numpy, scipy and setuptools have
/// dropped is given back to it.
constexpr const char* import = R"(import sys, types
sys.path.insert(0, sys.argv[-1])
import numpy as np, scipy.ndimage
np.float_ = np.float64
sys.modules.setdefault('scipy.ndimage.interpolation', scipy.ndimage)
sys.modules.setdefault('pkg_resources', types.SimpleNamespace(resource_filename=None))
from imagecorruptions import corruptions
)";

bool has_package() {
    static const bool has = mlaasim::testing::run({"python3", "-c", import, installation()}).exit_code == 0;
    return has;
}

/// The estimates of the package's function on each of its five severities; it sees grey images as three equal colours.
/// Salt-and-pepper noise gets its generator, so that all is drawn from seeds.
std::vector<Estimates> by_package(const std::string& function, const std::vector<std::vector<float>>& originals,
                                  std::size_t side) {
    const mlaasim::testing::TemporaryFolder folder;
    {
        std::ofstream file{folder / "images", std::ios::binary};
        for (const std::vector<float>& image : originals) {
            for (const float value : image) {
                file.put(static_cast<char>(static_cast<unsigned char>(std::lround(value * 255.0F))));
            }
        }
    }
    std::ofstream{folder / "program.py"} << import << R"(side = int(sys.argv[2])
generator = np.random.default_rng(1)
of_skimage = corruptions.sk.util.random_noise
corruptions.sk.util.random_noise = lambda *a, **k: of_skimage(*a, rng=generator, **k)
images = np.fromfile(sys.argv[1], np.uint8).reshape(-1, side, side)
corrupt = getattr(corruptions, sys.argv[3])
for severity in range(1, 6):
    np.random.seed(severity)
    all = []
    for image in images:
        x = np.asarray(corrupt(np.stack([image] * 3, 2), severity), np.float64)[:, :, 0] / 255
        all.append([x.mean(), x.std(), abs(np.diff(x, axis=1)).mean(), abs(np.diff(x, axis=0)).mean(),
                    abs(x - image / 255).mean()])
    for s in zip(*all):
        print(repr(float(np.mean(s))), repr(float(np.std(s) / (len(s) - 1) ** .5)))
)";
    const mlaasim::testing::Outcome outcome =
        mlaasim::testing::run({"python3", (folder / "program.py").string(), (folder / "images").string(),
                               std::to_string(side), function, installation()});
    EXPECT_EQ(outcome.exit_code, 0) << outcome;
    std::vector<Estimates> all(5);
    std::istringstream numbers{outcome.output};
    for (Estimates& of_severity : all) {
        for (Estimate& one : of_severity) {
            EXPECT_TRUE(numbers >> one.mean >> one.error) << outcome;
        }
    }
    return all;
}

/// Ours on severity 1 to 5, each as a scenario has it, beside the package's: within four standard errors of the
/// difference and a rounding error of 8 bits.
void compare(const std::string& function, const std::array<std::string, 5>& ours, std::size_t count, std::size_t side) {
    if (!has_package()) {
        SKIP_WITHOUT("imagecorruptions", "python3 has no imagecorruptions");
    }
    const std::vector<std::vector<float>> originals = images(count, side);
    const std::vector<Estimates> theirs = by_package(function, originals, side);
    for (std::size_t severity = 0; severity < 5; ++severity) {
        const testing::Corrupting corrupt{ours[severity]};
        std::vector<Statistics> all;
        for (std::size_t i = 0; i < originals.size(); ++i) {
            all.push_back(statistics_of(
                corrupt(originals[i], {.shape = {1, static_cast<std::uint32_t>(side), static_cast<std::uint32_t>(side)},
                                       .seed = Seed{5},
                                       .sample = static_cast<std::uint32_t>(i),
                                       .round = Round{1}}),
                originals[i], side));
        }
        const Estimates mine = estimates_of(all);
        for (std::size_t s = 0; s < statistics; ++s) {
            const Estimate& their = theirs[severity][s];
            EXPECT_NEAR(mine[s].mean, their.mean, 4.0 * std::hypot(mine[s].error, their.error) + 0.5 / 255.0)
                << ours[severity] << ": " << names[s];
        }
    }
}

std::array<std::string, 5> severities(const std::string& kind) {
    std::array<std::string, 5> all;
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i] = "kind: " + kind + ", severity: " + std::to_string(i + 1);
    }
    return all;
}

std::array<std::string, 5> magnitudes(const std::string& kind, const std::array<const char*, 5>& values) {
    std::array<std::string, 5> all;
    for (std::size_t i = 0; i < all.size(); ++i) {
        all[i] = "kind: " + kind + ", magnitude: " + values[i];
    }
    return all;
}

TEST(BesideImagecorruptions, GaussianNoiseOfTheSameDeviation) {
    compare("gaussian_noise", magnitudes("noise", {"0.08", "0.12", "0.18", "0.26", "0.38"}), 40, 64);
}
TEST(BesideImagecorruptions, ShotNoise) { compare("shot_noise", severities("shot_noise"), 40, 64); }
TEST(BesideImagecorruptions, ImpulseNoise) { compare("impulse_noise", severities("impulse_noise"), 40, 64); }
TEST(BesideImagecorruptions, MotionBlur) { compare("motion_blur", severities("motion_blur"), 80, 64); }
TEST(BesideImagecorruptions, Brightness) { compare("brightness", severities("brightness"), 10, 64); }
TEST(BesideImagecorruptions, ContrastOfTheSameShare) {
    compare("contrast", magnitudes("contrast", {"0.6", "0.7", "0.8", "0.9", "0.95"}), 10, 64);
}
/// The package makes its clouds as large as the image, ours are cut from 256 x 256: so images of that size.
TEST(BesideImagecorruptions, Fog) { compare("fog", severities("fog"), 20, 256); }

}  // namespace
}  // namespace mlaasim::sim
