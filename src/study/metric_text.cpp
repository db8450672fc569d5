// Metric expressions from text. study/metric.hpp has the grammar.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/core/printable.hpp"
#include "sim/options/option_value.hpp"
#include "sim/trace/records.hpp"
#include "sim/trace/schema.hpp"
#include "study/metric.hpp"

namespace mlaasim::study {
namespace {

template <class T>
struct Word {
    std::string_view text;
    T meaning;
};

constexpr std::array<Word<Reduction>, 8> reductions{{
    {"mean", Reduction::mean},
    {"median", Reduction::median},
    {"std", Reduction::std},
    {"min", Reduction::min},
    {"max", Reduction::max},
    {"sum", Reduction::sum},
    {"first", Reduction::first},
    {"last", Reduction::last},
}};
/// Longer ones first: "<=" begins as "<" does.
constexpr std::array<Word<Comparison>, 6> comparisons{{
    {"!=", Comparison::unequal},
    {"<=", Comparison::at_most},
    {">=", Comparison::at_least},
    {"=", Comparison::equal},
    {"<", Comparison::less},
    {">", Comparison::greater},
}};

std::string near_hint(const std::string& word, const std::vector<std::string>& known) {
    const std::string near = sim::nearest(word.substr(0, 100), known);
    return near.empty() ? "" : "did you mean " + near + "?";
}

/// Both ends count from the same side, and the first is not before the second.
bool never_has_a_row(const Slice& slice) {
    const std::int64_t begin = slice.begin.value_or(0);
    return slice.end && (begin < 0) == (*slice.end < 0) && begin >= *slice.end;
}

class MetricParser {
public:
    explicit MetricParser(std::string_view text) : text_{text} {}

    Metric parse() {
        const sim::Table& table = read_table();
        metric_.table = table.name;
        expect_sign('.', "the name of a column behind it, as in rounds.accuracy.last");
        const std::size_t at = at_;
        const std::string word = read_word("a column of " + metric_.table + ", or count");
        if (word == "count") {
            metric_.reduction = Reduction::count;
            read_filter(table);
        } else {
            if (column(table, word, at).type == sim::FieldType::text) {
                fail(at, fmt::format("the column {} holds texts", word), "a column of numbers",
                     fmt::format("count rows: {}.count({}=...)", metric_.table, word));
            }
            metric_.column = word;
            read_filter(table);
            const bool one_row = read_slice();
            read_reduction(one_row);
        }
        skip_blanks();
        if (at_ < text_.size()) {
            fail(at_, fmt::format("\"{}\" stands behind the metric", sim::shown(text_.substr(at_))), "its end");
        }
        return std::move(metric_);
    }

private:
    [[noreturn]] void fail(std::size_t at, std::string what, std::string expected, std::string hint = {}) const {
        throw sim::InputError({.what = fmt::format("\"{}\", at character {}: {}", sim::shown(text_), at + 1, what),
                               .expected = std::move(expected),
                               .hint = std::move(hint)});
    }

    void skip_blanks() {
        while (at_ < text_.size() && text_[at_] == ' ') {
            ++at_;
        }
    }
    bool take(std::string_view sign) {
        skip_blanks();
        const bool found = text_.substr(at_).starts_with(sign);
        at_ += found ? sign.size() : 0;
        return found;
    }
    void expect_sign(char sign, const std::string& why) {
        if (!take({&sign, 1})) {
            fail(at_,
                 at_ < text_.size() ? fmt::format("there is \"{}\"", sim::shown(text_.substr(at_, 1)))
                                    : "the metric ends here",
                 fmt::format("\"{}\": {}", sign, why));
        }
    }
    std::string read_word(const std::string& expected) {
        skip_blanks();
        const std::size_t begin = at_;
        while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 || text_[at_] == '_')) {
            ++at_;
        }
        if (at_ == begin) {
            fail(at_,
                 at_ < text_.size() ? fmt::format("there is \"{}\"", sim::shown(text_.substr(at_, 1)))
                                    : "the metric ends here",
                 expected);
        }
        return std::string{text_.substr(begin, at_ - begin)};
    }

    const sim::Table& read_table() {
        skip_blanks();
        const std::size_t at = at_;
        const std::string word = read_word("the name of a table, as in rounds.accuracy.last");
        const auto tables = sim::all_tables();
        const auto found = std::ranges::find_if(tables, [&](const sim::Table* table) { return table->name == word; });
        if (found == tables.end()) {
            std::vector<std::string> names;
            for (const sim::Table* table : tables) {
                names.emplace_back(table->name);
            }
            fail(at, fmt::format("no table is named {}", word), "one of " + sim::joined(names), near_hint(word, names));
        }
        if (word == "timing") {
            fail(at, "the table timing is measured, and differs each time a run is played",
                 "another table: results are the same each time");
        }
        return **found;
    }

    const sim::Field& column(const sim::Table& table, const std::string& word, std::size_t at) const {
        const auto found = std::ranges::find(table.fields, word, &sim::Field::name);
        if (found == table.fields.end()) {
            std::vector<std::string> names;
            for (const sim::Field& field : table.fields) {
                names.emplace_back(field.name);
            }
            fail(at, fmt::format("the table {} has no column {}", table.name, word), "one of " + sim::joined(names),
                 near_hint(word, names));
        }
        return *found;
    }

