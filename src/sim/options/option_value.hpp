// Single option values as text: how scalars of the scenario are read, printed and shown in messages.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/options/options.hpp"

namespace mlaasim::sim {

/// A finite decimal number ("0.5", "+3", "1e-4"), or nothing.
[[nodiscard]] std::optional<double> parse_number(std::string_view text);

/// A decimal integer. "3.0" and "1e3" are integers too, up to 2^53, beyond which such a form may not be exact.
[[nodiscard]] std::optional<std::int64_t> parse_integer(std::string_view text);

/// true/false, yes/no, on/off, y/n in any case, or nothing.
[[nodiscard]] std::optional<bool> parse_bool(std::string_view text);

/// The shortest form that reads back as the same number. Precondition: finite.
[[nodiscard]] std::string number_text(double value);

/// What a reference says of an option: its doc, unit, and the choice that it belongs to.
[[nodiscard]] std::string description(const OptionInfo& info);

/// What a message says was expected: "a number > 0, in ms".
[[nodiscard]] std::string expected_number(std::string_view article_and_type, const OptionInfo& info);

/// "a, b, c"
[[nodiscard]] std::string joined(const std::vector<std::string>& words);

/// "one of a, b, c"; of a single word the word.
[[nodiscard]] std::string one_of(const std::vector<std::string>& words);

/// "a, b or c"
[[nodiscard]] std::string alternatives(const std::vector<std::string>& words);

[[nodiscard]] std::vector<std::string> names_of(const std::vector<Choice>& choices);

}  // namespace mlaasim::sim
