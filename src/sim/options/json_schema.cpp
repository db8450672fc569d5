#include "sim/options/json_schema.hpp"

#include <fmt/format.h>

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/options/option_value.hpp"

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
        Json schema{{"type", "object"}, {"additionalProperties", false}, {"properties", mapping_.properties}};
        if (!mapping_.kinds.empty()) {
            // The options of a kind are in another schema, which additionalProperties doesn't see.
            schema = Json{{"type", "object"}, {"unevaluatedProperties", false}, {"properties", mapping_.properties}};
            Json defaults = default_of(schema);
            defaults.update(mapping_.kind_defaults);
            schema["default"] = std::move(defaults);
            if (mapping_.kinds.size() == 1) {
                schema["oneOf"] = mapping_.kinds[0]["oneOf"];
            } else {
                schema["allOf"] = mapping_.kinds;
            }
        }
        if (!mapping_.required.empty()) {
            schema["required"] = mapping_.required;
        }
        return schema;
    }

    /// The kinds that were met, each once.
    [[nodiscard]] const Json& definitions() const { return definitions_; }

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

    void kind_beside(std::string_view key, KindChoice& kinds, const OptionInfo& info) override {
        const std::string name = define(key, kinds);
        Json branches = Json::array();
        for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
            const std::string word{kinds.word(kind)};
            Json branch{{"title", word},
                        {"$ref", "#/$defs/" + name + "." + word},
                        {"properties", {{key, {{"const", word}, {"description", description(info)}}}}}};
            if (kind != kinds.chosen() || info.required) {
                branch["type"] = "object";
                branch["required"] = Json::array({key});
            }
            branches.push_back(std::move(branch));
        }
        mapping_.kinds.push_back({{"oneOf", std::move(branches)}});
        if (!info.required) {
            mapping_.kind_defaults[std::string{key}] = kinds.word(kinds.chosen());
        }
        mapping_.kind_defaults.update(default_of(nested(key, [&] { kinds.declare_options(*this); })));
    }

    void section(std::string_view key, const OptionInfo& info, const std::function<void()>& declare_members) override {
        Json schema = nested(key, declare_members);
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
            defaults.push_back(default_of(nested(key, [&] { declare_element(i); })));
        }
        resize(1);
        Json schema{{"type", {"array", "null"}}, {"items", nested(key, [&] { declare_element(0); })}};
        resize(size);
        add(key, std::move(schema), std::move(defaults), info);
    }

private:
    struct Mapping {
        Json properties = Json::object();
        Json required = Json::array();
        Json kinds = Json::array();
        Json kind_defaults = Json::object();
    };

    Json nested(std::string_view key, const std::function<void()>& declare_members) {
        Mapping outer = std::exchange(mapping_, Mapping{});
        const std::string outer_path = path_;
        path_ += fmt::format("{}{}", path_.empty() ? "" : ".", key);
        declare_members();
        Json schema = mapping();
        mapping_ = std::move(outer);
        path_ = outer_path;
        return schema;
    }

    /// Describes the kinds of a list where it is met first; returns what their definitions are named after.
    std::string define(std::string_view key, const KindChoice& kinds) {
        const auto [first, is_new] =
            names_.try_emplace(kinds.list(), fmt::format("{}{}{}", path_, path_.empty() ? "" : ".", key));
        const std::string name = first->second;
        for (std::size_t kind = 0; is_new && kind < kinds.size(); ++kind) {
            Json schema = nested(key, [&] { kinds.declare_defaults(kind, *this); });
            // Which keys may stand beside these, only the mapping knows that the kind is chosen in.
            for (const char* of_the_whole : {"type", "additionalProperties", "unevaluatedProperties", "default"}) {
                schema.erase(of_the_whole);
            }
            schema["description"] = kinds.doc(kind);
            definitions_[fmt::format("{}.{}", name, kinds.word(kind))] = std::move(schema);
        }
        return name;
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
        mapping_.properties[std::string{key}] = std::move(schema);
        if (info.required) {
            mapping_.required.emplace_back(key);
        }
    }

    Mapping mapping_;
    std::string path_;
    std::map<const void*, std::string> names_;  ///< of the lists of kinds
    Json definitions_ = Json::object();
};

}  // namespace

std::string to_json_schema(const DeclareOptions& declare, std::string_view title) {
    SchemaWriter writer;
    declare(writer);
    Json schema{{"$schema", "https://json-schema.org/draft/2020-12/schema"}, {"title", title}};
    schema.update(writer.mapping());
    if (!writer.definitions().empty()) {
        schema["$defs"] = writer.definitions();
    }
    return schema.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace mlaasim::sim
