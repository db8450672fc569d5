#include "sim/corruption/blended.hpp"

#include <algorithm>

#include "sim/core/error.hpp"

namespace mlaasim::sim {

void BlendedCorruption::apply(std::span<float> values, std::span<float> scratch, double strength,
                              const SampleContext& context) const {
    expects(values.size() == context.shape.size() && scratch.size() == values.size(),
            "samples have the size of their shape");
    if (strength == 0.0) {
        return;
    }
    const std::vector<float> before{values.begin(), values.end()};
    corrupt(values, scratch, context);
    const auto share = static_cast<float>(strength);
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = std::clamp((1.0F - share) * before[i] + share * scratch[i], 0.0F, 1.0F);
    }
}

void declare_blend(OptionVisitor& visitor, BlendedCorruption& options) {
    visitor.option("magnitude", options.magnitude,
                   {.doc = "How far a sample goes from what it was (0) to what the corruption makes of it (1)",
                    .range = between(0, 1)});
}

void declare_severity(OptionVisitor& visitor, std::int64_t& severity, std::string_view table) {
    visitor.option("severity", severity, {.doc = table, .range = between(1, 5)});
}

}  // namespace mlaasim::sim
