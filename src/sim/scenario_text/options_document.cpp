#include "sim/scenario_text/options_document.hpp"

#include <utility>

#include "sim/scenario_text/override.hpp"
#include "sim/scenario_text/parse.hpp"
#include "sim/scenario_text/reader.hpp"
#include "sim/scenario_text/text_check.hpp"

namespace mlaasim::sim {

struct OptionsDocument::State {
    OptionsNode root;
    /// Names of the sources, indexed by OptionsPlace::source.
    std::vector<std::string> sources;
    bool text_is_empty = false;
};

namespace {

bool gives_nothing(const OptionsNode& root) { return root.kind != OptionsNode::Kind::scalar && root.children.empty(); }

}  // namespace

OptionsDocument::OptionsDocument(std::string_view text, std::string file, const std::vector<std::string>& overrides)
    : state_{std::make_unique<State>()} {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    std::string_view content = text;
    if (content.starts_with(byte_order_mark)) {
        content.remove_prefix(byte_order_mark.size());
    }
    std::vector<Problem> problems;
    const auto collect = [&problems](const auto& step) {
        try {
            step();
        } catch (const InputError& error) {
            problems.insert(problems.end(), error.problems().begin(), error.problems().end());
        }
    };
    state_->sources.push_back(file);
    collect([&] { state_->root = parse_options({content, file}); });
    state_->text_is_empty = gives_nothing(state_->root);
    for (const std::string& text_of_override : overrides) {
        const std::size_t number = state_->sources.size();
        state_->sources.push_back(override_name(text_of_override));
        collect([&] { apply_override(state_->root, text_of_override, number); });
    }
    if (!problems.empty()) {
        throw InputError(std::move(problems));
    }
}

OptionsDocument::OptionsDocument(OptionsNode tree, std::vector<std::string> sources)
    : state_{std::make_unique<State>(State{.root = std::move(tree), .sources = std::move(sources)})} {
    expects(!state_->sources.empty(), "a document has a source");
    state_->text_is_empty = gives_nothing(state_->root);
}

OptionsDocument::~OptionsDocument() = default;
OptionsDocument::OptionsDocument(OptionsDocument&&) noexcept = default;
OptionsDocument& OptionsDocument::operator=(OptionsDocument&&) noexcept = default;

void OptionsDocument::read(const DeclareOptions& declare) const {
    read_options(state_->root, state_->sources, declare);
}

const std::string& OptionsDocument::file() const { return state_->sources.front(); }

const OptionsNode& OptionsDocument::tree() const { return state_->root; }

const std::vector<std::string>& OptionsDocument::sources() const { return state_->sources; }

bool OptionsDocument::text_is_empty() const { return state_->text_is_empty; }

Problem OptionsDocument::problem_at(std::string_view path, std::string what, std::string expected,
                                    std::string hint) const {
    const OptionsNode* node = &state_->root;
    for (const std::string_view part : path_parts(path)) {
        const OptionsNode* next = node->child(part);
        if (next == nullptr) {
            break;
        }
        node = next;
    }
    return {state_->sources[node->place.source], node->place.line, std::move(what), std::move(expected),
            std::move(hint)};
}

}  // namespace mlaasim::sim
