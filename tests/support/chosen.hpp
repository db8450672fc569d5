// A leaf of a kind, made as a scenario makes it: from its word and options as YAML.
#pragma once

#include <span>
#include <string>

#include "sim/scenario_text/options_document.hpp"

namespace mlaasim::testing {

/// chosen(partition_kinds(), "kind: dirichlet, alpha: 0.5")
template <class T>
[[nodiscard]] sim::Chosen<T> chosen(std::span<const sim::Kind<T>> kinds, const std::string& options,
                                    std::string_view key = "kind") {
    sim::Chosen<T> made{kinds};
    sim::OptionsDocument{"{" + options + "}", "options"}.read(
        [&](sim::OptionVisitor& visitor) { visitor.kind_beside(key, made, kinds, {.doc = "the kind"}); });
    return made;
}

}  // namespace mlaasim::testing
