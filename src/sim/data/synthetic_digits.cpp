#include "sim/data/synthetic_digits.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <numeric>
#include <span>
#include <vector>

#include "sim/core/clones.hpp"
#include "sim/data/digit_strokes.hpp"
#include "sim/data/shared_loop.hpp"
#include "sim/data/stroke_canvas.hpp"

namespace mlaasim::sim {
namespace {

constexpr std::uint32_t digits = 10;

enum class Pool : std::uint64_t { train = 0, test = 1 };

/// Rounds of the generator's streams: what they are drawn for.
constexpr std::uint32_t drawing = 0;
constexpr std::uint32_t order_of_ten = 1;

RandomStream stream(Seed seed, Pool pool, std::uint32_t index, std::uint32_t use) {
    return {seed, Purpose::generated_data, (static_cast<std::uint64_t>(pool) << 32U) | index, use};
}

float uniform(RandomStream& random, double low, double high) { return static_cast<float>(random.uniform(low, high)); }

/// From the unit square to pixels: x' = a x + b y + u, y' = c x + d y + v.
struct Affine {
    float a, b, c, d, u, v;

    [[nodiscard]] StrokePoint operator()(StrokePoint p) const { return {a * p.x + b * p.y + u, c * p.x + d * p.y + v}; }
};

Affine draw_affine(RandomStream& random) {
    const float angle = uniform(random, -20.0, 20.0) * std::numbers::pi_v<float> / 180.0F;
    const float shear = uniform(random, -0.3, 0.3);
    const float size = uniform(random, 16.5, 21.0);  // pixels
    const float width = size * uniform(random, 0.70, 1.05);
    const float cosine = std::cos(angle);
    const float sine = std::sin(angle);
    Affine map{};
    map.a = width * cosine;
    map.b = width * shear * cosine - size * sine;
    map.c = width * sine;
    map.d = width * shear * sine + size * cosine;
    constexpr float centre = 0.5F * static_cast<float>(StrokeCanvas::side - 1);
    map.u = centre - 0.5F * (map.a + map.b) + uniform(random, -1.75, 1.75);
    map.v = centre - 0.5F * (map.c + map.d) + uniform(random, -1.75, 1.75);
    return map;
}

/// Catmull-Rom spline between p1 and p2, at t in [0, 1].
StrokePoint spline(StrokePoint p0, StrokePoint p1, StrokePoint p2, StrokePoint p3, float t) {
    const auto axis = [t](float a, float b, float c, float d) {
        return b + 0.5F * t * ((c - a) + t * ((2.0F * a - 5.0F * b + 4.0F * c - d) + t * (3.0F * (b - c) + d - a)));
    };
    return {axis(p0.x, p1.x, p2.x, p3.x), axis(p0.y, p1.y, p2.y, p3.y)};
}

void draw_curve(StrokeCanvas& canvas, std::span<const StrokePoint> points, bool closed) {
    constexpr int pieces = 4;  // line segments between two control points
    const auto n = static_cast<std::ptrdiff_t>(points.size());
    const auto at = [&](std::ptrdiff_t i) {
        return points[static_cast<std::size_t>(closed ? (i + n) % n : std::clamp<std::ptrdiff_t>(i, 0, n - 1))];
    };
    for (std::ptrdiff_t i = 0; i < (closed ? n : n - 1); ++i) {
        StrokePoint from = at(i);
        for (int piece = 1; piece <= pieces; ++piece) {
            const float t = static_cast<float>(piece) / pieces;
            const StrokePoint to = spline(at(i - 1), at(i), at(i + 1), at(i + 2), t);
            canvas.segment(from, to);
            from = to;
        }
    }
}

/// The stroke's points jittered and mapped to pixels, then drawn. `points` is scratch space.
void draw_stroke(StrokeCanvas& canvas, const Stroke& stroke, const Affine& map, RandomStream& random,
                 std::vector<StrokePoint>& points) {
    constexpr double jitter = 0.09;
    points.clear();
    for (const StrokePoint point : stroke.points) {
        const float x = point.x + uniform(random, -jitter, jitter);
        const float y = point.y + uniform(random, -jitter, jitter);
        points.push_back(map({x, y}));
    }
    if (stroke.form != StrokeForm::straight) {
        draw_curve(canvas, points, stroke.form == StrokeForm::closed);
        return;
    }
    for (std::size_t i = 1; i < points.size(); ++i) {
        canvas.segment(points[i - 1], points[i]);
    }
}

/// A faint line that belongs to no digit, in three images of five.
void draw_distractor(StrokeCanvas::Image& image, RandomStream& random) {
    if (random.uniform() < 0.4) {
        return;
    }
    constexpr double end = StrokeCanvas::side;
    const auto anywhere = [&] {
        const float x = uniform(random, 0.0, end);
        return StrokePoint{x, uniform(random, 0.0, end)};
    };
    StrokeCanvas canvas{uniform(random, 0.2, 0.8)};
    const StrokePoint from = anywhere();
    canvas.segment(from, anywhere());
    canvas.ink(image, uniform(random, 0.25, 0.8));
}

/// 8 bits a pixel, of an image with noise: of each number the lower byte less the one above it.
MLAASIM_CLONES void add_noise(const float* __restrict image, const int* __restrict noise, float amplitude,
                              std::uint8_t* __restrict out) {
    for (std::size_t i = 0; i < StrokeCanvas::pixels; ++i) {
        const auto difference = static_cast<float>((noise[i] & 0xFF) - (noise[i] >> 8));
        // Bounds in integers, as bounds in floats would keep the loop from becoming one of vectors.
        // NOLINTNEXTLINE(bugprone-incorrect-roundings): what is below 0 ends at 0, and lround is a call
        const int grey = static_cast<int>((image[i] + amplitude * difference) * 255.0F + 0.5F);
        out[i] = static_cast<std::uint8_t>(std::clamp(grey, 0, 255));
    }
}

/// Grey noise of triangular distribution, then 8 bits a pixel.
void quantise(const StrokeCanvas::Image& image, std::span<std::uint8_t> out, RandomStream& random) {
    const float amplitude = uniform(random, 0.10, 0.40) / 255.0F;
    // 16 bits a pixel, of each number the lower ones first; drawn first, so that the other loop has no calls in it.
    std::array<int, StrokeCanvas::pixels> noise;
    for (std::size_t i = 0; i < noise.size(); i += 2) {
        const std::uint32_t bits = random();
        noise[i] = static_cast<int>(bits & 0xFFFFU);
        noise[i + 1] = static_cast<int>(bits >> 16U);
    }
    add_noise(image.data(), noise.data(), amplitude, out.data());
}

void draw_digit(std::uint32_t digit, RandomStream random, std::span<std::uint8_t> out,
                std::vector<StrokePoint>& scratch) {
    const std::span<const DigitStyle> styles = digit_styles(digit);
    const DigitStyle& style = styles[random.below(static_cast<std::uint32_t>(styles.size()))];
    const Affine map = draw_affine(random);
    StrokeCanvas canvas{uniform(random, 0.3, 1.3)};
    for (const Stroke& stroke : style) {
        draw_stroke(canvas, stroke, map, random, scratch);
    }
    StrokeCanvas::Image image{};
    canvas.ink(image, uniform(random, 0.5, 1.0));
    draw_distractor(image, random);
    blur(image, uniform(random, 0.0, 0.25));
    quantise(image, out, random);
}

DecodedPool draw_pool(Seed seed, Pool pool, std::uint32_t count, unsigned threads) {
    DecodedPool drawn{.values = std::vector<std::uint8_t>(count * StrokeCanvas::pixels),
                      .labels = std::vector<std::uint8_t>(count)};
    shared_loop(count, digits, threads, [&](std::uint32_t first, std::uint32_t last) {
        std::array<std::uint32_t, digits> order{};
        std::vector<StrokePoint> scratch;
        for (std::uint32_t i = first; i < last; ++i) {
            if (i % digits == 0) {
                std::iota(order.begin(), order.end(), 0U);
                stream(seed, pool, i / digits, order_of_ten).shuffle(order);
            }
            drawn.labels[i] = static_cast<std::uint8_t>(order[i % digits]);
            draw_digit(order[i % digits], stream(seed, pool, i, drawing),
                       std::span{drawn.values}.subspan(i * StrokeCanvas::pixels, StrokeCanvas::pixels), scratch);
        }
    });
    return drawn;
}

}  // namespace

DecodedDataset generate_synthetic_digits(Seed seed, std::uint32_t train, std::uint32_t test, unsigned threads) {
    return {.shape = {.channels = 1, .height = StrokeCanvas::side, .width = StrokeCanvas::side},
            .classes = digits,
            .train = draw_pool(seed, Pool::train, train, threads),
            .test = draw_pool(seed, Pool::test, test, threads)};
}

}  // namespace mlaasim::sim
