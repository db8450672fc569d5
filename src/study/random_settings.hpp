// The part `random` of a sweep: settings drawn between bounds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "study/section_check.hpp"

namespace mlaasim::study {

/// How a value is drawn between its bounds.
enum class Scale {
    linear,  ///< every value is as likely as any other
    log,     ///< every order of magnitude is as likely as any other
};

[[nodiscard]] std::vector<sim::Choice> choices_of(Scale);

struct RandomRange {
    std::string key;
    sim::OptionsPlace place{};
    double low = 0.0;
    double high = 1.0;
    Scale scale = Scale::linear;
    bool integer = false;
};

struct RandomSettings {
    sim::OptionsPlace place{};
    std::int64_t count = 0;  ///< 0: none
    std::int64_t seed = 1;
    std::vector<RandomRange> ranges{};
};

[[nodiscard]] RandomSettings read_random(const sim::OptionsNode& node, SectionCheck& check);

/// The value of a range in the draw of this number, as a text. It depends on the seed, the key and the number alone, so
/// another key or a larger count changes no value. Real numbers are rounded to 4 significant digits.
[[nodiscard]] std::string drawn_value(const RandomSettings& settings, const RandomRange& range, std::size_t draw);

}  // namespace mlaasim::study
