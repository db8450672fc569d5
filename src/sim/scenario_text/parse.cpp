#include "sim/scenario_text/parse.hpp"

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/mark.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <map>
#include <sstream>
#include <unordered_map>

#include "sim/core/printable.hpp"
#include "sim/options/option_value.hpp"

namespace mlaasim::sim {
namespace {

using Kind = OptionsNode::Kind;

constexpr std::size_t max_levels = 64;
/// Copies made for aliases count: a few lines of nested aliases can stand for billions of values.
constexpr std::size_t max_nodes = 1'000'000;

struct Extent {
    std::size_t nodes = 1;
    std::size_t levels = 1;
};

Extent extent_of(const OptionsNode& node) {
    Extent extent;
    for (const OptionsNode& child : node.children) {
        const Extent inner = extent_of(child);
        extent.nodes += inner.nodes;
        extent.levels = std::max(extent.levels, inner.levels + 1);
    }
    return extent;
}

/// Builds the tree from the events of the YAML parser.
class TreeBuilder final : public YAML::EventHandler {
public:
    explicit TreeBuilder(const OptionsSource& source)
        : source_{source},
          last_line_{static_cast<int>(std::ranges::count(source.text, '\n')) + (source.text.ends_with('\n') ? 0 : 1)} {
        root_.place = place(1);
        last_value_line_ = root_.place.line;
    }

    void OnDocumentStart(const YAML::Mark& mark) override {
        if (++documents_ > 1) {
            stop(mark, "a second YAML document starts here", "one document",
                 "remove the \"---\", or correct the indentation above this line");
        }
    }
    void OnDocumentEnd() override {}

    void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override { add(leaf(Kind::null, mark), anchor); }

    void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  const std::string& value) override {
        check_tag(mark, tag);
        // The library turns the escapes \_ and \N into single bytes.
        if (!is_utf8(value)) {
            report(line(mark), "a text has an escape that is not supported", "escapes that name a character",
                   R"(write \u00a0 for \_ and \u0085 for \N)");
        }
        OptionsNode node = leaf(Kind::scalar, mark);
        node.quoted = tag != "?";
        node.text = value;
        add(std::move(node), anchor);
    }

    void OnAlias(const YAML::Mark& mark, YAML::anchor_t anchor) override {
        const auto known = anchors_.find(anchor);
        if (known == anchors_.end()) {
            stop(mark, "an alias refers to the value that it is part of", "an alias of a value that ends above it");
        }
        const Extent extent = extent_of(known->second);
        count(mark, extent.nodes);
        if (open_.size() + extent.levels > max_levels) {
            stop_too_deep(mark);
        }
        OptionsNode copy = known->second;
        copy.place = place(line(mark));
        add(std::move(copy), 0);
    }

    void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                         YAML::EmitterStyle::value) override {
        start(Kind::sequence, mark, tag, anchor);
    }
    void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                    YAML::EmitterStyle::value) override {
        start(Kind::mapping, mark, tag, anchor);
    }
    void OnSequenceEnd() override { end(); }
    void OnMapEnd() override { end(); }

    void report(int at_line, std::string what, std::string expected, std::string hint = {}) {
        problems_.push_back({source_.file, at_line, std::move(what), std::move(expected), std::move(hint)});
    }
    [[nodiscard]] int line(const YAML::Mark& mark) const {
        return source_.number == 0 ? std::clamp(mark.line + 1, 1, std::max(1, last_line_)) : 0;
    }
    /// Where the last value or key began: at or before the token that a syntax error is about.
    [[nodiscard]] int last_value_line() const { return last_value_line_; }

    [[nodiscard]] OptionsNode take() {
        if (!problems_.empty()) {
            std::ranges::stable_sort(problems_, {}, &Problem::line);
            throw InputError(std::move(problems_));
        }
        return std::move(root_);
    }

