// What a study asks of the program that plays its points: whether a scenario is right, and what it is when written out.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/scenario_text/options_document.hpp"

namespace mlaasim::study {

/// A scenario that was read.
struct PointScenario {
    std::string name;
    std::int64_t rounds = 0;
    std::int64_t seed = 0;
    double memory_mib = 0.0;  ///< that its run needs at least, as far as that is known beforehand
    std::string yaml;         ///< resolved: every default written out
};

class PointReader {
public:
    virtual ~PointReader() = default;

    /// Reads a scenario and writes it out once for each seed; for its own seed when there are none. Throws InputError
    /// with every mistake, located in the document.
    [[nodiscard]] virtual std::vector<PointScenario> read(const sim::OptionsDocument& document,
                                                          const std::vector<std::int64_t>& seeds) const = 0;
};

}  // namespace mlaasim::study
