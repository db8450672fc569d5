// Drawings inside a page.
#pragma once

#include <string>

#include "study/report/markup.hpp"
#include "study/report/png.hpp"

namespace mlaasim::study {

struct Box {
    double x = 0.0;
    double y = 0.0;
    double width = 0.0;
    double height = 0.0;
};

/// "#0072b2"
[[nodiscard]] std::string hex_of(const Colour& colour);

/// A length or a coordinate, to a tenth.
[[nodiscard]] std::string px(double value);

/// An <svg> as wide as the page allows, at most `box.width`; `label` says what it shows to those who can't see it.
[[nodiscard]] Markup svg(const Box& box, const std::string& label, const Markup& content);

}  // namespace mlaasim::study
