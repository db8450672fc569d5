// Numbers of things, in words.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mlaasim::app {

/// "1 round", "2 rounds"
[[nodiscard]] inline std::string counted(std::int64_t count, std::string_view thing) {
    return std::to_string(count) + " " + std::string{thing} + (count == 1 ? "" : "s");
}

}  // namespace mlaasim::app
