// Values of a study file as texts: for comparing, for tables, for names of folders.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/scenario_text/tree.hpp"

namespace mlaasim::study {

/// One text for one value: numbers in their shortest form ("1e3" and "1000.0" are "1000"), lists and sections in
/// YAML's form in brackets.
[[nodiscard]] std::string text_of(const sim::OptionsNode& value);
/// The same of a value that the user writes on the command line or in a baseline: "0.10" is "0.1".
[[nodiscard]] std::string canonical(std::string_view text);

/// The text with what can't be part of a folder's name, or would need quotes in a shell, replaced: "[1, 2]" is "1+2".
[[nodiscard]] std::string name_part(std::string_view text);

/// What a key is called in names of points: its last part, or the one before `kind`, with as many parts before it as
/// tell it from the other keys. "adaptation.strategy.kind" is "strategy".
[[nodiscard]] std::string label_of(const std::string& key, const std::vector<std::string>& keys);

/// The key that a user means by its whole path or its label; empty when it is none of them.
[[nodiscard]] std::string key_meant(std::string_view word, const std::vector<std::string>& keys);

}  // namespace mlaasim::study
