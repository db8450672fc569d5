#include "sim/scenario_text/given_kind.hpp"

#include <algorithm>

#include "sim/options/option_value.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::sim {
namespace {

/// Collects the keys of one mapping, and nothing of what is nested in them.
class KeysOfMapping final : public OptionVisitor {
public:
    void option(std::string_view key, double&, const OptionInfo&) override { add(key); }
    void option(std::string_view key, std::int64_t&, const OptionInfo&) override { add(key); }
    void option(std::string_view key, bool&, const OptionInfo&) override { add(key); }
    void option(std::string_view key, std::string&, const OptionInfo&) override { add(key); }
    void option(std::string_view key, std::vector<std::int64_t>&, const OptionInfo&) override { add(key); }
    void option(std::string_view key, std::vector<double>&, const OptionInfo&) override { add(key); }
    void choice(std::string_view key, int&, const std::vector<Choice>&, const OptionInfo&) override { add(key); }
    void section(std::string_view key, const OptionInfo&, const std::function<void()>&) override { add(key); }
    void list(std::string_view key, const OptionInfo&, std::size_t, const std::function<void(std::size_t)>&,
              const std::function<void(std::size_t)>&) override {
        add(key);
    }
    void kind_beside(std::string_view key, KindChoice& kinds, const OptionInfo&) override {
        add(key);
        kinds.declare_options(*this);
    }

    std::vector<std::string> keys;

private:
    void add(std::string_view key) { keys.emplace_back(key); }
};

}  // namespace

std::vector<std::string> words_of(const KindChoice& kinds) {
    std::vector<std::string> words;
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
        words.emplace_back(kinds.word(kind));
    }
    return words;
}

std::vector<std::string> keys_of(const KindChoice& kinds, std::size_t kind) {
    KeysOfMapping visitor;
    kinds.declare_defaults(kind, visitor);
    return std::move(visitor.keys);
}

GivenKind::GivenKind(std::string_view key, const KindChoice& kinds, const OptionsNode* word)
    : key_{key}, words_{words_of(kinds)} {
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
        options_.push_back(keys_of(kinds, kind));
    }
    const auto say = [this](const OptionsNode& node) {
        const auto found = std::ranges::find(words_, node.text);
        Said said{.source = node.place.source};
        if (found != words_.end()) {
            said.kind = static_cast<std::size_t>(found - words_.begin());
        }
        said_.push_back(said);
    };
    said_.push_back({.source = 0, .kind = kinds.chosen()});
    if (word != nullptr) {
        std::ranges::for_each(word->earlier, say);
        say(*word);
    }
    chosen_ = word != nullptr ? word->text : words_[kinds.chosen()];
}

bool GivenKind::has(std::size_t kind, std::string_view option) const {
    return std::ranges::find(options_[kind], option) != options_[kind].end();
}

std::size_t GivenKind::withdrawn_before(std::string_view option) const {
    std::size_t kinds_with_it = 0;
    for (std::size_t kind = 0; kind < words_.size(); ++kind) {
        kinds_with_it += has(kind, option) ? 1U : 0U;
    }
    if (kinds_with_it == 0 || kinds_with_it == words_.size()) {
        return 0;
    }
    std::size_t before = 0;
    for (std::size_t i = 1; i < said_.size(); ++i) {
        const auto& old = said_[i - 1].kind;
        const bool was_for_the_old = !old || has(*old, option);
        if (old != said_[i].kind && was_for_the_old) {
            before = said_[i].source;
        }
    }
    return before;
}

std::string GivenKind::kinds_with(std::string_view option) const {
    std::vector<std::string> having;
    for (std::size_t kind = 0; kind < words_.size(); ++kind) {
        if (has(kind, option)) {
            having.push_back(words_[kind]);
        }
    }
    return alternatives(having);
}

}  // namespace mlaasim::sim
