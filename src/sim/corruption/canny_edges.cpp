#include "sim/corruption/blended.hpp"
#include "sim/corruption/edges.hpp"

namespace mlaasim::sim {
namespace {

/// `canny_edges` of MNIST-C: nothing but the edges is left. Channels are taken one by one.
struct CannyEdges final : BlendedCorruption {
    [[nodiscard]] Needs needs() const override { return {Need::images}; }

    void corrupt(std::span<float> values, std::span<float> out, const SampleContext& context) const override {
        const SampleShape plane{1, context.shape.height, context.shape.width};
        for (std::size_t begin = 0; begin < values.size(); begin += plane.size()) {
            find_edges(values.subspan(begin, plane.size()), out.subspan(begin, plane.size()), plane);
        }
    }
};

void declare(OptionVisitor& visitor, CannyEdges& options) { declare_blend(visitor, options); }

}  // namespace

Kind<Corruption> canny_edges_corruption() {
    return Kind<Corruption>::of<CannyEdges>(
        "canny_edges", "nothing but the edges of images is left (data drift); not for time series");
}

}  // namespace mlaasim::sim
