#include "sim/arrays/npy_header.hpp"

#include <charconv>
#include <set>
#include <stdexcept>

#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

[[noreturn]] void fail(const std::string& what) { throw std::invalid_argument(what); }

/// Reads what Python's repr() writes of a dictionary of texts, truth values and tuples of numbers.
class DictionaryText {
public:
    explicit DictionaryText(std::string_view text) : rest_{text} {}

    NpyHeader read() {
        NpyHeader header;
        std::set<std::string> seen;
        expect('{');
        while (!take('}')) {
            const std::string key = quoted();
            if (!seen.insert(key).second) {
                fail("its header has " + key + " twice");
            }
            expect(':');
            read_value(key, header);
            if (!take(',')) {
                expect('}');
                break;
            }
        }
        skip_space();
        if (!rest_.empty()) {
            fail("its header goes on after its dictionary");
        }
        for (const char* const key : {"descr", "fortran_order", "shape"}) {
            if (!seen.contains(key)) {
                fail("its header has no " + std::string{key});
            }
        }
        return header;
    }

private:
    void read_value(const std::string& key, NpyHeader& header) {
        if (key == "descr") {
            skip_space();
            if (rest_.starts_with('[')) {
                fail("its elements have named fields");
            }
            header.descr = quoted();
        } else if (key == "fortran_order") {
            header.fortran_order = truth();
        } else if (key == "shape") {
            header.shape = tuple();
        } else {
            fail("its header has the unknown key " + key);
        }
    }

    void skip_space() {
        const std::size_t end = rest_.find_first_not_of(" \t\n\r");
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end);
    }

    bool take(char wanted) {
        skip_space();
        if (!rest_.starts_with(wanted)) {
            return false;
        }
        rest_.remove_prefix(1);
        return true;
    }

    void expect(char wanted) {
        if (!take(wanted)) {
            fail(std::string{"its header lacks a "} + wanted);
        }
    }

    std::string quoted() {
        skip_space();
        const char quote = rest_.empty() ? '\0' : rest_.front();
        const std::size_t end = quote == '\'' || quote == '"' ? rest_.find(quote, 1) : std::string_view::npos;
        if (end == std::string_view::npos) {
            fail("its header lacks a text in quotes");
        }
        std::string text{rest_.substr(1, end - 1)};
        if (text.find('\\') != std::string::npos) {
            fail("its header has a backslash");
        }
        rest_.remove_prefix(end + 1);
        return text;
    }

    bool truth() {
        skip_space();
        for (const bool value : {true, false}) {
            const std::string_view word = value ? "True" : "False";
            if (rest_.starts_with(word)) {
                rest_.remove_prefix(word.size());
                return value;
            }
        }
        fail("its header has a fortran_order that is neither True nor False");
    }

    std::vector<std::uint64_t> tuple() {
        std::vector<std::uint64_t> numbers;
        expect('(');
        while (!take(')')) {
            skip_space();
            std::uint64_t number = 0;
            const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
            if (error != std::errc{}) {
                fail("its header has a shape that is no tuple of numbers");
            }
            rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
            static_cast<void>(rest_.starts_with('L') && take('L'));  // of Python 2
            numbers.push_back(number);
            if (numbers.size() > 32) {
                fail("it has more than 32 dimensions");
            }
            if (!take(',')) {
                expect(')');
                break;
            }
        }
        return numbers;
    }

    std::string_view rest_;
};

}  // namespace

NpyHeader parse_npy_header(std::string_view text) { return DictionaryText{text}.read(); }

std::string npy_preamble(const NpyHeader& header) {
    std::string shape;
    for (const std::uint64_t extent : header.shape) {
        shape += (shape.empty() ? "" : ", ") + std::to_string(extent);
    }
    shape += header.shape.size() == 1 ? "," : "";
    std::string text = "{'descr': '" + header.descr +
                       "', 'fortran_order': " + (header.fortran_order ? "True" : "False") + ", 'shape': (" + shape +
                       "), }";
    constexpr std::size_t before = 10;  // magic, version and length
    constexpr std::size_t alignment = 64;
    text.resize((before + text.size() + 1 + alignment - 1) / alignment * alignment - before, ' ');
    text.back() = '\n';
    expects(text.size() <= 0xFFFF, "the header of an array fits into the length of version 1.0");
    std::string preamble{"\x93NUMPY\x01\x00", 8};
    preamble += static_cast<char>(text.size() & 0xFFU);
    preamble += static_cast<char>(text.size() >> 8U);
    return preamble + text;
}

}  // namespace mlaasim::sim
