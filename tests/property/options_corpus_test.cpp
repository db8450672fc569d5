// Texts that have crashed YAML readers, or made them loop or read nothing.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "property/option_outcome.hpp"

namespace mlaasim::sim {
namespace {

std::string repeated(std::string_view part, std::size_t times) {
    std::string text;
    for (std::size_t i = 0; i < times; ++i) {
        text += part;
    }
    return text;
}

TEST(OptionsCorpus, NastyTextsAreLocatedErrors) {
    constexpr std::size_t many = 100'000;
    std::string deep_block;
    for (std::size_t i = 0; i < 1000; ++i) {
        deep_block += std::string(i, ' ') + "a:\n";
    }
    std::string bomb = "a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n";
    std::string chain = "a0: &a0 [1]\n";
    for (int i = 1; i < 30; ++i) {
        const std::string last = "*a" + std::to_string(i - 1);
        const std::string start = "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
        bomb += start + last + repeated(", " + last, 9) + "]\n";
        chain += start + "[[[[[" + last + "]]]]]]\n";
    }
    std::string binary;
    for (int i = 0; i < 4096; ++i) {
        binary += static_cast<char>((i * 7919 + i / 256) % 256);
    }
    const std::vector<std::string> texts{repeated("[", many),
                                         repeated("{", many),
                                         repeated("- ", many),
                                         repeated("? ", many),
                                         repeated("[{", many),
                                         repeated("{a: ", many),
                                         repeated("[", many) + repeated("]", many),
                                         repeated("!", many),
                                         repeated("*", many),
                                         repeated("{? ", many),
                                         repeated("a: ", many),
                                         repeated(": ", many),
                                         repeated("&a ", many),
                                         repeated("\"", many + 1),
                                         repeated("'", many + 1),
                                         repeated("]", many),
                                         repeated("---\n", many),
                                         repeated("a: 1\n", many),
                                         repeated("- [", many),
                                         repeated("name: x\n", many),
                                         repeated(", ", many),
                                         "latency: " + repeated("9", many),
                                         "name: [" + repeated("x", many) + "]",
                                         repeated("k", many) + ": 1",
                                         "? " + repeated("k", many) + "\n: 1\n",
                                         deep_block,
                                         bomb,
                                         chain,
                                         binary,
                                         std::string(1, '\0'),
                                         std::string("\xFF\xFEn\0a\0", 6),
                                         std::string("\0\0\xFE\xFF", 4),
                                         "name: \"unterminated\nlatency: 1\n",
                                         "name: 'unterminated\n",
                                         "name: &a [*a]\n",
                                         "&a name: *a\n*a : 1\n",
                                         "? name : x\n? latency\n",
                                         "? [1, 2]\n: 3\n",
                                         "{[a]: 1}",
                                         "{{a: 1}: 1}",
                                         "name: !!binary aGVsbG8=\n",
                                         "name: !<tag:x> y\n",
                                         "!foo name: x\n",
                                         "%TAG ! x:\n---\nname: x\n",
                                         "%\n",
                                         "- name\n",
                                         "name\n",
                                         "\"name\"\n",
                                         ": x\n",
                                         "?\n",
                                         "-\n- -\n",
                                         "[",
                                         "]",
                                         "{",
                                         "}",
                                         "!<",
                                         "&",
                                         "*",
                                         "@",
                                         "`",
                                         "|",
                                         "|-x\n",
                                         "name: |999999999999\n  x\n",
                                         "name: >-99\n x\n",
                                         "name: \"\\xZZ\"\n",
                                         "name: \"\\_\"\n",
                                         "name: \"\\N\"\n",
                                         "name: \"\\Uffffffff\"\n",
                                         "name: \"\\ud800\"\n",
                                         "name: x\r\n\tlatency: 1\r\n",
                                         "name:\tx\n\tlatency:\t1\n",
                                         "a\t: 1\n",
                                         "- !",
                                         "!!",
                                         "[? : ]",
                                         "{,}",
                                         "[,,]",
                                         "{a}",
                                         "...\n...\nx: 1\n",
                                         "name: x\n... # c\n---\n",
                                         "--- name: x\n",
                                         "--- |\n text\n",
                                         "<<: {name: x}\n",
                                         "<<: [*a]\n"};
    for (const std::string& text : texts) {
        EXPECT_EQ(outcome_of(text), Outcome::located_error) << text.substr(0, 80) << '\n' << why_broken;
    }
}

TEST(OptionsCorpus, HugeButValidTextsAreRead) {
    EXPECT_EQ(outcome_of("name: " + repeated("x", 500'000)), Outcome::values) << why_broken;
    EXPECT_EQ(outcome_of("drift: [{start: 1, classes: [" + repeated("1, ", 100'000) + "1]}]"), Outcome::values)
        << why_broken;
    EXPECT_EQ(outcome_of("drift:\n" + repeated("- start: 1\n", 5'000)), Outcome::values) << why_broken;
}

}  // namespace
}  // namespace mlaasim::sim
