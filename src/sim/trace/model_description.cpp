#include "sim/trace/model_description.hpp"

#include <nlohmann/json.hpp>
#include <stdexcept>

namespace mlaasim::sim {
namespace {

using Json = nlohmann::ordered_json;

Json json_of(const ModelDescription::Layer& layer) {
    Json json{{"kind", layer.kind}};
    if (layer.in > 0) {
        json["in"] = layer.in;
    }
    if (layer.out > 0) {
        json["out"] = layer.out;
    }
    if (!layer.window.empty()) {
        json["window"] = layer.window;
    }
    return json;
}

ModelDescription::Layer layer_of(const Json& json) {
    ModelDescription::Layer layer{.kind = json.at("kind").get<std::string>()};
    layer.in = json.value("in", std::uint64_t{0});
    layer.out = json.value("out", std::uint64_t{0});
    layer.window = json.value("window", std::vector<std::uint64_t>{});
    return layer;
}

/// Whether the tensor lies within its row.
bool fits(const ModelDescription::Parameter& parameter, std::uint64_t row) {
    std::uint64_t room = parameter.offset > row ? 0 : row - parameter.offset;
    std::uint64_t count = 1;
    for (const std::uint64_t extent : parameter.shape) {
        if (extent == 0 || count > room / extent) {
            return false;
        }
        count *= extent;
    }
    return count <= room;
}

ModelDescription description_of(const Json& json) {
    ModelDescription model;
    json.at("input").get_to(model.input);
    json.at("classes").get_to(model.classes);
    json.at("mean").get_to(model.mean);
    json.at("deviation").get_to(model.deviation);
    for (const Json& layer : json.at("layers")) {
        model.layers.push_back(layer_of(layer));
    }
    json.at("row").get_to(model.row);
    for (const Json& entry : json.at("parameters")) {
        ModelDescription::Parameter parameter{.name = entry.at("name").get<std::string>(),
                                              .shape = entry.at("shape").get<std::vector<std::uint64_t>>(),
                                              .offset = entry.at("offset").get<std::uint64_t>()};
        if (!fits(parameter, model.row)) {
            throw std::invalid_argument("the tensor " + parameter.name + " lies beyond its row");
        }
        model.parameters.push_back(std::move(parameter));
    }
    return model;
}

}  // namespace

std::string to_json(const ModelDescription& model) {
    Json layers = Json::array();
    for (const ModelDescription::Layer& layer : model.layers) {
        layers.push_back(json_of(layer));
    }
    Json parameters = Json::array();
    for (const ModelDescription::Parameter& parameter : model.parameters) {
        parameters.push_back({{"name", parameter.name}, {"shape", parameter.shape}, {"offset", parameter.offset}});
    }
    return Json{{"input", model.input},         {"classes", model.classes}, {"mean", model.mean},
                {"deviation", model.deviation}, {"layers", layers},         {"row", model.row},
                {"parameters", parameters}}
        .dump();
}

ModelDescription model_from_json(std::string_view text) {
    try {
        return description_of(Json::parse(text));
    } catch (const Json::exception& error) {
        throw std::invalid_argument(error.what());
    }
}

}  // namespace mlaasim::sim
