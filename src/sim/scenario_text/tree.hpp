// The tree that a scenario text is parsed into, before its values are read: plain values, each with its place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/error.hpp"

namespace mlaasim::sim {

/// Where a value was written.
struct OptionsPlace {
    std::size_t source = 0;  ///< 0: the text; n: the n-th override
    int line = 0;            ///< 1-based; 0 in an override
};

struct OptionsNode {
    enum class Kind { null, scalar, sequence, mapping };

    Kind kind = Kind::null;
    OptionsPlace place{};  ///< of the key for a member of a mapping, else of the value
    bool quoted = false;   ///< a scalar that is a text, whatever it looks like
    std::string text{};
    std::vector<std::string> keys{};      ///< of a mapping: the key of each child
    std::vector<OptionsNode> children{};  ///< of a mapping or a sequence
    std::vector<OptionsNode> earlier{};   ///< plain values of earlier sources that overrides replaced, in order

    /// The last source that gave any part of the value.
    [[nodiscard]] std::size_t latest_source() const;

    /// The member with this key, or the element with this number; nullptr when there is none.
    [[nodiscard]] const OptionsNode* child(std::string_view key) const;
    [[nodiscard]] OptionsNode* child(std::string_view key);
};

/// What a message calls the value: "a list", "empty", the text itself.
[[nodiscard]] std::string described(const OptionsNode& node);

/// Parts of a dotted path.
[[nodiscard]] std::vector<std::string_view> path_parts(std::string_view path);

}  // namespace mlaasim::sim
