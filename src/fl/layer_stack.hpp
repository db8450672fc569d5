// Layers, one on top of the other, and where their parameters lie in one flat array.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "fl/layer.hpp"
#include "sim/core/parameter_layout.hpp"

namespace mlaasim::fl {

/// What an architecture builds a model with. Each function adds a layer that takes what the layer below gives.
/// Parameters are laid out in the order in which layers are added, and are initialised in that order.
class LayerStack {
public:
    explicit LayerStack(const sim::SampleShape& input) : input_{input} {}

    /// `channels` outputs a position. `option` is the option of the architecture that says so.
    void convolution(std::uint32_t channels, Window kernel, std::string_view option = {});
    void batch_norm();
    void relu();
    void max_pool(Window window);
    /// One row of numbers, channel by channel.
    void flatten();
    /// A fully connected layer of `width` outputs.
    void linear(std::uint32_t width, std::string_view option = {});

    /// The first `count` layers alone.
    [[nodiscard]] LayerStack first(std::size_t count) const;

    /// Of the samples.
    [[nodiscard]] const sim::SampleShape& input() const { return input_; }
    /// What the layers added so far give.
    [[nodiscard]] sim::SampleShape output() const { return layers_.empty() ? input_ : layers_.back().out; }
    [[nodiscard]] std::span<const Layer> layers() const { return layers_; }
    [[nodiscard]] const sim::ParameterLayout& layout() const { return layout_; }

private:
    void add(LayerKind kind, const sim::SampleShape& out, Window window = {}, std::string_view option = {});
    void add_block(std::string_view layer, std::string_view block, sim::ParameterKind kind,
                   std::vector<std::int64_t> shape);

    sim::SampleShape input_;
    std::vector<Layer> layers_;
    sim::ParameterLayout layout_;
};

/// "1x28x28": channels, height and width.
[[nodiscard]] std::string text_of(const sim::SampleShape& shape);

}  // namespace mlaasim::fl
