#include "fl/aggregation/aggregator.hpp"

namespace mlaasim::fl {
namespace {

/// Class probabilities averaged, each member alike.
struct SoftVote final : Aggregator {
    [[nodiscard]] std::int64_t weight(std::int64_t /*samples*/) const override { return 1; }
    [[nodiscard]] bool votes() const override { return true; }
};

void declare(sim::OptionVisitor& /*visitor*/, SoftVote& /*options*/) {}

}  // namespace

sim::Kind<Aggregator> soft_vote_aggregator() {
    return sim::Kind<Aggregator>::of<SoftVote>(
        "soft_vote", "ensemble: members keep their own models, class probabilities are averaged");
}

}  // namespace mlaasim::fl
