// Options of what comes in kinds: reading, overriding, writing and describing them.
#include <gtest/gtest.h>

#include <array>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/options/json_schema.hpp"
#include "sim/options/markdown.hpp"
#include "sim/scenario_text/options_document.hpp"
#include "sim/scenario_text/yaml_writer.hpp"

namespace mlaasim::sim {
namespace {

using Json = nlohmann::json;

/// Shapes nest: a frame has a shape in it.
struct Shape {
    std::int64_t copies = 1;
    virtual ~Shape() = default;
    [[nodiscard]] virtual double area() const = 0;
};
std::span<const Kind<Shape>> shape_kinds();

struct Circle final : Shape {
    double radius = 1.0;
    double line = 0.5;
    [[nodiscard]] double area() const override { return 3.0 * radius * radius; }
};
struct Box final : Shape {
    double width = 2.0;
    double line = 0.25;
    [[nodiscard]] double area() const override { return width * width; }
};
struct Frame final : Shape {
    struct Margin {
        double left = 0.0;
        double right = 0.0;
    } margin;
    [[nodiscard]] double area() const override { return 0.0; }
    std::vector<Chosen<Shape>> inside{};
};

void declare_copies(OptionVisitor& visitor, Shape& shape) {
    visitor.option("copies", shape.copies, {.doc = "how often it is drawn", .range = at_least(1)});
}
void declare(OptionVisitor& visitor, Circle& circle) {
    visitor.option("radius", circle.radius, {.doc = "half its width", .unit = "mm", .range = positive()});
    visitor.option("line", circle.line, {.doc = "of its rim"});
    declare_copies(visitor, circle);
}
void declare(OptionVisitor& visitor, Box& box) {
    visitor.option("width", box.width, {.doc = "of a side", .range = positive()});
    visitor.option("line", box.line, {.doc = "of its edges"});
    declare_copies(visitor, box);
}
void declare(OptionVisitor& visitor, Frame::Margin& margin) {
    visitor.option("left", margin.left, {.doc = "on the left"});
    visitor.option("right", margin.right, {.doc = "on the right"});
}
void declare(OptionVisitor& visitor, Frame& frame) {
    visitor.section("margin", frame.margin, {.doc = "what stays empty"});
    declare_copies(visitor, frame);
    visitor.list(
        "inside", {.doc = "what is framed"}, frame.inside.size(),
        [&](std::size_t n) { frame.inside.assign(n, Chosen<Shape>{shape_kinds()}); },
        [&](std::size_t i) { visitor.kind_beside("kind", frame.inside.at(i), shape_kinds(), {.doc = "what it is"}); });
}

std::span<const Kind<Shape>> shape_kinds() {
    static const std::array kinds{Kind<Shape>::of<Circle>("circle", "round"),
                                  Kind<Shape>::of<Box>("box", "with corners"),
                                  Kind<Shape>::of<Frame>("frame", "around others")};
    return kinds;
}

struct Page {
    Chosen<Shape> front{shape_kinds()};
    Chosen<Shape> back{shape_kinds()[1]};
    std::int64_t number = 1;
};
void declare(OptionVisitor& visitor, Page& page) {
    visitor.kind("front", page.front, shape_kinds(), {.doc = "what is on the front"});
    visitor.kind("back", page.back, shape_kinds(), {.doc = "what is on the back"});
    visitor.option("number", page.number, {.doc = "of the page"});
}

auto declaring(Page& page) {
    return [&](OptionVisitor& visitor) { declare(visitor, page); };
}

Page read(const std::string& text, const std::vector<std::string>& overrides = {}) {
    Page page;
    OptionsDocument{text, "page.yaml", overrides}.read(declaring(page));
    return page;
}

std::string front(const std::string& text, const std::vector<std::string>& overrides = {}) {
    Page page = read(text, overrides);
    const std::string yaml = to_yaml(declaring(page));
    return yaml.substr(0, yaml.find("back:"));
}

std::vector<Problem> mistakes(const std::string& text, const std::vector<std::string>& overrides = {}) {
    try {
        static_cast<void>(read(text, overrides));
    } catch (const InputError& error) {
        return error.problems();
    }
    ADD_FAILURE() << "accepted:\n" << text;
    return {{}};
}

TEST(Chosen, IsAPlainValue) {
    Chosen<Shape> one{shape_kinds()[1]};
    const Chosen<Shape> two = one;
    dynamic_cast<Box&>(*one).width = 5.0;
    EXPECT_EQ(one->area(), 25.0);
    EXPECT_EQ(two->area(), 4.0);
    EXPECT_EQ(two.word(), "box");
    Chosen<Shape> three{shape_kinds()};
    EXPECT_EQ(three.word(), "circle");
    three = one;
    EXPECT_EQ(three.word(), "box");
    const Chosen<Shape> four = std::move(three);
    EXPECT_EQ(three->area(), four->area()) << "a move leaves no object without a leaf";
}

TEST(OptionsKinds, AreReadWithTheOptionsOfTheirKind) {
    EXPECT_EQ(front(""), "front:\n  kind: circle\n  radius: 1\n  line: 0.5\n  copies: 1\n");
    EXPECT_EQ(front("front: {radius: 3}"), "front:\n  kind: circle\n  radius: 3\n  line: 0.5\n  copies: 1\n");
    EXPECT_EQ(front("front: {width: 3, kind: box}"), "front:\n  kind: box\n  width: 3\n  line: 0.25\n  copies: 1\n");
    EXPECT_EQ(front("front: {kind: frame, inside: [{kind: box}, {radius: 2}]}"),
              "front:\n  kind: frame\n  margin:\n    left: 0\n    right: 0\n  copies: 1\n  inside:\n"
              "    - kind: box\n      width: 2\n      line: 0.25\n      copies: 1\n"
              "    - kind: circle\n      radius: 2\n      line: 0.5\n      copies: 1\n");
}

TEST(OptionsKinds, WhatIsWrittenReadsBackTheSame) {
    for (const char* text : {"", "front: {kind: box, copies: 3}", "back: {kind: frame, inside: [{kind: frame}, {}]}"}) {
        Page page = read(text);
        const std::string yaml = to_yaml(declaring(page));
        Page again = read(yaml);
        EXPECT_EQ(to_yaml(declaring(again)), yaml);
    }
}

TEST(OptionsKinds, AnOptionOfAnotherKindIsAMistake) {
    const std::vector<Problem> found = mistakes("front:\n  kind: box\n  width: 1\n  radius: 3\n  margin: {left: 1}\n");
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].line, 4);
    EXPECT_EQ(found[0].what, "front.radius belongs to kind: circle, and the kind here is box");
    EXPECT_EQ(found[0].expected, "one of kind, width, line, copies");
    EXPECT_EQ(found[0].hint, "set front.kind to circle, or remove radius");
    EXPECT_EQ(found[1].line, 5);
    EXPECT_EQ(mistakes("front:\n  width: 3\n").front().what,
              "front.width belongs to kind: box, and the kind here is circle");
    EXPECT_EQ(mistakes("front: {kind: box}\n", {"front.radius=3"}).front().file, "--set front.radius=3");
    EXPECT_EQ(mistakes("front: {kind: box}\n", {"front.margin.left=3"}).front().what,
              "front.margin belongs to kind: frame, and the kind here is box");
    const Problem within = mistakes("", {"front={kind: box, radius: 3}"}).front();
    EXPECT_EQ(within.what, "front.radius belongs to kind: circle, and the kind here is box");
    EXPECT_EQ(mistakes("front: {kind: box, lne: 3}").front().hint, "did you mean \"line\"?");
}

