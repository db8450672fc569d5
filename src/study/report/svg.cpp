#include "study/report/svg.hpp"

#include <fmt/format.h>

#include <cmath>

namespace mlaasim::study {

std::string hex_of(const Colour& colour) {
    return fmt::format("#{:02x}{:02x}{:02x}", colour.red, colour.green, colour.blue);
}

std::string px(double value) {
    const double tenths = std::round(10.0 * value) / 10.0;
    return fmt::format("{}", tenths == 0.0 ? 0.0 : tenths);
}

Markup svg(const Box& box, const std::string& label, const Markup& content) {
    return element("svg",
                   {{"viewBox", fmt::format("0 0 {} {}", px(box.width), px(box.height))},
                    {"width", px(box.width)},
                    {"height", px(box.height)},
                    {"role", "img"},
                    {"aria-label", label}},
                   content);
}

}  // namespace mlaasim::study
