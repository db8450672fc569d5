#include "sim/options/markdown.hpp"

#include <fmt/format.h>

#include <map>
#include <utility>

#include "sim/options/option_value.hpp"

namespace mlaasim::sim {
namespace {

/// A text for a cell of a table.
std::string cell(std::string_view text) {
    std::string escaped;
    for (const char c : text) {
        if (c == '|') {
            escaped += '\\';
        }
        escaped += c == '\n' ? ' ' : c;
    }
    return escaped;
}

std::string code(std::string_view text) { return text.empty() ? "" : fmt::format("`{}`", text); }

std::string allowed(const Range& range) { return range.text() == Range{}.text() ? "" : range.text(); }

class MarkdownWriter final : public OptionVisitor {
public:
    explicit MarkdownWriter(std::string_view title) { tables_.push_back({fmt::format("# {}\n\n", title), {}}); }

    [[nodiscard]] std::string take() const {
        std::string text;
        for (const Table& table : tables_) {
            text += (text.empty() ? "" : "\n") + table.heading;
            if (!table.rows.empty()) {
                text += "| Key | Type | Default | Allowed | What it does |\n|---|---|---|---|---|\n" + table.rows;
            }
            text += table.after;
        }
        return text;
    }

    void option(std::string_view key, double& value, const OptionInfo& info) override {
        row(key, "number", code(number_text(value)), allowed(info.range), info);
    }
    void option(std::string_view key, std::int64_t& value, const OptionInfo& info) override {
        row(key, "integer", code(std::to_string(value)), allowed(info.range), info);
    }
    void option(std::string_view key, bool& value, const OptionInfo& info) override {
        row(key, "boolean", value ? "`true`" : "`false`", "", info);
    }
    void option(std::string_view key, std::string& value, const OptionInfo& info) override {
        row(key, "text", code(value), "", info);
    }
    void option(std::string_view key, std::vector<std::int64_t>& value, const OptionInfo& info) override {
        row(key, "list of integers", code(fmt::format("[{}]", fmt::join(value, ", "))), allowed(info.range), info);
    }
    void option(std::string_view key, std::vector<double>& value, const OptionInfo& info) override {
        std::vector<std::string> numbers;
        numbers.reserve(value.size());
        for (const double number : value) {
            numbers.push_back(number_text(number));
        }
        row(key, "list of numbers", code(fmt::format("[{}]", joined(numbers))), allowed(info.range), info);
    }

    void choice(std::string_view key, int& value, const std::vector<Choice>& choices, const OptionInfo& info) override {
        std::string words;
        for (const Choice& word : choices) {
            add_word(words, word.name, word.doc);
        }
        row(key, "word", code(choice_name(choices, value)), words, info);
    }

    /// Each kind has a section of its own, where its list is met first.
    void kind_beside(std::string_view key, KindChoice& kinds, const OptionInfo& info) override {
        std::string words;
        for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
            add_word(words, kinds.word(kind), kinds.doc(kind));
        }
        row(key, "word", code(kinds.word(kinds.chosen())), words, info);
        const auto [first, is_new] = documented_.try_emplace(kinds.list(), path_);
        if (!is_new) {
            tables_[present_].after +=
                fmt::format("\nFor the options of each `{}`, see those of `{}`.\n", key, first->second);
            return;
        }
        for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
            const std::size_t outer = std::exchange(present_, tables_.size());
            tables_.push_back(
                {fmt::format("### `{}` with `{}: {}`\n\n{}\n\n", path_, key, kinds.word(kind), kinds.doc(kind)), {}});
            kinds.declare_defaults(kind, *this);
            if (tables_[present_].rows.empty()) {
                tables_[present_].after = "It has no options of its own.\n";
            }
            present_ = outer;
        }
    }

    void section(std::string_view key, const OptionInfo& info, const std::function<void()>& declare_members) override {
        row(key, "section", "", "", info);
        descend(key, "", info, declare_members);
    }

    void list(std::string_view key, const OptionInfo& info, std::size_t size,
              const std::function<void(std::size_t)>& resize,
              const std::function<void(std::size_t)>& declare_element) override {
        row(key, "list of sections", size == 0 ? "`[]`" : fmt::format("{} elements", size), "", info);
        resize(1);
        descend(key, "[]", info, [&] { declare_element(0); });
        resize(size);
    }

private:
    struct Table {
        std::string heading;
        std::string rows;
        std::string after{};
    };

    static void add_word(std::string& words, std::string_view word, std::string_view doc) {
        words += fmt::format("{}{}{}{}", words.empty() ? "" : "<br>", code(word), doc.empty() ? "" : ": ", doc);
    }

    void row(std::string_view key, std::string_view type, std::string_view default_value,
             std::string_view allowed_values, const OptionInfo& info) {
        tables_[present_].rows += fmt::format("| {} | {} | {} | {} | {} |\n", code(key), type,
                                              info.required ? "required" : cell(default_value), cell(allowed_values),
                                              cell(description(info)));
    }

    void descend(std::string_view key, std::string_view suffix, const OptionInfo& info,
                 const std::function<void()>& declare_members) {
        const std::size_t outer = present_;
        const std::string outer_path = path_;
        path_ += fmt::format("{}{}{}", path_.empty() ? "" : ".", key, suffix);
        present_ = tables_.size();
        tables_.push_back({fmt::format("## `{}`\n\n{}\n\n", path_, info.doc), {}});
        declare_members();
        path_ = outer_path;
        present_ = outer;
    }

    std::vector<Table> tables_;
    std::size_t present_ = 0;  ///< the table of the section being declared
    std::string path_;
    std::map<const void*, std::string> documented_;  ///< where the kinds of a list are described
};

}  // namespace

std::string to_markdown(const DeclareOptions& declare, std::string_view title) {
    MarkdownWriter writer{title};
    declare(writer);
    return writer.take();
}

}  // namespace mlaasim::sim