TEST(OptionsKinds, OfAWrongKindNothingElseIsSaid) {
    const std::vector<Problem> found = mistakes("front: {kind: bax, width: 1, any: 2}\nnumber: x\n");
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].what, "front.kind is bax");
    EXPECT_EQ(found[0].expected, "one of circle, box, frame");
    EXPECT_EQ(found[0].hint, "did you mean \"box\"?");
    EXPECT_EQ(found[1].what, "number is x");
    EXPECT_EQ(mistakes("front: {kind: [box], width: 1}").size(), 1U);
}

TEST(OptionsKinds, ALaterSourceThatChoosesAnotherKindWithdrawsTheOptionsOfTheOldOne) {
    const std::string text = "front: {kind: circle, radius: 3, line: 9, copies: 4}\n";
    const std::string as_box = "front:\n  kind: box\n  width: 2\n  line: 0.25\n  copies: 4\n";
    EXPECT_EQ(front(text, {"front.kind=box"}), as_box) << "line is an option of both, but was given for the circle";
    EXPECT_EQ(front("front: {line: 9, copies: 4}", {"front.kind=box"}), as_box) << "the circle is the default";
    EXPECT_EQ(front(text, {"front.kind=circle"}), "front:\n  kind: circle\n  radius: 3\n  line: 9\n  copies: 4\n");
    EXPECT_EQ(front(text, {"front.kind=box", "front.line=7"}),
              "front:\n  kind: box\n  width: 2\n  line: 7\n  copies: 4\n");
    EXPECT_EQ(front(text, {"front.radius=2", "front.kind=box", "front.kind=circle"}),
              "front:\n  kind: circle\n  radius: 1\n  line: 0.5\n  copies: 4\n")
        << "the box withdrew them";
    EXPECT_EQ(front(text, {"front={kind: box}"}), "front:\n  kind: box\n  width: 2\n  line: 0.25\n  copies: 1\n");
    EXPECT_EQ(mistakes(text, {"front.kind=box", "front.radius=4"}).front().file, "--set front.radius=4");
    EXPECT_EQ(front("front: {kind: crcle, radius: 3}", {"front.kind=box"}),
              "front:\n  kind: box\n  width: 2\n  line: 0.25\n  copies: 1\n");
}

TEST(OptionsKinds, AnOptionMayBeSetBeforeItsKind) {
    EXPECT_EQ(front("front: {kind: circle, copies: 4}", {"front.width=3", "front.kind=box"}),
              "front:\n  kind: box\n  width: 3\n  line: 0.25\n  copies: 4\n");
}

