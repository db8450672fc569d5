// A trained model out of a trace, for PyTorch and others.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sim/core/ids.hpp"
#include "sim/trace/model_description.hpp"

namespace mlaasim::study {

/// A model as a trace holds it.
struct StoredModel {
    sim::ModelDescription description;
    std::optional<sim::ServiceId> service;  ///< whose model it is; nothing: that of the whole composition
    sim::Round round;                       ///< after which it was stored
    std::vector<float> row;                 ///< all parameters, where the description says
};

/// The model that serves after the last committed round: the composition's, or a member's own where members keep their
/// models and vote. Throws InputError: the trace is damaged, or of a schema before 5; it holds no such model, and then
/// which it holds.
[[nodiscard]] StoredModel read_model(const std::filesystem::path& trace, std::optional<sim::ServiceId> service);

enum class ModelFormat { npz, safetensors };

/// The bytes of a file with one array a tensor, named as in PyTorch's state_dict(), and with a text of JSON that says
/// how to build the model and how its input is normalised: `__metadata__` of a .npz, `model` in the metadata of
/// safetensors.
[[nodiscard]] std::string model_file(const StoredModel& model, ModelFormat format);

/// "nn.Sequential(nn.Flatten(), nn.Linear(784, 10))"
[[nodiscard]] std::string pytorch_text(const sim::ModelDescription& model);

}  // namespace mlaasim::study
