// A strategy that sets options of the scenario: one word for many.
#pragma once

#include "sim/scenario_text/options_document.hpp"

namespace mlaasim::run {

/// The document, with the options that the strategy chosen in it sets. Where the strategy is chosen by a later source
/// than the one that gave an option (--set, a study), the strategy's value counts. Throws InputError, located, for each
/// option that has another value in the same source or in a later one.
[[nodiscard]] sim::OptionsDocument with_settings_of_strategy(const sim::OptionsDocument& given);

}  // namespace mlaasim::run
