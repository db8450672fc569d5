#include "composition/filter/comparison.hpp"

namespace mlaasim::composition {

std::string not_above(const ComparedAttributes& service, const ComparedAttributes& mean, std::int64_t better_in) {
    std::string lacking;
    std::int64_t better = 0;
    const auto compare = [&](const char* name, double value, double than) {
        if (value > than) {
            ++better;
        } else {
            lacking += (lacking.empty() ? "" : "+") + std::string{name};
        }
    };
    compare("effectiveness", service.effectiveness, mean.effectiveness);
    compare("quality", service.quality, mean.quality);
    compare("volume", service.volume, mean.volume);
    if (better >= better_in) {
        return {};
    }
    return better == 0 ? "all three" : lacking;
}

}  // namespace mlaasim::composition
