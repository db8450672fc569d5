#include "sim/core/parameter_layout.hpp"

#include <algorithm>
#include <functional>
#include <numeric>

#include "sim/core/aligned.hpp"

namespace mlaasim::sim {

std::string_view name_of(ParameterKind kind) {
    switch (kind) {
        case ParameterKind::weight: return "weight";
        case ParameterKind::bias: return "bias";
        case ParameterKind::bn_gamma: return "bn_gamma";
        case ParameterKind::bn_beta: return "bn_beta";
        case ParameterKind::bn_mean: return "bn_mean";
        case ParameterKind::bn_variance: return "bn_variance";
    }
    return "unknown";
}

std::size_t ParameterLayout::add(std::string name, std::uint32_t layer, ParameterKind kind,
                                 std::vector<std::int64_t> shape) {
    const auto count =
        static_cast<std::size_t>(std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>{}));
    blocks_.push_back({std::move(name), layer, kind, std::move(shape), size_, count});
    size_ += padded_floats(count);
    return blocks_.size() - 1;
}

std::size_t ParameterLayout::parameter_count() const {
    return std::accumulate(blocks_.begin(), blocks_.end(), std::size_t{0},
                           [](std::size_t sum, const ParameterBlock& block) { return sum + block.count; });
}

bool ParameterLayout::has_batch_norm() const {
    return std::any_of(blocks_.begin(), blocks_.end(),
                       [](const ParameterBlock& block) { return block.kind == ParameterKind::bn_mean; });
}

}  // namespace mlaasim::sim
