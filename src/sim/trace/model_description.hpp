// What a trace says of its model: enough to build the same one elsewhere and to give it the parameters.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mlaasim::sim {

struct ModelDescription {
    /// One layer, in the order of evaluation. What a kind does not have is empty.
    struct Layer {
        std::string kind;                     ///< flatten, linear, convolution, batch_norm, relu, max_pool
        std::uint64_t in = 0;                 ///< of linear: numbers; of convolution and batch_norm: channels
        std::uint64_t out = 0;                ///< of linear and convolution
        std::vector<std::uint64_t> window{};  ///< of convolution and max_pool: height, width
        friend bool operator==(const Layer&, const Layer&) = default;
    };
    /// One tensor.
    struct Parameter {
        std::string name;  ///< "LAYER.weight", with the layer's number; as PyTorch names it in an nn.Sequential
        std::vector<std::uint64_t> shape;  ///< as PyTorch has it
        std::uint64_t offset = 0;          ///< of its first number in a model's row of the checkpoint
        friend bool operator==(const Parameter&, const Parameter&) = default;
    };

    std::vector<std::uint64_t> input;  ///< channels, height and width of a sample
    std::uint64_t classes = 0;
    double mean = 0.0;       ///< the model sees (byte / 255 - mean) / deviation
    double deviation = 1.0;  ///< of the training data
    std::vector<Layer> layers;
    std::vector<Parameter> parameters;
    std::uint64_t row = 0;  ///< numbers of a model's row of the checkpoint, gaps between tensors included

    friend bool operator==(const ModelDescription&, const ModelDescription&) = default;
};

/// The attribute `model` of a trace: JSON on one line.
[[nodiscard]] std::string to_json(const ModelDescription& model);

/// Throws std::invalid_argument when the text is no description of a model whose tensors lie in its row.
[[nodiscard]] ModelDescription model_from_json(std::string_view text);

}  // namespace mlaasim::sim