private:
    /// A mapping or sequence whose end is still to come.
    struct Open {
        OptionsNode node;
        YAML::anchor_t anchor = 0;
        bool has_key = false;
        bool drop_value = false;
        OptionsPlace key_place{};
        std::unordered_map<std::string, int> key_lines{};
    };

    [[nodiscard]] OptionsPlace place(int at_line) const {
        return {.source = source_.number, .line = source_.number == 0 ? at_line : 0};
    }

    OptionsNode leaf(Kind kind, const YAML::Mark& mark) {
        count(mark, 1);
        last_value_line_ = line(mark);
        return OptionsNode{.kind = kind, .place = place(line(mark))};
    }

    void start(Kind kind, const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
        check_tag(mark, tag);
        if (open_.size() >= max_levels) {
            stop_too_deep(mark);
        }
        open_.push_back({.node = leaf(kind, mark), .anchor = anchor});
    }

    void end() {
        Open done = std::move(open_.back());
        open_.pop_back();
        add(std::move(done.node), done.anchor);
    }

    void add(OptionsNode node, YAML::anchor_t anchor) {
        if (anchor != 0) {
            count({}, extent_of(node).nodes);
            anchors_[anchor] = node;
        }
        if (open_.empty()) {
            root_ = std::move(node);
            return;
        }
        Open& parent = open_.back();
        if (parent.node.kind == Kind::sequence) {
            parent.node.children.push_back(std::move(node));
        } else if (parent.has_key) {
            parent.has_key = false;
            if (!parent.drop_value) {
                node.place = parent.key_place;
                parent.node.children.push_back(std::move(node));
            }
        } else {
            add_key(parent, std::move(node));
        }
    }

    void add_key(Open& mapping, OptionsNode key) {
        mapping.has_key = true;
        mapping.drop_value = true;
        mapping.key_place = key.place;
        const int at = key.place.line;
        if (key.kind != Kind::scalar) {
            report(at, key.kind == Kind::null ? "a key is missing before the \":\"" : "a key is a list or a mapping",
                   "a word as key");
            return;
        }
        if (key.text == "<<") {
            report(at, "the merge key \"<<\" is not supported", "plain keys",
                   "repeat the keys; an alias of a whole value (key: *name) is fine");
            return;
        }
        const auto [first, is_new] = mapping.key_lines.try_emplace(key.text, at);
        if (!is_new) {
            report(at,
                   at == 0 ? fmt::format("the key \"{}\" is given twice", shown(key.text))
                           : fmt::format("the key \"{}\" is given twice, on lines {} and {}", shown(key.text),
                                         first->second, at),
                   "each key once", "remove one of them");
            return;
        }
        mapping.drop_value = false;
        mapping.node.keys.push_back(std::move(key.text));
    }

    /// "?" and "!" are the parser's marks of plain and quoted values without a tag.
    void check_tag(const YAML::Mark& mark, const std::string& tag) {
        if (!tag.empty() && tag != "?" && tag != "!") {
            report(line(mark), fmt::format("a value has the tag {}", shown(tag)), "a value without a tag",
                   "remove the tag");
        }
    }

    void count(const YAML::Mark& mark, std::size_t nodes) {
        nodes_ += nodes;
        if (nodes_ > max_nodes) {
            stop(mark, "the document holds too many values", fmt::format("at most {}, aliases resolved", max_nodes));
        }
    }

    [[noreturn]] void stop_too_deep(const YAML::Mark& mark) {
        stop(mark, "values are nested too deeply", fmt::format("at most {} levels", max_levels));
    }
    [[noreturn]] void stop(const YAML::Mark& mark, std::string what, std::string expected, std::string hint = {}) {
        report(line(mark), std::move(what), std::move(expected), std::move(hint));
        static_cast<void>(take());
        throw ContractViolation("invariant", "a reported problem is thrown", std::source_location::current());
    }

    OptionsSource source_;
    int last_line_;
    int last_value_line_ = 0;
    int documents_ = 0;
    std::size_t nodes_ = 0;
    OptionsNode root_;
    std::vector<Open> open_;
    std::map<YAML::anchor_t, OptionsNode> anchors_;
    std::vector<Problem> problems_;
};

/// A line by its number from 1; empty when there is none.
std::string_view line_of(std::string_view text, int number) {
    for (; number > 1 && !text.empty(); --number) {
        const std::size_t end = text.find('\n');
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return number < 1 ? std::string_view{} : text.substr(0, text.find('\n'));
}

}  // namespace

OptionsNode parse_options(const OptionsSource& source) {
    check_text(source);
    // Only before a document end does the library notice quotes that are still open.
    std::istringstream stream{std::string{source.text} + "\n...\n"};
    TreeBuilder builder{source};
    try {
        YAML::Parser parser{stream};
        while (parser.HandleNextDocument(builder)) {
        }
    } catch (const YAML::Exception& error) {
        const bool open_quotes = error.msg.find("in scalar") != std::string::npos;
        const int line = open_quotes ? builder.last_value_line() : builder.line(error.mark);
        builder.report(line, "YAML syntax: " + (open_quotes ? "quotes are not closed" : error.msg), "a YAML mapping",
                       syntax_hint(error.msg, line_of(source.text, line)));
    }
    return builder.take();
}

}  // namespace mlaasim::sim
