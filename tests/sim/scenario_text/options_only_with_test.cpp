// Options that one word of a choice alone uses: given without it they are a mistake, and nobody prints them.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/options/json_schema.hpp"
#include "sim/options/markdown.hpp"
#include "sim/scenario_text/options_document.hpp"
#include "sim/scenario_text/yaml_writer.hpp"

namespace mlaasim::sim {
namespace {

enum class Shape { circle, box };

std::vector<Choice> choices_of(Shape) {
    return {{"circle", static_cast<int>(Shape::circle), "round"},
            {"box", static_cast<int>(Shape::box), "with corners"}};
}

struct Drawing {
    Shape shape = Shape::circle;
    double radius = 1.0;
    std::vector<std::int64_t> sides{2, 3};
};

void declare(OptionVisitor& visitor, Drawing& drawing) {
    visitor.choice("shape", drawing.shape, {.doc = "what is drawn"});
    visitor.option(
        "radius", drawing.radius,
        {.doc = "of the circle", .unit = "mm", .only_with = {"shape", "circle", drawing.shape == Shape::circle}});
    visitor.option("sides", drawing.sides,
                   {.doc = "of the box", .only_with = {"shape", "box", drawing.shape == Shape::box}});
}

struct Page {
    Drawing drawing;
};
void declare(OptionVisitor& visitor, Page& page) { visitor.section("drawing", page.drawing, {.doc = "on the page"}); }

Page read(const std::string& text, const std::vector<std::string>& overrides = {}) {
    Page page;
    OptionsDocument{text, "page.yaml", overrides}.read([&](OptionVisitor& visitor) { declare(visitor, page); });
    return page;
}

Problem mistake(const std::string& text, const std::vector<std::string>& overrides = {}) {
    try {
        static_cast<void>(read(text, overrides));
    } catch (const InputError& error) {
        EXPECT_EQ(error.problems().size(), 1U) << error.what();
        return error.problems().front();
    }
    ADD_FAILURE() << "accepted:\n" << text;
    return {};
}

TEST(OptionsOnlyWith, AreReadBesideTheirWord) {
    EXPECT_EQ(read("drawing: {radius: 3}\n").drawing.radius, 3.0);
    EXPECT_EQ(read("drawing: {sides: [4, 5], shape: box}\n").drawing.sides, (std::vector<std::int64_t>{4, 5}));
}

TEST(OptionsOnlyWith, AreAMistakeWithoutIt) {
    const Problem unused = mistake("drawing:\n  shape: box\n  radius: 3\n");
    EXPECT_EQ(unused.line, 3);
    EXPECT_EQ(unused.what, "drawing.radius is given, but shape is box, and nothing uses radius then");
    EXPECT_NE(unused.hint.find("set drawing.shape to circle, or remove radius"), std::string::npos) << unused.hint;
    EXPECT_EQ(mistake("drawing:\n  sides: [4, 5]\n").line, 2);
    EXPECT_EQ(mistake("drawing: {shape: box}\n", {"drawing.radius=3"}).file, "--set drawing.radius=3");
    EXPECT_EQ(mistake("", {"drawing={shape: box, radius: 3}"}).file, "--set drawing={shape: box, radius: 3}");
}

/// To try another word with --set, the file need not change.
TEST(OptionsOnlyWith, OfTheFileAreLeftAloneWhenAnOverrideChoosesAnotherWord) {
    const Page page = read("drawing: {shape: circle, radius: 3}\n", {"drawing.shape=box"});
    EXPECT_EQ(page.drawing.shape, Shape::box);
    EXPECT_EQ(page.drawing.radius, 1.0);
    EXPECT_EQ(mistake("drawing: {radius: 3}\n", {"drawing.shape=box", "drawing.radius=4"}).file,
              "--set drawing.radius=4");
}

TEST(OptionsOnlyWith, AreNotPrintedWithoutIt) {
    const auto text = [](Page page) { return to_yaml([&](OptionVisitor& visitor) { declare(visitor, page); }); };
    EXPECT_EQ(text(read("")), "drawing:\n  shape: circle\n  radius: 1\n");
    EXPECT_EQ(text(read("drawing: {shape: box}\n")), "drawing:\n  shape: box\n  sides: [2, 3]\n");
}

TEST(OptionsOnlyWith, AreAllInTheReferenceWithTheirWord) {
    Page page;
    const auto declare_page = [&](OptionVisitor& visitor) { declare(visitor, page); };
    for (const std::string& text : {to_markdown(declare_page, "Page"), to_json_schema(declare_page, "Page")}) {
        EXPECT_NE(text.find("of the circle (mm); only with shape: circle"), std::string::npos) << text;
        EXPECT_NE(text.find("of the box; only with shape: box"), std::string::npos) << text;
    }
}

}  // namespace
}  // namespace mlaasim::sim
