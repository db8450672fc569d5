#include "study/model_export.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <span>
#include <stdexcept>
#include <utility>

#include "sim/arrays/npz_file.hpp"
#include "sim/arrays/safetensors_file.hpp"
#include "sim/core/error.hpp"
#include "sim/storage/trace_file.hpp"
#include "study/damage.hpp"

namespace mlaasim::study {
namespace {

namespace fs = std::filesystem;

constexpr std::int32_t first_schema_with_model = 5;

[[noreturn]] void refuse(const fs::path& trace, std::string what, std::string expected, std::string hint = {}) {
    throw sim::InputError(
        {.file = trace.string(), .what = std::move(what), .expected = std::move(expected), .hint = std::move(hint)});
}

sim::ModelDescription described_model(const fs::path& trace) {
    const sim::TraceHeader header = sim::read_header(trace);
    if (header.schema_version < first_schema_with_model) {
        refuse(trace,
               fmt::format("the trace has schema {}, which does not say where a model's parameters lie",
                           header.schema_version),
               fmt::format("schema {} or later", first_schema_with_model), "play the scenario again with this version");
    }
    try {
        return sim::model_from_json(header.model);
    } catch (const std::invalid_argument& error) {
        refuse(trace, std::string{"the attribute 'model' can't be read: "} + error.what(), "what the run wrote");
    }
}

/// "0, 1, 2"
std::string services_with_models(const sim::Checkpoint& checkpoint) {
    std::string text;
    for (const auto& [service, row] : checkpoint.service_state) {
        text += (text.empty() ? "" : ", ") + std::to_string(service.value());
    }
    return text;
}

std::vector<float> row_of(const fs::path& trace, const sim::Checkpoint& checkpoint,
                          std::optional<sim::ServiceId> service) {
    const bool members_keep_models = !checkpoint.service_state.empty();
    if (!service) {
        if (members_keep_models) {
            refuse(trace, "the members of the composition keep models of their own, and vote",
                   "--service with one of " + services_with_models(checkpoint));
        }
        return checkpoint.floats("composition");
    }
    if (!members_keep_models) {
        refuse(trace, "services have no models of their own here: those of the members are averaged into one",
               "no --service");
    }
    const auto found = checkpoint.service_state.find(*service);
    if (found == checkpoint.service_state.end()) {
        refuse(trace, fmt::format("service {} has no model", service->value()),
               "one of " + services_with_models(checkpoint));
    }
    return found->second;
}

std::string layer_text(const sim::ModelDescription::Layer& layer) {
    const auto window = [&](std::uint64_t divisor) {
        return fmt::format("({}, {})", layer.window.at(0) / divisor, layer.window.at(1) / divisor);
    };
    if (layer.kind == "flatten") {
        return "nn.Flatten()";
    }
    if (layer.kind == "linear") {
        return fmt::format("nn.Linear({}, {})", layer.in, layer.out);
    }
    if (layer.kind == "convolution") {
        return fmt::format("nn.Conv2d({}, {}, {}, padding={})", layer.in, layer.out, window(1), window(2));
    }
    if (layer.kind == "batch_norm") {
        return fmt::format("nn.BatchNorm2d({})", layer.in);
    }
    if (layer.kind == "relu") {
        return "nn.ReLU()";
    }
    sim::expects(layer.kind == "max_pool", "read_model knows all kinds of layers");
    return fmt::format("nn.MaxPool2d({})", window(1));
}

/// Throws std::invalid_argument for a layer that this program does not know, or that lacks its window.
void check_layers(const sim::ModelDescription& model) {
    for (const sim::ModelDescription::Layer& layer : model.layers) {
        const bool has_window = layer.kind == "convolution" || layer.kind == "max_pool";
        const bool is_known = has_window || layer.kind == "flatten" || layer.kind == "linear" ||
                              layer.kind == "batch_norm" || layer.kind == "relu";
        if (!is_known || layer.window.size() != (has_window ? 2U : 0U)) {
            throw std::invalid_argument("unknown layer \"" + layer.kind + '"');
        }
    }
}

std::string metadata_of(const StoredModel& model) {
    auto json = nlohmann::ordered_json::parse(sim::to_json(model.description));
    json.erase("parameters");
    json.erase("row");
    json["pytorch"] = pytorch_text(model.description);
    json["round"] = model.round.value();
    if (model.service) {
        json["service"] = model.service->value();
    }
    return json.dump();
}

}  // namespace

StoredModel read_model(const fs::path& trace, std::optional<sim::ServiceId> service) {
    reading(trace, [&] { return sim::verify(trace); });
    StoredModel model{.description = described_model(trace), .service = service, .round = {}, .row = {}};
    try {
        check_layers(model.description);
    } catch (const std::invalid_argument& error) {
        refuse(trace, std::string{"the attribute 'model' has an "} + error.what(), "layers that this program knows",
               "read it with the version of mlaasim named in its attribute 'program_version'");
    }
    const std::optional<sim::Checkpoint> checkpoint = sim::read_checkpoint(trace);
    if (!checkpoint) {
        refuse(trace, "the trace holds no model yet: no round was committed", "a run with at least one round");
    }
    model.round = checkpoint->round;
    model.row = row_of(trace, *checkpoint, service);
    if (model.row.size() != model.description.row) {
        refuse(trace, fmt::format("a model has {} numbers", model.row.size()),
               fmt::format("{}, as the attribute 'model' says", model.description.row));
    }
    return model;
}

std::string model_file(const StoredModel& model, ModelFormat format) {
    std::vector<sim::NamedArray> arrays;
    for (const sim::ModelDescription::Parameter& parameter : model.description.parameters) {
        std::size_t count = 1;
        for (const std::uint64_t extent : parameter.shape) {
            count *= extent;
        }
        arrays.push_back({.name = parameter.name,
                          .shape = parameter.shape,
                          .values = std::span{model.row}.subspan(parameter.offset, count)});
    }
    return format == ModelFormat::npz ? sim::npz_bytes(arrays, metadata_of(model))
                                      : sim::safetensors_bytes(arrays, "model", metadata_of(model));
}

std::string pytorch_text(const sim::ModelDescription& model) {
    std::string layers;
    for (const sim::ModelDescription::Layer& layer : model.layers) {
        layers += (layers.empty() ? "" : ", ") + layer_text(layer);
    }
    return "nn.Sequential(" + layers + ")";
}

}  // namespace mlaasim::study
