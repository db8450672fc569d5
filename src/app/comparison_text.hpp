// How a comparison is told: one sentence, what its numbers are, and a picture in plain ASCII of 80 columns.
#pragma once

#include <string>
#include <vector>

#include "app/comparison.hpp"

namespace mlaasim::app {

/// What adaptation was worth in the last common round, and what was done for it, in one sentence.
[[nodiscard]] std::string sentence(const Comparison& comparison);

/// What the sentence's numbers are, and what it leaves out: a paragraph each.
[[nodiscard]] std::vector<std::string> details(const Comparison& comparison);

/// A row a round, or a row for several when there are more than 20: what the clients had without and with adaptation,
/// and what was done for it.
[[nodiscard]] std::string picture(const Comparison& comparison);

/// 1234567 is "1.2 MB".
[[nodiscard]] std::string bytes_text(std::int64_t bytes);

}  // namespace mlaasim::app
