#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "sim/error.hpp"
#include "sim/option_value.hpp"
#include "sim/options_yaml.hpp"

namespace mlaasim::sim {
namespace {

using Json = nlohmann::ordered_json;

Json number_of(double value) {
    expects(std::isfinite(value), "an option's number is finite");
    constexpr double exact_limit = 9007199254740992.0;  // 2^53
    if (std::trunc(value) == value && std::abs(value) <= exact_limit) {
        return static_cast<std::int64_t>(value);
    }
    return value;
}

Json number_schema(std::string_view type, const Range& range) {
    Json schema{{"type", type}};
    if (std::isfinite(range.low)) {
        schema[range.low_open ? "exclusiveMinimum" : "minimum"] = number_of(range.low);
    }
    if (std::isfinite(range.high)) {
        schema[range.high_open ? "exclusiveMaximum" : "maximum"] = number_of(range.high);
    }
    return schema;
}

/// The value of what this schema describes when a document leaves it out.
Json default_of(const Json& schema) {
    if (schema.contains("default")) {
        return schema["default"];
    }
    Json value = Json::object();
    if (schema.contains("properties")) {
        for (const auto& [key, member] : schema["properties"].items()) {
            if (member.contains("default") || member.contains("properties")) {
                value[key] = default_of(member);
            }
        }
    }
    return value;
}

class SchemaWriter final : public OptionVisitor {
public:
    /// Schema of the mapping visited so far.
    [[nodiscard]] Json mapping() const {
        Json schema{{"type", "object"}, {"additionalProperties", false}, {"properties", properties_}};
        if (!required_.empty()) {
            schema["required"] = required_;
        }
        return schema;
    }

    void option(std::string_view key, double& value, const OptionInfo& info) override {
        add(key, number_schema("number", info.range), number_of(value), info);
    }
    void option(std::string_view key, std::int64_t& value, const OptionInfo& info) override {
        add(key, number_schema("integer", info.range), value, info);
    }
    void option(std::string_view key, bool& value, const OptionInfo& info) override {
        add(key, {{"type", "boolean"}}, value, info);
    }
    void option(std::string_view key, std::string& value, const OptionInfo& info) override {
        add(key, {{"type", "string"}}, value, info);
    }
    void option(std::string_view key, std::vector<std::int64_t>& value, const OptionInfo& info) override {
        add(key, {{"type", "array"}, {"items", number_schema("integer", info.range)}}, value, info);
    }
    void option(std::string_view key, std::vector<double>& value, const OptionInfo& info) override {
        Json numbers = Json::array();
        for (const double number : value) {
            numbers.push_back(number_of(number));
        }
        add(key, {{"type", "array"}, {"items", number_schema("number", info.range)}}, numbers, info);
    }

    void choice(std::string_view key, int& value, const std::vector<Choice>& choices, const OptionInfo& info) override {
        Json schema{{"type", "string"}, {"enum", names_of(choices)}};
        for (const Choice& word : choices) {
            schema["enumDescriptions"].push_back(word.doc);
        }
        add(key, std::move(schema), std::string{choice_name(choices, value)}, info);
    }

    void section(std::string_view key, const OptionInfo& info, const std::function<void()>& declare_members) override {
        Json schema = nested(declare_members);
        if (!schema.contains("required")) {
            schema["type"] = {"object", "null"};
        }
        describe(schema, info);
        put(key, std::move(schema), info);
    }

    void list(std::string_view key, const OptionInfo& info, std::size_t size,
              const std::function<void(std::size_t)>& resize,
              const std::function<void(std::size_t)>& declare_element) override {
        Json defaults = Json::array();
        for (std::size_t i = 0; i < size; ++i) {
            defaults.push_back(default_of(nested([&] { declare_element(i); })));
        }
        resize(1);
        Json schema{{"type", {"array", "null"}}, {"items", nested([&] { declare_element(0); })}};
        resize(size);
        add(key, std::move(schema), std::move(defaults), info);
    }

private:
    Json nested(const std::function<void()>& declare_members) {
        const Json outer_properties = std::exchange(properties_, Json::object());
        const Json outer_required = std::exchange(required_, Json::array());
        declare_members();
        Json schema = mapping();
        properties_ = outer_properties;
        required_ = outer_required;
        return schema;
    }

    static void describe(Json& schema, const OptionInfo& info) { schema["description"] = description(info); }
    void add(std::string_view key, Json schema, Json default_value, const OptionInfo& info) {
        describe(schema, info);
        if (!info.required) {
            schema["default"] = std::move(default_value);
        }
        put(key, std::move(schema), info);
    }
    void put(std::string_view key, Json schema, const OptionInfo& info) {
        properties_[std::string{key}] = std::move(schema);
        if (info.required) {
            required_.emplace_back(key);
        }
    }

    Json properties_ = Json::object();
    Json required_ = Json::array();
};

}  // namespace

std::string to_json_schema(const DeclareOptions& declare, std::string_view title) {
    SchemaWriter writer;
    declare(writer);
    Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", title}};
    schema.update(writer.mapping());
    return schema.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace mlaasim::sim
