// A small marketplace for tests: services that are alike but for what a test changes.
#pragma once

#include <cstdint>
#include <functional>

#include "composition/marketplace.hpp"

namespace mlaasim::composition::testing {

inline sim::ServiceId id(std::uint32_t value) { return sim::ServiceId{value}; }

inline Service plain_service(std::uint32_t value) {
    return {.id = id(value),
            .function = {.architecture = "mlp:4-2", .modality = "image", .feature_count = 4},
            .class_histogram = {50, 50},
            .volume = 100,
            .effectiveness = 0.5,
            .quality = 0.5,
            .quality_history = {},
            .response_ms = 10,
            .reliability = 0.9};
}

/// `count` plain services, each passed to `change` before it is added.
inline Marketplace make_market(std::uint32_t count, const std::function<void(Service&)>& change,
                               HistoryOptions options = {}) {
    Marketplace market{2, options};
    for (std::uint32_t i = 0; i < count; ++i) {
        Service service = plain_service(i);
        change(service);
        market.add(service);
    }
    return market;
}

}  // namespace mlaasim::composition::testing
