// A leaf of a kind, made as a scenario makes it.
#pragma once

#include <span>
#include <string>

#include "sim/options/options.hpp"
#include "sim/scenario_text/options_document.hpp"

namespace bench {

/// chosen("{kind: tent, rate: 0.01}", tta::technique_kinds()).
template <class T>
mlaasim::sim::Chosen<T> chosen(const std::string& text, std::span<const mlaasim::sim::Kind<T>> kinds) {
    mlaasim::sim::Chosen<T> made{kinds};
    mlaasim::sim::OptionsDocument{"it: " + text, "bench"}.read(
        [&](mlaasim::sim::OptionVisitor& visitor) { visitor.kind("it", made, kinds, {.doc = "what is played"}); });
    return made;
}

}  // namespace bench
