// A model's architecture: layers over one flat parameter array. It holds no parameters.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "fl/architectures/architecture.hpp"
#include "fl/layer_stack.hpp"
#include "sim/core/random.hpp"

namespace mlaasim::fl {

class Model {
public:
    /// Throws InputError when the architecture does not fit the samples (more poolings than the sample has halvings, or
    /// a cnn on series).
    Model(const sim::Chosen<Architecture>& architecture, const sim::SampleShape& input, std::uint32_t classes);

    /// The model without its last layer and the ReLU below it: its outputs, cut off at 0, are what the last layer
    /// answers from. The layout is the first part of this one's. Nothing where no fully connected layer is below.
    [[nodiscard]] std::optional<Model> body() const;

    [[nodiscard]] std::span<const Layer> layers() const { return stack_.layers(); }
    [[nodiscard]] const sim::ParameterLayout& layout() const { return stack_.layout(); }
    [[nodiscard]] const sim::SampleShape& input() const { return stack_.input(); }
    [[nodiscard]] std::uint32_t classes() const { return classes_; }
    /// The architecture in words, e.g. "cnn 1x28x28 c16 c32 h64 o10": equal exactly when parameters are exchangeable.
    [[nodiscard]] const std::string& architecture() const { return architecture_; }

    /// Writes initial parameters: weights and biases U(-1/sqrt(fan_in), 1/sqrt(fan_in)) as LibTorch's modules, gamma 1,
    /// beta 0, mean 0, variance 1; padding 0. `flat` has layout().size() floats.
    void initialise(std::span<float> flat, sim::RandomStream random) const;

    /// Multiplications and additions of the forward pass of one sample.
    [[nodiscard]] double forward_flops() const;
    /// Values that the forward pass of one sample produces.
    [[nodiscard]] double activation_count() const;

private:
    Model(LayerStack stack, std::string architecture);

    LayerStack stack_;
    std::uint32_t classes_;
    std::string architecture_;
};

}  // namespace mlaasim::fl
