// The kinds of similarities of histories, each in the file of its name.
#include <array>

#include "composition/rules/hqu/history_similarity.hpp"

namespace mlaasim::composition {

sim::Kind<HistorySimilarity> mean_difference_similarity();
sim::Kind<HistorySimilarity> cosine_similarity();

std::span<const sim::Kind<HistorySimilarity>> history_similarity_kinds() {
    static const std::array kinds{
        mean_difference_similarity(),
        cosine_similarity(),
    };
    return kinds;
}

}  // namespace mlaasim::composition
