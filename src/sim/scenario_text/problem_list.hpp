// Mistakes in a scenario, collected to be told together.
#pragma once

#include <string>
#include <vector>

#include "sim/scenario_text/tree.hpp"

namespace mlaasim::sim {

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
