// What a scenario's data look like, clean and drifted: a contact sheet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "run/world.hpp"

namespace mlaasim::app {

/// Rows of samples: first as they are, then under one drift each, at full strength.
enum class PreviewRows : std::uint8_t {
    schedule,  ///< the scenario's entries that change samples
    kinds,     ///< every kind of drift that changes such samples, with its defaults
};

struct Preview {
    std::vector<std::string> rows{};  ///< what each row shows, from the top
    std::vector<std::byte> png{};
};

/// The first `samples` of the test pool, at least one, beside each other. Colours are shown as grey; of a time series
/// each channel is a strip.
[[nodiscard]] Preview preview_of(const run::World& world, PreviewRows rows, std::uint32_t samples);

}  // namespace mlaasim::app
