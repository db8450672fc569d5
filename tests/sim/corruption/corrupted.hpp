// Samples under a corruption, as tests make them.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "sim/drift/effect.hpp"
#include "support/chosen.hpp"

namespace mlaasim::sim::testing {

/// The corruption of a kind of drift: "kind: noise, severity: 3".
class Corrupting {
public:
    explicit Corrupting(const std::string& options) : drift_{mlaasim::testing::chosen(drift_kinds(), options)} {}

    [[nodiscard]] const Corruption& operator*() const { return *std::get<const Corruption*>(drift_->change()); }
    [[nodiscard]] const Corruption* operator->() const { return &**this; }

    /// The values under the corruption.
    [[nodiscard]] std::vector<float> operator()(std::vector<float> values, const SampleContext& context) const {
        std::vector<float> scratch(values.size(), -1.0F);
        (**this).apply(values, scratch, (**this).strength(), context);
        return values;
    }

private:
    Chosen<DriftEffect> drift_;
};

}  // namespace mlaasim::sim::testing
