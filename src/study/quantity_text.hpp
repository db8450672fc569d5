// Numbers as people read them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace mlaasim::study {

/// 0.8583 is "85.8 %"; "-" when there is no number.
[[nodiscard]] std::string percent_text(double share);
/// The difference of two shares as they are shown: "+1.2 points".
[[nodiscard]] std::string points_text(double share, double before);
/// 1234567 is "1.2 MB".
[[nodiscard]] std::string bytes_text(double bytes);
/// "263.3 J", "12.1 kJ"
[[nodiscard]] std::string energy_text(double joules);
/// "0.12 s", "35.1 s", "1:02:03"
[[nodiscard]] std::string seconds_text(double seconds);
/// Up to four significant digits, whole from 1000 on; "-" when there is no number.
[[nodiscard]] std::string number_text(double value);

/// "a", "a and b", "a, b and c"; after `most` parts "and 5 more".
[[nodiscard]] std::string list_text(const std::vector<std::string>& parts, std::size_t most = 12);
/// The same of ids.
[[nodiscard]] std::string list_text(const std::vector<std::uint32_t>& ids, std::size_t most = 12);

}  // namespace mlaasim::study
