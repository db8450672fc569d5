// Reading sample options from a text, for the tests of the option reader.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "property/sample_options.hpp"
#include "sim/core/error.hpp"
#include "sim/scenario_text/options_document.hpp"

namespace mlaasim::sim {

using Texts = std::vector<std::string>;

inline SampleOptions read(const std::string& text, const Texts& overrides = {}) {
    SampleOptions options;
    OptionsDocument{text, "s.yaml", overrides}.read(declaring(options));
    return options;
}

/// The messages of all problems, empty when there are none.
inline Texts mistakes(const std::string& text, const Texts& overrides = {}) {
    Texts messages;
    try {
        static_cast<void>(read(text, overrides));
    } catch (const InputError& error) {
        for (const Problem& problem : error.problems()) {
            messages.push_back(problem.message());
        }
    }
    return messages;
}

inline std::string only_mistake(const std::string& text, const Texts& overrides = {}) {
    const Texts all = mistakes(text, overrides);
    EXPECT_EQ(all.size(), 1U) << text;
    return all.empty() ? "" : all.front();
}

inline testing::AssertionResult contains(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos
               ? testing::AssertionSuccess()
               : testing::AssertionFailure() << '"' << part << "\" is not in: " << text;
}

}  // namespace mlaasim::sim