    void read_filter(const sim::Table& table) {
        if (!take("(")) {
            return;
        }
        do {
            metric_.conditions.push_back(read_condition(table));
        } while (take(","));
        expect_sign(')', "the end of the conditions");
    }

    RowCondition read_condition(const sim::Table& table) {
        skip_blanks();
        const std::size_t at = at_;
        RowCondition condition{.column = read_word("a column of " + metric_.table)};
        const bool is_text = column(table, condition.column, at).type == sim::FieldType::text;
        const auto sign = std::ranges::find_if(comparisons, [&](const auto& known) { return take(known.text); });
        if (sign == comparisons.end()) {
            fail(at_, "a comparison is missing", "one of =, !=, <, <=, >, >=");
        }
        condition.comparison = sign->meaning;
        const bool is_equality = sign->meaning == Comparison::equal || sign->meaning == Comparison::unequal;
        if (is_text && !is_equality) {
            fail(at_ - sign->text.size(), fmt::format("the column {} holds texts", condition.column), "= or !=");
        }
        condition.value = read_value(condition.column, is_text);
        return condition;
    }

    decltype(RowCondition::value) read_value(const std::string& name, bool is_text) {
        skip_blanks();
        const std::size_t begin = at_;
        if (is_text && take("'")) {
            const std::size_t end = text_.find('\'', at_);
            if (end == std::string_view::npos) {
                fail(begin, "a quoted text does not end", "a ' behind it");
            }
            const std::string quoted{text_.substr(at_, end - at_)};
            at_ = end + 1;
            return quoted;
        }
        const auto belongs = [](char c) {
            return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == '-' || c == '+';
        };
        while (at_ < text_.size() && belongs(text_[at_])) {
            ++at_;
        }
        const std::string word{text_.substr(begin, at_ - begin)};
        if (is_text && !word.empty()) {
            return word;
        }
        if (word == "first" || word == "last") {
            return word == "first" ? Row::first : Row::last;
        }
        const auto number = sim::parse_number(word);
        if (is_text || !number) {
            fail(begin, word.empty() ? "a value is missing" : fmt::format("{} is compared with {}", name, word),
                 is_text ? "a word" : "a number, first or last");
        }
        return *number;
    }

    std::optional<std::int64_t> read_integer() {
        skip_blanks();
        const std::size_t begin = at_;
        while (at_ < text_.size() &&
               (std::isdigit(static_cast<unsigned char>(text_[at_])) != 0 || (at_ == begin && text_[at_] == '-'))) {
            ++at_;
        }
        if (at_ == begin) {
            return std::nullopt;
        }
        const auto number = sim::parse_integer(text_.substr(begin, at_ - begin));
        if (!number) {
            fail(begin, fmt::format("{} is no row's number", text_.substr(begin, at_ - begin)), "an integer");
        }
        return number;
    }

    /// Whether it picks one row.
    bool read_slice() {
        if (!take("[")) {
            return false;
        }
        const std::size_t at = at_;
        metric_.slice.begin = read_integer();
        if (take(":")) {
            metric_.slice.end = read_integer();
            expect_sign(']', "the end of the rows");
            if (never_has_a_row(metric_.slice)) {
                fail(at, "the range never has a row", "a first row before the end, as in [2:5] or [-5:-2]");
            }
            return false;
        }
        if (!metric_.slice.begin) {
            fail(at, "the rows are missing", "a number or a range, as in [-1] or [-5:]");
        }
        expect_sign(']', "the end of the row's number");
        // The row behind -1 is the end, which has no number.
        if (*metric_.slice.begin != -1) {
            metric_.slice.end = *metric_.slice.begin + 1;
        }
        return true;
    }

    void read_reduction(bool one_row) {
        std::vector<std::string> names;
        for (const auto& known : reductions) {
            names.emplace_back(known.text);
        }
        const std::string expected = "one of " + sim::joined(names);
        if (!take(".")) {
            skip_blanks();
            if (at_ < text_.size()) {
                fail(at_, fmt::format("there is \"{}\"", sim::shown(text_.substr(at_, 1))),
                     "\".\" and one of " + sim::joined(names));
            }
            if (!one_row) {
                fail(at_, "it is not said how many values become one", "\".\" and " + expected, "add .last or .mean");
            }
            return;
        }
        const std::size_t at = at_;
        const std::string word = read_word(expected);
        const auto found = std::ranges::find_if(reductions, [&](const auto& known) { return known.text == word; });
        if (found == reductions.end()) {
            fail(at, fmt::format("no reduction is named {}", word), expected, near_hint(word, names));
        }
        metric_.reduction = found->meaning;
    }

    std::string_view text_;
    std::size_t at_ = 0;
    Metric metric_;
};

}  // namespace

Metric parse_metric(std::string_view text) { return MetricParser{text}.parse(); }

}  // namespace mlaasim::study
