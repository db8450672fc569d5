#include "sim/core/duration.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>
#include <utility>

#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

constexpr std::int64_t day = 86'400;
constexpr std::int64_t longest = 365 * day;

/// Takes the whole number off the front of `text`; nothing where there is none, or one beyond any duration.
std::optional<std::int64_t> take_number(std::string_view& text) {
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || number < 0 || number > longest) {
        return std::nullopt;
    }
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

/// "1h30m": numbers with units, the larger ones first.
std::optional<std::int64_t> seconds_of_units(std::string_view text) {
    constexpr std::array<std::pair<char, std::int64_t>, 4> units{{{'d', day}, {'h', 3600}, {'m', 60}, {'s', 1}}};
    std::int64_t seconds = 0;
    std::size_t next = 0;
    while (!text.empty()) {
        const std::optional<std::int64_t> number = take_number(text);
        while (next < units.size() && (text.empty() || units[next].first != text.front())) {
            ++next;
        }
        if (!number || next == units.size()) {
            return std::nullopt;
        }
        seconds += *number * units[next].second;
        ++next;
        text.remove_prefix(1);
    }
    return seconds;
}

/// "1:30:00", "1-12:00:00".
std::optional<std::int64_t> seconds_of_clock(std::string_view text) {
    std::int64_t days = 0;
    const bool has_days = text.find('-') != std::string_view::npos;
    if (has_days) {
        const std::optional<std::int64_t> number = take_number(text);
        if (!number || text.empty() || text.front() != '-') {
            return std::nullopt;
        }
        days = *number;
        text.remove_prefix(1);
    }
    std::array<std::int64_t, 3> parts{};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::size_t before = text.size();
        const std::optional<std::int64_t> number = take_number(text);
        const bool two_digits = before - text.size() == 2;
        if (!number || (i > 0 && (!two_digits || *number > 59)) || (has_days && i == 0 && *number > 23)) {
            return std::nullopt;
        }
        parts[i] = *number;
        if (i + 1 < parts.size()) {
            if (text.empty() || text.front() != ':') {
                return std::nullopt;
            }
            text.remove_prefix(1);
        }
    }
    return text.empty() ? std::optional{days * day + parts[0] * 3600 + parts[1] * 60 + parts[2]} : std::nullopt;
}

}  // namespace

std::chrono::seconds duration_from(std::string_view text, std::string_view option) {
    const bool is_clock = text.find(':') != std::string_view::npos;
    const std::optional<std::int64_t> seconds = is_clock ? seconds_of_clock(text) : seconds_of_units(text);
    if (!seconds || *seconds < 1 || *seconds > longest) {
        const bool is_number = !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
        throw InputError{{.what = fmt::format("{} is \"{}\"", option, text),
                          .expected = "a time from 1s to 365d, such as 90s, 55m, 2h, 1h30m or 1:30:00",
                          .hint = is_number ? fmt::format("give the unit, as in {} {}m", option, text) : ""}};
    }
    return std::chrono::seconds{*seconds};
}

std::string clock_text(std::chrono::seconds duration) {
    const auto seconds = static_cast<std::int64_t>(duration.count());
    const std::string time = fmt::format("{}:{:02}:{:02}", seconds % day / 3600, seconds % 3600 / 60, seconds % 60);
    return seconds < day ? time : fmt::format("{}-{:0>8}", seconds / day, time);
}

}  // namespace mlaasim::sim
