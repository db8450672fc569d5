// Texts of YAML with a few mutations each, for tests that any text gives values or located errors.
#pragma once

#include <rapidcheck.h>

#include <algorithm>
#include <ostream>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace mlaasim::sim {

inline const std::vector<std::string>& tokens() {
    static const std::vector<std::string> all{":",           ": ",
                                              "- ",          "? ",
                                              "[",           "]",
                                              "{",           "}",
                                              ",",           "#",
                                              "&a ",         "*a",
                                              "*i",          "!",
                                              "!!str ",      "!!",
                                              "!<",          "|",
                                              ">",           "|-\n",
                                              "'",           "\"",
                                              "%",           "@",
                                              "`",           "---\n",
                                              "...",         "\n",
                                              "\r\n",        "\r",
                                              "\t",          "  ",
                                              "<<: ",        "~",
                                              "null",        ".nan",
                                              ".inf",        "1e3",
                                              "-1",          "0",
                                              "1e999",       "\\x",
                                              "\"\\_\"",     "\\",
                                              "\\UFFFFFFFF", "\xEF\xBB\xBF",
                                              "\xFF\xFE",    "name: ",
                                              "drift:",      "training",
                                              "epochs: 0\n", "start: ",
                                              "\xC2\x85",    "\xE2\x80\xA8",
                                              "{}: ",        "[]: ",
                                              "[[[[[[[[",    "- - - - ",
                                              "&a *a",       "alpha: 2"};
    return all;
}

struct Mutation {
    int kind;
    std::size_t at;
    std::size_t other;
};

inline void showValue(const Mutation& m, std::ostream& os) {
    os << '{' << m.kind << ", " << m.at << ", " << m.other << '}';
}

/// The bounds of the line that holds position `at`, its end included.
inline std::pair<std::size_t, std::size_t> line_around(const std::string& text, std::size_t at) {
    const std::size_t before = at == 0 ? std::string::npos : text.rfind('\n', at - 1);
    const std::size_t after = text.find('\n', at);
    return {before == std::string::npos ? 0 : before + 1, after == std::string::npos ? text.size() : after + 1};
}

/// `texts` are the valid ones: parts of them are added, too.
inline void mutate(std::string& text, const Mutation& m, std::span<const std::string> texts) {
    const std::size_t at = m.at % (text.size() + 1);
    const std::size_t length = std::min(m.other % 12, text.size() - at);
    const auto [begin, end] = line_around(text, at);
    const std::string& token = tokens()[m.other % tokens().size()];
    switch (m.kind) {
        case 0: text.insert(at, 1, static_cast<char>(m.other % 256)); break;
        case 1:
            text.replace(at, std::min<std::size_t>(1, text.size() - at), 1, static_cast<char>(m.other % 256));
            break;
        case 2: text.erase(at, length); break;
        case 3: text.insert(at, token); break;
        case 4: text.replace(at, length, token); break;
        case 5: text.insert(end, text.substr(begin, end - begin)); break;
        case 6: text.erase(begin, end - begin); break;
        case 7: text.insert(begin, m.other % 5, ' '); break;
        case 8: text.resize(at); break;
        case 9: text.insert(m.other % (text.size() + 1), text.substr(at, 40)); break;
        default: text += texts[m.other % texts.size()].substr(at % 20); break;
    }
}

inline constexpr int mutation_kinds = 11;

inline rc::Gen<Mutation> any_mutation() {
    return rc::gen::build<Mutation>(rc::gen::set(&Mutation::kind, rc::gen::inRange(0, mutation_kinds)),
                                    rc::gen::set(&Mutation::at, rc::gen::inRange<std::size_t>(0, 400)),
                                    rc::gen::set(&Mutation::other, rc::gen::inRange<std::size_t>(0, 4096)));
}

/// The number of a valid text, and what is done to it.
struct Case {
    std::size_t text;
    std::vector<Mutation> mutations;
};

inline void showValue(const Case& c, std::ostream& os) {
    os << "text " << c.text << ", mutations ";
    rc::show(c.mutations, os);
}

inline std::string mutated(const Case& c, std::span<const std::string> texts) {
    std::string text = texts[c.text];
    for (const Mutation& m : c.mutations) {
        mutate(text, m, texts);
    }
    return text;
}

inline rc::Gen<Case> any_case(std::size_t texts) {
    return rc::gen::build<Case>(
        rc::gen::set(&Case::text, rc::gen::inRange<std::size_t>(0, texts)),
        rc::gen::set(&Case::mutations, rc::gen::mapcat(rc::gen::inRange<std::size_t>(1, 6), [](std::size_t n) {
            return rc::gen::container<std::vector<Mutation>>(n, any_mutation());
        })));
}

}  // namespace mlaasim::sim
