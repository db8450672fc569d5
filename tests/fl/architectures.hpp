// Architectures with options, as a scenario gives them.
#pragma once

#include <string>
#include <vector>

#include "fl/architectures/architecture.hpp"
#include "support/chosen.hpp"

namespace mlaasim::fl::testing {

using Widths = std::vector<std::int64_t>;

/// "kind: cnn, channels: [4, 8]"
[[nodiscard]] inline sim::Chosen<Architecture> architecture(const std::string& options) {
    return mlaasim::testing::chosen(architecture_kinds(), options);
}

[[nodiscard]] inline std::string text_of(const Widths& widths) {
    std::string text;
    for (const std::int64_t width : widths) {
        text += (text.empty() ? "[" : ", ") + std::to_string(width);
    }
    return text.empty() ? "[]" : text + "]";
}

[[nodiscard]] inline sim::Chosen<Architecture> mlp(const Widths& hidden) {
    return architecture("kind: mlp, hidden: " + text_of(hidden));
}
[[nodiscard]] inline sim::Chosen<Architecture> cnn(const Widths& channels, const Widths& hidden) {
    return architecture("kind: cnn, channels: " + text_of(channels) + ", hidden: " + text_of(hidden));
}
[[nodiscard]] inline sim::Chosen<Architecture> cnn1d(const Widths& channels, const Widths& hidden) {
    return architecture("kind: cnn1d, channels: " + text_of(channels) + ", hidden: " + text_of(hidden));
}

}  // namespace mlaasim::fl::testing
