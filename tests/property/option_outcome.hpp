// The two things that may come of any scenario text: values in their ranges, or an error that names every place.
#pragma once

#include <algorithm>
#include <exception>
#include <ostream>
#include <string>
#include <vector>

#include "property/sample_options.hpp"
#include "sim/core/error.hpp"
#include "sim/scenario_text/options_document.hpp"
#include "sim/scenario_text/yaml_writer.hpp"

namespace mlaasim::sim {

/// What comes of a scenario text; `broken` must never come.
enum class Outcome { values, located_error, broken };

inline std::ostream& operator<<(std::ostream& os, Outcome outcome) {
    return os << (outcome == Outcome::values          ? "values"
                  : outcome == Outcome::located_error ? "located error"
                                                      : "broken");
}

/// The reason of the last broken outcome.
inline std::string why_broken;

inline Outcome broken(const std::string& why) {
    why_broken = why;
    return Outcome::broken;
}

inline Outcome outcome_of(const std::string& text, const std::vector<std::string>& overrides = {}) {
    SampleOptions options;
    try {
        OptionsDocument{text, "fuzz.yaml", overrides}.read(declaring(options));
    } catch (const InputError& error) {
        const auto lines = std::ranges::count(text, '\n') + 1;
        for (const Problem& problem : error.problems()) {
            const bool in_text = problem.file == "fuzz.yaml" && problem.line > 0 && problem.line <= lines;
            const bool in_override = problem.file.starts_with("--set ") && problem.line == 0;
            if ((!in_text && !in_override) || problem.what.empty()) {
                return broken("not located: " + problem.message());
            }
        }
        return error.problems().empty() ? broken("an error without a problem") : Outcome::located_error;
    } catch (const std::exception& error) {
        return broken(error.what());
    }
    RangeCheck check;
    declare(check, options);
    if (!check.holds()) {
        return broken("a value is out of range");
    }
    const std::string written = to_yaml(declaring(options));
    try {
        SampleOptions again;
        OptionsDocument{written, "again.yaml"}.read(declaring(again));
        return again == options ? Outcome::values : broken("values change when written and read back");
    } catch (const InputError& error) {
        return broken(error.what());
    }
}

}  // namespace mlaasim::sim
