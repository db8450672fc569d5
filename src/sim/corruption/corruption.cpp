#include "sim/corruption/corruption.hpp"

#include "sim/core/error.hpp"

namespace mlaasim::sim {

double GradedCorruption::strength() const {
    const Severities& table = severities();
    expects(severity >= 0 && severity <= static_cast<std::int64_t>(table.size()),
            "a severity is 1 to 5, or 0 for none");
    return severity == 0 ? magnitude : table[static_cast<std::size_t>(severity - 1)];
}

void declare_strength(OptionVisitor& visitor, GradedCorruption& options, std::string_view table,
                      const OptionInfo& magnitude) {
    visitor.option("severity", options.severity, {.doc = table, .range = between(0, 5)});
    OptionInfo info = magnitude;
    info.only_with = {"severity", "0", options.severity == 0};
    visitor.option("magnitude", options.magnitude, info);
}

}  // namespace mlaasim::sim
