// A leaf of a kind, made as a scenario makes it: from its word and options.
#pragma once

#include <span>
#include <string_view>

#include "support/option_text.hpp"

namespace mlaasim::testing {

/// chosen(partition_kinds(), "kind: dirichlet, alpha: 0.5"). What is wrong throws std::invalid_argument (OptionText).
template <class T>
[[nodiscard]] sim::Chosen<T> chosen(std::span<const sim::Kind<T>> kinds, std::string_view line,
                                    std::string_view key = "kind") {
    sim::Chosen<T> made{kinds};
    OptionText text{line};
    static_cast<sim::OptionVisitor&>(text).kind_beside(key, made, kinds, {.doc = "the kind"});
    text.finish();
    return made;
}

}  // namespace mlaasim::testing
