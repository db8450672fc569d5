#include "app/preview.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <numeric>
#include <utility>
#include <variant>

#include "sim/core/error.hpp"
#include "sim/drift/sample_block.hpp"
#include "study/report/png.hpp"

namespace mlaasim::app {
namespace {

bool changes_samples(const sim::DriftEffect& effect, const sim::SampleShape& shape) {
    const sim::Needs needs = effect.needs();
    const sim::Need other = shape.is_series() ? sim::Need::images : sim::Need::series;
    return std::holds_alternative<const sim::Corruption*>(effect.change()) &&
           std::find(needs.begin(), needs.end(), other) == needs.end();
}

/// One row of samples.
struct Row {
    std::string title;
    sim::DriftState drift{};
};

Row row_of(const sim::DriftOptions& options, std::uint32_t entry, std::string title) {
    const double strength = options.kind->strength();
    return {
        .title = std::move(title),
        .drift = {{{.entry = entry, .strength = strength, .options = std::make_shared<sim::DriftOptions>(options)}}}};
}

std::vector<Row> rows_of(const run::World& world, PreviewRows which) {
    const sim::SampleShape shape = world.data().test.shape;
    std::vector<Row> rows{{.title = "clean"}};
    if (which == PreviewRows::schedule) {
        std::uint32_t entry = 0;
        for (const sim::DriftOptions& options : world.scenario().drift) {
            if (changes_samples(*options.kind, shape)) {
                rows.push_back(row_of(
                    options, entry,
                    fmt::format("drift.{}: {}, strength {}", entry, options.kind.word(), options.kind->strength())));
            }
            ++entry;
        }
        return rows;
    }
    for (const sim::Kind<sim::DriftEffect>& kind : sim::drift_kinds()) {
        sim::DriftOptions options;
        options.kind = sim::Chosen<sim::DriftEffect>{kind};
        if (changes_samples(*options.kind, shape)) {
            rows.push_back(row_of(options, 0, fmt::format("{}, strength {}", kind.word, options.kind->strength())));
        }
    }
    return rows;
}

/// A grey picture that grows by cells of one size.
class Sheet {
public:
    Sheet(const sim::SampleShape& shape, std::size_t columns, std::size_t rows)
        : shape_{shape},
          zoom_{shape.is_series() ? 1 : std::max<std::size_t>(1, 64 / shape.width)},
          cell_width_{shape.width * zoom_},
          cell_height_{shape.is_series() ? shape.channels * strip : shape.height * zoom_},
          width_{columns * (cell_width_ + gap) + gap},
          height_{rows * (cell_height_ + gap) + gap},
          pixels_(width_ * height_, paper) {}

    /// `values` lie in [0, 1].
    void draw(const float* values, std::size_t row, std::size_t column) {
        for (std::size_t y = 0; y < cell_height_; ++y) {
            for (std::size_t x = 0; x < cell_width_; ++x) {
                const std::size_t at =
                    (gap + row * (cell_height_ + gap) + y) * width_ + gap + column * (cell_width_ + gap) + x;
                pixels_[at] = grey(values, y, x);
            }
        }
    }

    [[nodiscard]] std::vector<std::byte> png() const {
        std::vector<study::Colour> palette;
        for (unsigned level = 0; level < paper; ++level) {
            const auto grey = static_cast<std::uint8_t>(level);
            palette.push_back({grey, grey, grey});
        }
        palette.push_back({70, 110, 180});
        return study::png_of(width_, height_, pixels_, palette);
    }

private:
    static constexpr std::size_t gap = 4;
    static constexpr std::size_t strip = 8;     ///< pixels of a channel of a time series
    static constexpr std::uint8_t paper = 255;  ///< the colour between cells, which no sample has

    [[nodiscard]] std::uint8_t grey(const float* values, std::size_t y, std::size_t x) const {
        float value = 0.0F;
        if (shape_.is_series()) {
            value = values[y / strip * shape_.width + x];
        } else {
            const std::size_t plane = std::size_t{shape_.height} * shape_.width;
            for (std::size_t channel = 0; channel < shape_.channels; ++channel) {
                value += values[channel * plane + y / zoom_ * shape_.width + x / zoom_];
            }
            value /= static_cast<float>(shape_.channels);
        }
        return static_cast<std::uint8_t>(std::clamp(value, 0.0F, 1.0F) * (paper - 1) + 0.5F);
    }

    sim::SampleShape shape_;
    std::size_t zoom_;
    std::size_t cell_width_;
    std::size_t cell_height_;
    std::size_t width_;
    std::size_t height_;
    std::vector<std::uint8_t> pixels_;
};

}  // namespace

Preview preview_of(const run::World& world, PreviewRows which, std::uint32_t samples) {
    const sim::SamplePool& pool = world.data().test;
    sim::expects(samples > 0 && pool.count() > 0, "there is a sample to show");
    std::vector<std::uint32_t> indices(std::min(samples, pool.count()));
    std::iota(indices.begin(), indices.end(), 0U);
    const std::vector<Row> rows = rows_of(world, which);
    Sheet sheet{pool.shape, indices.size(), rows.size()};
    Preview preview;
    sim::SampleBlock block;
    for (std::size_t row = 0; row < rows.size(); ++row) {
        block.read({.pool = &pool,
                    .indices = indices,
                    .drift = rows[row].drift,
                    .seed = world.scenario().random_seed(),
                    .round = sim::Round{1}});
        for (std::size_t column = 0; column < block.count(); ++column) {
            sheet.draw(block.sample(static_cast<std::uint32_t>(column)), row, column);
        }
        preview.rows.push_back(rows[row].title);
    }
    preview.png = sheet.png();
    return preview;
}

}  // namespace mlaasim::app
