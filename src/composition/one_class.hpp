// Labelled samples that can't be evidence.
#pragma once

#include "composition/laboratory.hpp"
#include "composition/round_log.hpp"

namespace mlaasim::composition {

/// Whether all labelled samples of the round have one class; if so, the log says it. A change of members may gain on
/// that class and lose on all others, so such samples prove neither harm nor a gain.
[[nodiscard]] inline bool labels_of_one_class(Laboratory& laboratory, RoundLog& log) {
    const auto only = laboratory.only_labelled_class();
    if (only) {
        log.one_class(*only);
    }
    return only.has_value();
}

}  // namespace mlaasim::composition
