#include "app/study_schema.hpp"

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

namespace mlaasim::app {
namespace {

using Json = nlohmann::ordered_json;

Json section(const char* description, Json properties) {
    return {{"type", "object"},
            {"description", description},
            {"additionalProperties", false},
            {"properties", std::move(properties)}};
}

Json map_of(const char* description, Json value) {
    return {{"type", "object"},
            {"description", description},
            {"minProperties", 1},
            {"additionalProperties", std::move(value)}};
}

Json list_of(const char* description, Json items) {
    return {{"type", "array"}, {"description", description}, {"minItems", 1}, {"items", std::move(items)}};
}

Json one_of(const char* description, std::vector<Json> schemas) {
    return {{"description", description}, {"anyOf", std::move(schemas)}};
}

Json whole_number(int least) { return {{"type", "integer"}, {"minimum", least}}; }

Json random_schema() {
    Json range = section("the values between which a key is drawn", Json::object());
    range["properties"]["low"] = {{"type", "number"}};
    range["properties"]["high"] = {{"type", "number"}};
    range["properties"]["scale"] = {{"enum", Json::array({"linear", "log"})}, {"default", "linear"}};
    range["properties"]["integer"] = {{"type", "boolean"}, {"default", false}};
    range["required"] = Json::array({"low", "high"});
    Json random = section("settings drawn at random", Json::object());
    random["properties"]["count"] = whole_number(1);
    random["properties"]["seed"] = whole_number(0);
    random["properties"]["ranges"] = map_of("keys of the scenario", std::move(range));
    random["required"] = Json::array({"count", "ranges"});
    return random;
}

Json sweep_schema() {
    const Json any = Json::object();
    const Json values = list_of("the values of a key", any);
    const Json conditions = map_of("keys and values", any);
    Json sweep = section("which points the study has", Json::object());
    Json& parts = sweep["properties"];
    parts["grid"] = map_of("keys and their values: every combination is a setting", values);
    parts["zip"] = map_of("keys and their values, side by side; name: the names of the rows", values);
    parts["list"] = list_of("settings written out; each may have a name", {{"type", "object"}});
    parts["random"] = random_schema();
    parts["seeds"] = one_of("how many seeds, or a list of them", {whole_number(1), list_of("seeds", whole_number(0))});
    parts["exclude"] = list_of("values of settings that are left out", conditions);
    parts["baseline"] = one_of("what settings are compared with", {{{"type", "string"}}, conditions});
    return sweep;
}

}  // namespace

std::string study_schema(const std::string& scenario_schema) {
    Json schema = Json::parse(scenario_schema);
    Json& parts = schema["properties"];
    parts["sweep"] = sweep_schema();
    parts["metrics"] = map_of("names and expressions, such as rounds.accuracy.last", {{"type", "string"}});
    parts["quick"] = {{"type", "object"}, {"description", "what --quick changes: keys of the scenario, and of sweep"}};
    schema["required"] = Json::array({"sweep"});
    return schema.dump(2, ' ', false, Json::error_handler_t::replace);
}

}  // namespace mlaasim::app
