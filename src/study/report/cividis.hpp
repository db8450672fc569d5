// Colours from low to high.
#pragma once

#include <array>

#include "study/report/png.hpp"

namespace mlaasim::study {

/// Ten steps of cividis (Nunez et al. 2018), which looks alike to people with and without colour-blindness.
inline constexpr std::array<Colour, 10> cividis{
    Colour{0, 34, 78},     Colour{18, 53, 112},   Colour{59, 73, 108},   Colour{87, 93, 109},  Colour{112, 113, 115},
    Colour{138, 134, 120}, Colour{165, 156, 116}, Colour{195, 179, 105}, Colour{225, 204, 85}, Colour{254, 232, 56}};

}  // namespace mlaasim::study
