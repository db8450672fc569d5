#include "sim/options/options.hpp"

#include <fmt/format.h>

#include <cmath>

#include "sim/core/error.hpp"

namespace mlaasim::sim {

bool Range::contains(double value) const {
    const bool above = low_open ? value > low : value >= low;
    const bool below = high_open ? value < high : value <= high;
    return above && below;
}

std::string Range::text() const {
    const bool bounded_below = std::isfinite(low);
    const bool bounded_above = std::isfinite(high);
    if (bounded_below && bounded_above) {
        return fmt::format("in {}{}, {}{}", low_open ? '(' : '[', low, high, high_open ? ')' : ']');
    }
    if (bounded_below) {
        return fmt::format("{} {}", low_open ? ">" : ">=", low);
    }
    if (bounded_above) {
        return fmt::format("{} {}", high_open ? "<" : "<=", high);
    }
    return "any number";
}

std::string_view choice_name(const std::vector<Choice>& choices, int value) {
    for (const Choice& choice : choices) {
        if (choice.value == value) {
            return choice.name;
        }
    }
    throw ContractViolation("invariant", fmt::format("value {} is not among the declared choices", value),
                            std::source_location::current());
}

}  // namespace mlaasim::sim
