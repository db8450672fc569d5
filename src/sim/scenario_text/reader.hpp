// Reads the values of a parsed scenario into the options that a component declares.
#pragma once

#include <string>
#include <vector>

#include "sim/scenario_text/options_document.hpp"
#include "sim/scenario_text/tree.hpp"

namespace mlaasim::sim {

/// Throws one InputError with all mistakes, in file order, overrides last; after 100 it only counts them. `sources` are
/// the names that OptionsPlace::source stands for.
void read_options(const OptionsNode& root, const std::vector<std::string>& sources, const DeclareOptions& declare);

}  // namespace mlaasim::sim
