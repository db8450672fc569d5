#include "study/report/confusion_figure.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "study/quantity_text.hpp"
#include "study/report/chart_data.hpp"
#include "study/report/cividis.hpp"
#include "study/report/grid.hpp"
#include "study/report/svg.hpp"

namespace mlaasim::study {
namespace {

using Json = nlohmann::ordered_json;

/// The share of a class's samples from which on a cell has the next colour. Mistakes are small shares, so steps are
/// narrow there.
constexpr std::array edges{0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 0.95};
static_assert(edges.size() + 1 == cividis.size());

std::size_t step_of(double share) {
    return static_cast<std::size_t>(std::ranges::upper_bound(edges, share) - edges.begin());
}

/// What is drawn, and where.
struct Layout {
    std::vector<std::uint32_t> classes;
    Box cells;
    Box whole;
    double width = 0.0;  ///< of a cell
    double height = 0.0;
    bool writes_samples = false;

    /// Where a class stands among those that are drawn.
    [[nodiscard]] std::size_t place_of(std::uint32_t label) const {
        return static_cast<std::size_t>(std::ranges::lower_bound(classes, label) - classes.begin());
    }
};

Layout layout_of(std::vector<std::uint32_t> classes) {
    Layout layout{.classes = std::move(classes)};
    const std::size_t count = layout.classes.size();
    layout.width = count <= 12 ? 48.0 : count <= 20 ? 38.0 : count <= 40 ? 18.0 : 8.0;
    layout.height = count <= 12 ? 28.0 : count <= 20 ? 24.0 : count <= 40 ? 16.0 : 8.0;
    layout.writes_samples = count <= 20;
    layout.cells = {.x = 64.0,
                    .y = 22.0,
                    .width = static_cast<double>(count) * layout.width,
                    .height = static_cast<double>(count) * layout.height};
    layout.whole = {.width = std::max(320.0, layout.cells.x + layout.cells.width + 8.0),
                    .height = layout.cells.y + layout.cells.height + 38.0};
    return layout;
}

Markup words_at(double x, double y, const char* kind, const char* anchor, const std::string& words) {
    return element("text", {{"class", kind}, {"x", px(x)}, {"y", px(y)}, {"dy", "0.32em"}, {"text-anchor", anchor}},
                   words);
}

Markup names_of(const Layout& layout) {
    const Box& cells = layout.cells;
    Markup names = words_at(cells.x - 6.0, cells.y - 12.0, "axis", "end", "label");
    names += words_at(cells.x + cells.width, cells.y + cells.height + 30.0, "axis", "end", "answer");
    const std::size_t every = layout.height < 12.0 ? 5 : 1;
    for (std::size_t i = 0; i < layout.classes.size(); i += every) {
        const auto middle = static_cast<double>(i) + 0.5;
        const std::string name = std::to_string(layout.classes[i]);
        names += words_at(cells.x - 6.0, cells.y + middle * layout.height, "tick", "end", name);
        names += words_at(cells.x + middle * layout.width, cells.y + cells.height + 12.0, "tick", "middle", name);
    }
    return names;
}

/// Where no sample is, the colour is that of the smallest share.
Markup ground_of(const Layout& layout) {
    return element("rect", {{"x", px(layout.cells.x)},
                            {"y", px(layout.cells.y)},
                            {"width", px(layout.cells.width - 1.0)},
                            {"height", px(layout.cells.height - 1.0)},
                            {"fill", hex_of(cividis.front())}});
}

/// Right answers stand in frames.
Markup frames_of(const Layout& layout) {
    Markup frames;
    for (std::size_t i = 0; i < layout.classes.size(); ++i) {
        frames += element("rect", {{"class", "right"},
                                   {"x", px(layout.cells.x + static_cast<double>(i) * layout.width)},
                                   {"y", px(layout.cells.y + static_cast<double>(i) * layout.height)},
                                   {"width", px(layout.width - 1.0)},
                                   {"height", px(layout.height - 1.0)}});
    }
    return frames;
}

Markup cells_of(const ConfusionMatrix& matrix, const Layout& layout) {
    Markup shapes;
    for (const Answered& cell : matrix.cells) {
        const std::size_t step = step_of(matrix.share(cell));
        const double x = layout.cells.x + static_cast<double>(layout.place_of(cell.predicted)) * layout.width;
        const double y = layout.cells.y + static_cast<double>(layout.place_of(cell.truth)) * layout.height;
        shapes += element("rect",
                          {{"x", px(x)},
                           {"y", px(y)},
                           {"width", px(layout.width - 1.0)},
                           {"height", px(layout.height - 1.0)},
                           {"fill", hex_of(cividis[step])}},
                          element("title", {},
                                  fmt::format("label {}, answer {}: {} samples, {} of this label's", cell.truth,
                                              cell.predicted, cell.samples, percent_text(matrix.share(cell)))));
        if (layout.writes_samples) {
            shapes += words_at(x + layout.width / 2.0, y + layout.height / 2.0, step < 6 ? "on-dark" : "on-light",
                               "middle", std::to_string(cell.samples));
        }
    }
    return shapes;
}

Markup legend() {
    std::vector<CellColour> colours{{fmt::format("below {:.0f} %", 100.0 * edges.front()), cividis.front()}};
    for (std::size_t step = 1; step < cividis.size(); ++step) {
        colours.push_back({fmt::format("from {:.0f} %", 100.0 * edges[step - 1]), cividis[step]});
    }
    return legend_of(colours);
}

/// The matrices without the cells of classes that are not drawn.
std::vector<ConfusionMatrix> drawn(std::span<const ConfusionMatrix> matrices, const Layout& layout) {
    std::vector<ConfusionMatrix> result{matrices.begin(), matrices.end()};
    const auto is_drawn = [&](std::uint32_t label) { return std::ranges::binary_search(layout.classes, label); };
    for (ConfusionMatrix& matrix : result) {
        std::erase_if(matrix.cells,
                      [&](const Answered& cell) { return !is_drawn(cell.truth) || !is_drawn(cell.predicted); });
    }
    return result;
}

/// The last one, and of the others as many as the page has room for, evenly.
std::vector<const ConfusionMatrix*> stored(std::span<const ConfusionMatrix> matrices) {
    std::size_t cells = 0;
    for (const ConfusionMatrix& matrix : matrices) {
        cells += matrix.cells.size();
    }
    const std::size_t every = std::max<std::size_t>(1, (cells + most_stored_cells - 1) / most_stored_cells);
    std::vector<const ConfusionMatrix*> kept;
    for (std::size_t i = (matrices.size() - 1) % every; i < matrices.size(); i += every) {
        kept.push_back(&matrices[i]);
    }
    return kept;
}

/// What the script draws from: of each round the samples of each label, and of each cell its row, its column and its
/// samples.
std::string data_of(std::span<const ConfusionMatrix> matrices, const Layout& layout) {
    Json rounds = Json::array();
    for (const ConfusionMatrix* const matrix : stored(matrices)) {
        Json totals = Json::array();
        for (const std::uint32_t label : layout.classes) {
            const auto found = matrix->of_truth.find(label);
            totals.push_back(found == matrix->of_truth.end() ? 0 : found->second);
        }
        Json cells = Json::array();
        for (const Answered& cell : matrix->cells) {
            cells.push_back(layout.place_of(cell.truth));
            cells.push_back(layout.place_of(cell.predicted));
            cells.push_back(cell.samples);
        }
        rounds.push_back({{"round", matrix->round}, {"totals", std::move(totals)}, {"cells", std::move(cells)}});
    }
    Json colours = Json::array();
    for (const Colour& colour : cividis) {
        colours.push_back(hex_of(colour));
    }
    return Json{
        {"classes", layout.classes},       {"box", {layout.cells.x, layout.cells.y, layout.width, layout.height}},
        {"writes", layout.writes_samples}, {"edges", edges},
        {"colours", std::move(colours)},   {"rounds", std::move(rounds)}}
        .dump();
}

std::string number_of_classes(std::span<const ConfusionMatrix> matrices, std::size_t drawn) {
    const std::size_t all = classes_to_draw(matrices, SIZE_MAX).size();
    return drawn == all ? std::string{} : fmt::format(" (of {} classes the {} with most mistakes)", all, drawn);
}

}  // namespace

Markup draw(std::span<const ConfusionMatrix> all) {
    if (all.empty()) {
        return {};
    }
    const Layout layout = layout_of(classes_to_draw(all, most_drawn_classes));
    const std::vector<ConfusionMatrix> matrices = drawn(all, layout);
    const std::string title = fmt::format("What samples of each label were answered as{}, round ",
                                          number_of_classes(all, layout.classes.size()));
    const std::string round = std::to_string(matrices.back().round);
    return element(
        "figure", {{"class", "matrix"}, {"id", "confusion-matrix"}},
        element("figcaption", {}, text(title) + element("span", {{"class", "round"}}, round)) +
            svg(layout.whole, title + round,
                element("title", {}, title + round) + names_of(layout) + ground_of(layout) +
                    element("g", {{"class", "cells"}}, cells_of(matrices.back(), layout)) + frames_of(layout)) +
            legend() + data_element(data_of(matrices, layout)));
}

}  // namespace mlaasim::study
