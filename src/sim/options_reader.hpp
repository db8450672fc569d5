// Reads the values of a parsed scenario into the options that a component declares.
#pragma once

#include <string>
#include <vector>

#include "sim/options_tree.hpp"
#include "sim/options_yaml.hpp"

namespace mlaasim::sim {

/// Throws one InputError with all mistakes, in file order, overrides last; after 100 it only counts them. `sources` are
/// the names that OptionsPlace::source stands for.
void read_options(const OptionsNode& root, const std::vector<std::string>& sources, const DeclareOptions& declare);

/// Collects the mistakes made in one scenario.
class ProblemList {
public:
    explicit ProblemList(const std::vector<std::string>& sources) : sources_{sources} {}

    void add(OptionsPlace place, std::string what, std::string expected, std::string hint = {});
    /// Throws InputError when there are any.
    void throw_if_any() const;

private:
    struct Located {
        OptionsPlace place;
        Problem problem;
    };
    const std::vector<std::string>& sources_;
    std::vector<Located> problems_;
};

}  // namespace mlaasim::sim
