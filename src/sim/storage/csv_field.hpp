// One field of a CSV file.
#pragma once

#include <string>
#include <string_view>

namespace mlaasim::sim {

/// RFC 4180: in quotes when it holds a comma, a quote or a line break; quotes doubled.
[[nodiscard]] std::string csv_field(std::string_view text);

}  // namespace mlaasim::sim
