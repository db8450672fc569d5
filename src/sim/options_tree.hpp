// The tree that a scenario text is parsed into, before its values are read: plain values, each with its place.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sim/error.hpp"

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

/// One YAML text and how messages name it.
struct OptionsSource {
    std::string_view text;
    std::string file;
    std::size_t number = 0;  ///< OptionsPlace::source of what it holds; overrides have no lines
};

/// Parses one YAML document (an empty one is null). Aliases are resolved by copying. Throws InputError with what can't
/// be part of a scenario: syntax errors, duplicate keys, merge keys, keys that are not words, tags, cycles, a second
/// document, more than 64 levels.
[[nodiscard]] OptionsNode parse_options(const OptionsSource& source);

/// The likely fix of a syntax error, by the YAML library's words for it and the line; empty when none is known.
[[nodiscard]] std::string syntax_hint(std::string_view message, std::string_view line);

/// Sets the value of "key.path=value" in the tree; makes missing parents; a list grows by one element at most. Throws
/// InputError whose file is "--set key.path=value".
void apply_override(OptionsNode& root, std::string_view override_text, std::size_t number);

/// The name of an override in messages.
[[nodiscard]] std::string override_name(std::string_view override_text);

/// Parts of a dotted path.
[[nodiscard]] std::vector<std::string_view> path_parts(std::string_view path);

/// Throws InputError unless the text is UTF-8 without control characters and YAML directives, of at most 1 MiB: the
/// YAML library would end the text there without a word, or guess another encoding.
void check_text(const OptionsSource& source);

}  // namespace mlaasim::sim