TEST(OptionsKinds, WithdrawalReachesIntoSections) {
    const std::string text = "front: {kind: frame, margin: {left: 1, right: 2, up: 3}}\n";
    EXPECT_EQ(front(text, {"front.kind=box"}), "front:\n  kind: box\n  width: 2\n  line: 0.25\n  copies: 1\n");
    EXPECT_EQ(front(text, {"front.kind=box", "front.kind=frame", "front.margin.right=5"}),
              "front:\n  kind: frame\n  margin:\n    left: 0\n    right: 5\n  copies: 1\n  inside: []\n");
}

TEST(OptionsKinds, TheSchemaHasEachKindOnce) {
    Page page;
    const Json schema = Json::parse(to_json_schema(declaring(page), "Page"));
    const Json& definitions = schema["$defs"];
    ASSERT_EQ(definitions.size(), 3U) << definitions.dump(2);
    EXPECT_EQ(definitions["front.kind.circle"]["properties"]["radius"]["default"], 1);
    EXPECT_EQ(definitions["front.kind.box"]["properties"].size(), 3U);
    EXPECT_EQ(definitions["front.kind.box"]["description"], "with corners");
    const Json& inside = definitions["front.kind.frame"]["properties"]["inside"]["items"]["oneOf"];
    EXPECT_EQ(inside[2]["$ref"], "#/$defs/front.kind.frame");

    const Json& front = schema["properties"]["front"];
    EXPECT_EQ(front["unevaluatedProperties"], false);
    EXPECT_FALSE(front.contains("additionalProperties")) << "it would refuse the options of the kind";
    ASSERT_EQ(front["oneOf"].size(), 3U);
    EXPECT_EQ(front["oneOf"][1]["properties"]["kind"]["const"], "box");
    EXPECT_EQ(front["oneOf"][1]["required"], Json::parse(R"(["kind"])"));
    EXPECT_FALSE(front["oneOf"][0].contains("required")) << "the default need not be named";
    EXPECT_EQ(front["default"], Json::parse(R"({"kind": "circle", "radius": 1, "line": 0.5, "copies": 1})"));
    const Json& back = schema["properties"]["back"];
    EXPECT_EQ(back["oneOf"][1]["$ref"], "#/$defs/front.kind.box");
    EXPECT_FALSE(back["oneOf"][1].contains("required"));
}

TEST(OptionsKinds, TheReferenceHasASectionAKind) {
    Page page;
    const std::string text = to_markdown(declaring(page), "Page");
    for (const char* part : {
             "\n## `front`\n\nwhat is on the front\n\n",
             "| `kind` | word | `circle` | `circle`: round<br>`box`: with corners<br>`frame`: around others | what is "
             "on "
             "the front |\n",
             "\n### `front` with `kind: box`\n\nwith corners\n\n| Key | Type | Default | Allowed | What it does |\n"
             "|---|---|---|---|---|\n| `width` | number | `2` | > 0 | of a side |\n",
             "\nFor the options of each `kind`, see those of `front`.\n",
         }) {
        EXPECT_NE(text.find(part), std::string::npos) << part << "\nis not in\n" << text;
    }
    const std::string kind = "with `kind: frame`";
    EXPECT_EQ(text.find(kind, text.find(kind) + 1), std::string::npos) << "described twice";
}

struct Colour {
    virtual ~Colour() = default;
};
struct Red final : Colour {};
struct Grey final : Colour {
    double depth = 0.5;
};
void declare(OptionVisitor& /*visitor*/, Red& /*red*/) {}
void declare(OptionVisitor& visitor, Grey& grey) { visitor.option("depth", grey.depth, {.doc = "of the grey"}); }

TEST(OptionsKinds, TheReferenceHasNoSectionOfAKindWithoutOptions) {
    const std::array kinds{Kind<Colour>::of<Red>("red", "warm"), Kind<Colour>::of<Grey>("grey", "in between")};
    const auto reference = [](std::span<const Kind<Colour>> list) {
        Chosen<Colour> wall{list};
        Chosen<Colour> roof{list};
        return to_markdown(
            [&](OptionVisitor& visitor) {
                visitor.kind("wall", wall, list, {.doc = "of the wall"});
                visitor.kind("roof", roof, list, {.doc = "of the roof"});
            },
            "House");
    };
    const std::string both = reference(kinds);
    EXPECT_EQ(both.find("with `kind: red`"), std::string::npos) << both;
    EXPECT_NE(both.find("### `wall` with `kind: grey`"), std::string::npos) << both;
    EXPECT_NE(both.find("see those of `wall`"), std::string::npos) << both;
    const std::string plain = reference(std::span{kinds}.first(1));
    EXPECT_EQ(plain.find("with `kind"), std::string::npos) << plain;
    EXPECT_EQ(plain.find("see those of"), std::string::npos) << "there are none\n" << plain;
}

}  // namespace
}  // namespace mlaasim::sim
