// Reads declared options from YAML, with every mistake located.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/options/options.hpp"
#include "sim/scenario_text/tree.hpp"

namespace mlaasim::sim {

/// Bytes of the longest text of options.
inline constexpr std::size_t most_option_bytes = std::size_t{1} << 20U;

/// A YAML text and its origin, with `--set` overrides applied, ready to be read into options.
class OptionsDocument {
public:
    /// `file` names the text in messages; each override is "key.path=value" (a list element by its number:
    /// drift.0.magnitude=30; the number after the last one appends). The value is YAML; of two overrides of a key the
    /// later counts; a section set as a whole replaces the one in the text. Throws InputError: YAML syntax, duplicate
    /// keys, tags, merge keys, a second document, malformed overrides, more than 1 MiB or 64 levels.
    OptionsDocument(std::string_view text, std::string file, const std::vector<std::string>& overrides = {});
    /// A tree that was put together from several sources; `sources` are their names, by OptionsPlace::source.
    OptionsDocument(OptionsNode tree, std::vector<std::string> sources);
    ~OptionsDocument();
    OptionsDocument(OptionsDocument&&) noexcept;
    OptionsDocument& operator=(OptionsDocument&&) noexcept;

    /// Reads every option; collects all mistakes (wrong type, out of range, unknown key with the nearest known
    /// one, missing required option) and throws them in one InputError, in file order, overrides last; after 100 it
    /// only counts them. A section that is left out or empty keeps its defaults. On an error the options that were
    /// right have been set already.
    void read(const DeclareOptions& declare) const;

    /// What names the text in messages.
    [[nodiscard]] const std::string& file() const;
    /// All that the text and the overrides give.
    [[nodiscard]] const OptionsNode& tree() const;
    /// What names each source in messages, by OptionsPlace::source; the first is the text.
    [[nodiscard]] const std::vector<std::string>& sources() const;
    /// Whether the text gives nothing at all: it is empty, null or {}, whatever overrides add.
    [[nodiscard]] bool text_is_empty() const;

    /// A Problem located at the option with this dotted path ("composition.members"), or at its nearest parent
    /// that the document has: for checks that span several options.
    [[nodiscard]] Problem problem_at(std::string_view path, std::string what, std::string expected,
                                     std::string hint = {}) const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace mlaasim::sim
