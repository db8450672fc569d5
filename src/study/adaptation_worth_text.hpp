// How it is told what adaptation was worth: one sentence, what its numbers are, and a picture in plain ASCII of 80
// columns.
#pragma once

#include <string>
#include <vector>

#include "study/adaptation_worth.hpp"

namespace mlaasim::study {

/// What adaptation was worth in the last common round, and what was done for it, in one sentence.
[[nodiscard]] std::string worth_sentence(const AdaptationWorth& worth);

/// What the sentence's numbers are, and what it leaves out: a paragraph each.
[[nodiscard]] std::vector<std::string> worth_details(const AdaptationWorth& worth);

/// A row a round, or a row for several when there are more than 20: what the clients had without and with adaptation,
/// and what was done for it.
[[nodiscard]] std::string worth_picture(const AdaptationWorth& worth);

}  // namespace mlaasim::study
