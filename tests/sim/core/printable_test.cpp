#include "sim/core/printable.hpp"

#include <gtest/gtest.h>

#include <string>

#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

TEST(Printable, TextOfAnyLanguageStays) {
    for (const char* text : {"", "plain text", "Größe 5 µm", "模型", "עברית", "🙂", "a\\b \"c\""}) {
        EXPECT_EQ(escaped(text), text);
        EXPECT_TRUE(is_printable(text)) << text;
    }
}

TEST(Printable, ControlCharactersAreWrittenOut) {
    EXPECT_EQ(escaped(std::string_view{"a\0b", 3}), "a\\x00b");
    EXPECT_EQ(escaped("red \x1b[31m bell \a"), "red \\x1b[31m bell \\x07");
    EXPECT_EQ(escaped("two\nlines\r\t\x7f"), "two\\nlines\\x0d\\x09\\x7f");
    EXPECT_EQ(escaped("next\xC2\x85line \xC2\x9B"), "next\\u0085line \\u009b");
    EXPECT_EQ(escaped("\xE2\x80\xA8 \xE2\x80\xAE \xE2\x81\xA6"), "\\u2028 \\u202e \\u2066");
    for (const char* text : {"\x1b", "\n", "\xC2\x85", "\xE2\x80\xAE"}) {
        EXPECT_FALSE(is_printable(text));
    }
}

TEST(Printable, BytesThatAreNoTextAreWrittenOut) {
    EXPECT_EQ(escaped("\xFF"
                      "a\xC3"),
              "\\xffa\\xc3");
    EXPECT_EQ(escaped("\xED\xA0\x80"), "\\xed\\xa0\\x80");  // a surrogate
    EXPECT_FALSE(is_printable("\xFF"));
    EXPECT_FALSE(is_utf8("\xC0\x80"));
}

TEST(Printable, ShownIsCutBetweenCharacters) {
    EXPECT_EQ(shown(std::string(60, 'x')), std::string(60, 'x'));
    EXPECT_EQ(shown(std::string(61, 'x')), std::string(60, 'x') + "...");
    EXPECT_EQ(shown(std::string(59, 'x') + "\xC3\xA9z"), std::string(59, 'x') + "\xC3\xA9...");
}

TEST(Printable, AMessageIsOneLineWhateverItIsAbout) {
    const Problem problem{.file = "a\x1b]0;b", .line = 3, .what = "it is \"x\ny\"", .hint = "a\a"};
    EXPECT_EQ(problem.message(), "a\\x1b]0;b:3: it is \"x\\ny\". Hint: a\\x07");
}

}  // namespace
}  // namespace mlaasim::sim
