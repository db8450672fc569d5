// The JSON schema and the Markdown reference that are generated from declared options.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>

#include "property/sample_options.hpp"
#include "sim/options/json_schema.hpp"
#include "sim/options/markdown.hpp"
#include "sim/scenario_text/options_document.hpp"

namespace mlaasim::sim {
namespace {

using Json = nlohmann::json;

Json schema_of(SampleOptions options) {
    return Json::parse(to_json_schema([&](OptionVisitor& visitor) { declare(visitor, options); }, "A sample"));
}

TEST(JsonSchema, DescribesTypesBoundsAndDefaults) {
    const Json schema = schema_of({});
    EXPECT_EQ(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
    EXPECT_EQ(schema["title"], "A sample");
    EXPECT_EQ(schema["additionalProperties"], false);
    const Json& members = schema["properties"];
    EXPECT_EQ(members.size(), 5U);
    EXPECT_EQ(members["latency"], Json::parse(R"json({"type": "number", "description": "Of one hop (ms)", "default": 2.5
})json"));
    EXPECT_EQ(members["training"]["type"], Json::parse(R"(["object", "null"])"));
    EXPECT_EQ(members["training"]["additionalProperties"], false);
    const Json& training = members["training"]["properties"];
    EXPECT_EQ(training["learning_rate"]["exclusiveMinimum"], 0);
    EXPECT_FALSE(training["learning_rate"].contains("minimum"));
    EXPECT_EQ(training["epochs"]["type"], "integer");
    EXPECT_EQ(training["epochs"]["minimum"], 1);
    EXPECT_EQ(training["epochs"]["maximum"], 1000);
    EXPECT_EQ(training["inner"]["properties"]["enabled"]["default"], true);
}

TEST(JsonSchema, DescribesListsAndChoices) {
    const Json entry = schema_of({})["properties"]["drift"]["items"];
    EXPECT_EQ(entry["required"], Json::parse(R"(["start"])"));
    EXPECT_FALSE(entry["properties"]["start"].contains("default"));
    EXPECT_EQ(entry["properties"]["kind"]["enum"], Json::parse(R"(["rotation", "noise", "off"])"));
    EXPECT_EQ(entry["properties"]["kind"]["enumDescriptions"],
              Json::parse(R"(["turns the image", "adds noise", "does nothing"])"));
    EXPECT_EQ(entry["properties"]["kind"]["default"], "rotation");
    EXPECT_EQ(entry["properties"]["classes"]["items"],
              Json::parse(R"({"type": "integer", "minimum": 0, "maximum": 9})"));
    EXPECT_EQ(entry["properties"]["steps"]["items"]["properties"]["inner"]["properties"]["alpha"]["default"], 0.5);
}

TEST(JsonSchema, KeepsTheDefaultElementsOfAList) {
    SampleOptions options;
    options.drift = {{.kind = SampleKind::noise, .start = 4}};
    const Json drift = schema_of(options)["properties"]["drift"];
    EXPECT_EQ(drift["default"], Json::parse(R"([{"kind": "noise", "classes": [], "weights": [], "steps": []}])"));
    EXPECT_EQ(drift["items"]["properties"]["kind"]["default"], "rotation");
}

TEST(Markdown, HasATableForEverySection) {
    SampleOptions options;
    const std::string text = to_markdown([&](OptionVisitor& visitor) { declare(visitor, options); }, "Reference");
    for (const char* part : {
             "# Reference\n\n| Key | Type | Default | Allowed | What it does |\n|---|---|---|---|---|\n",
             "| `name` | text | `sample run` |  | Shown in tables |\n",
             "| `latency` | number | `2.5` |  | Of one hop (ms) |\n",
             "\n## `training`\n\nLocal training\n\n",
             "| `learning_rate` | number | `0.05` | > 0 | Step size |\n",
             "\n## `training.inner`\n\nThe inner part\n\n",
             "\n## `drift[]`\n\nThe schedule\n\n",
             "| `kind` | word | `rotation` | `rotation`: turns the image<br>`noise`: adds noise<br>`off`: does nothing "
             "|",
             "| `start` | integer | required | >= 0 | First round |\n",
             "| `classes` | list of integers | `[]` | in [0, 9] | Classes \\| pairs |\n",
             "\n## `drift[].steps[].inner`\n\n",
         }) {
        EXPECT_NE(text.find(part), std::string::npos) << part << "\nis not in\n" << text;
    }
    EXPECT_TRUE(options.drift.empty());
}

}  // namespace
}  // namespace mlaasim::sim
