// What the sources of a scenario say of one choice of a kind: which options belong to which kind, and which are
// withdrawn.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/options/chosen.hpp"
#include "sim/scenario_text/tree.hpp"

namespace mlaasim::sim {

/// The words of a list of kinds.
[[nodiscard]] std::vector<std::string> words_of(const KindChoice& kinds);

/// The keys that a kind has beside its word.
[[nodiscard]] std::vector<std::string> keys_of(const KindChoice& kinds, std::size_t kind);

/// A choice of a kind in one mapping.
class GivenKind {
public:
    /// `word` is what the sources give for the key, or nullptr. `kinds` still holds what is chosen without it.
    GivenKind(std::string_view key, const KindChoice& kinds, const OptionsNode* word);

    [[nodiscard]] const std::string& key() const { return key_; }
    /// The word of the last source, or the default.
    [[nodiscard]] const std::string& word() const { return chosen_; }
    /// An option that a source before this one gave is withdrawn: it was for a kind that this source replaced. 0: none.
    [[nodiscard]] std::size_t withdrawn_before(std::string_view option) const;
    /// "dirichlet or quantity_skew": the kinds that have the option; empty when none has it.
    [[nodiscard]] std::string kinds_with(std::string_view option) const;

private:
    struct Said {
        std::size_t source = 0;
        std::optional<std::size_t> kind{};  ///< nothing when the word is not of the list
    };
    [[nodiscard]] bool has(std::size_t kind, std::string_view option) const;

    std::string key_;
    std::string chosen_;
    std::vector<std::string> words_;
    std::vector<std::vector<std::string>> options_;  ///< of each kind
    std::vector<Said> said_;
};

}  // namespace mlaasim::sim
