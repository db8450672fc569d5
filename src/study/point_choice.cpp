#include "study/point_choice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "sim/core/error.hpp"
#include "sim/core/printable.hpp"
#include "sim/options/option_value.hpp"
#include "study/value_text.hpp"

namespace mlaasim::study {
namespace {

std::vector<std::string> parts_of(std::string_view text) {
    std::vector<std::string> parts;
    for (std::size_t comma = text.find(','); comma != std::string_view::npos; comma = text.find(',')) {
        parts.emplace_back(text.substr(0, comma));
        text.remove_prefix(comma + 1);
    }
    parts.emplace_back(text);
    return parts;
}

/// Which numbers "3-7,9" names.
std::set<std::size_t> numbers_of(const std::string& text, std::size_t most) {
    std::set<std::size_t> numbers;
    for (const std::string& part : parts_of(text)) {
        const std::size_t dash = part.find('-');
        const auto first = sim::parse_integer(part.substr(0, dash));
        const auto last = dash == std::string::npos ? first : sim::parse_integer(part.substr(dash + 1));
        if (!first || !last || *first < 1 || *last < *first || static_cast<std::size_t>(*last) > most) {
            throw sim::InputError({.file = "--points " + text,
                                   .what = fmt::format("\"{}\" names no points", sim::shown(part)),
                                   .expected = fmt::format("numbers from 1 to {}, such as 3-7,9", most)});
        }
        for (std::int64_t number = *first; number <= *last; ++number) {
            numbers.insert(static_cast<std::size_t>(number));
        }
    }
    return numbers;
}

/// Keeps the points for which "key=value,value" holds.
void keep(const std::string& condition, const StoredStudy& study, std::vector<StoredPoint>& points) {
    const std::size_t equals = condition.find('=');
    const std::string word = condition.substr(0, equals);
    const std::string key = word == "seed" ? word : key_meant(word, study.keys);
    if (equals == std::string::npos || key.empty()) {
        std::vector<std::string> known = study.keys;
        known.emplace_back("seed");
        throw sim::InputError({.file = "--only " + condition,
                               .what = equals == std::string::npos ? "there is no \"=\""
                                                                   : fmt::format("{} is not swept", sim::shown(word)),
                               .expected = "KEY=VALUE with one of the keys " + sim::joined(known)});
    }
    std::vector<std::string> wanted = parts_of(std::string_view{condition}.substr(equals + 1));
    std::ranges::transform(wanted, wanted.begin(), canonical);
    std::erase_if(points, [&](const StoredPoint& point) {
        const auto value = std::ranges::find(point.values, key, &Named::name);
        const std::string text = key == "seed"                 ? std::to_string(point.seed)
                                 : value == point.values.end() ? std::string{}
                                                               : value->value;
        return std::ranges::find(wanted, text) == wanted.end();
    });
    if (points.empty()) {
        throw sim::InputError({.file = "--only " + condition,
                               .what = "no point has this value",
                               .expected = "a value of the study",
                               .hint = "mlaasim sweep --dry-run lists the points"});
    }
}

}  // namespace

std::vector<StoredPoint> chosen_points(const StoredStudy& study, const PointChoice& choice) {
    std::vector<StoredPoint> points = study.points;
    if (!choice.numbers.empty()) {
        const std::set<std::size_t> numbers = numbers_of(choice.numbers, study.points.size());
        std::erase_if(points, [&](const StoredPoint& point) { return !numbers.contains(point.index); });
    }
    for (const std::string& condition : choice.only) {
        keep(condition, study, points);
    }
    return points;
}

}  // namespace mlaasim::study
