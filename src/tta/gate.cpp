#include "tta/gate.hpp"

namespace mlaasim::tta {

std::optional<Gate> Gate::fit(const Features& clean) {
    std::optional<Whitening> whitening = Whitening::fit(clean);
    if (!whitening) {
        return std::nullopt;
    }
    Gate gate{std::move(*whitening)};
    std::vector<double> distances;
    for (std::size_t i = 1; i < clean.count(); i += 2) {
        distances.push_back(gate.distance(clean.row(i)));
    }
    gate.threshold_ = CleanThreshold{std::move(distances)};
    return gate;
}

double Gate::distance(std::span<const float> features) const {
    return squared_length(whitening_.whitened(features)) / static_cast<double>(whitening_.width());
}

std::vector<std::uint8_t> Gate::flags(const Features& features) const {
    std::vector<std::uint8_t> flags(features.count());
    for (std::size_t i = 0; i < flags.size(); ++i) {
        flags[i] = threshold_.is_exceeded_by(distance(features.row(i))) ? 1 : 0;
    }
    return flags;
}

}  // namespace mlaasim::tta
