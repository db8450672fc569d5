// Both engines, for tests of what they have in common.
#pragma once

#include <memory>
#include <ostream>
#include <string>

#include "fl/engine.hpp"

namespace mlaasim::fl {

inline void PrintTo(const EngineChoice& engine, std::ostream* out) { *out << (engine.fused ? "fused" : "autograd"); }

}  // namespace mlaasim::fl

namespace mlaasim::fl::testing {

inline const EngineChoice autograd{.fused = false, .reason = "tested"};
inline const EngineChoice fused{.fused = true, .reason = "tested"};

inline std::string name_of(const EngineChoice& engine) { return engine.fused ? "Fused" : "Autograd"; }

}  // namespace mlaasim::fl::testing
