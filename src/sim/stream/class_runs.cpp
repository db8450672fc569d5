#include <algorithm>

#include "sim/core/error.hpp"
#include "sim/core/limits.hpp"
#include "sim/stream/order.hpp"

namespace mlaasim::sim {
namespace {

/// The classes of a stream at a time are drawn from the symmetric Dirichlet(alpha) over the classes, and drawn anew
/// after `every` rounds. Temporally correlated streams of Gong et al. 2022 (NOTE) and Yuan et al. 2023 (RoTTA), without
/// their end: they use up a test set once, and clients here stream theirs again and again.
struct ClassRuns final : StreamOrder {
    double alpha = 0.1;
    std::int64_t every = 1;
    bool shared = true;

    [[nodiscard]] bool has_class_mix() const override { return true; }
    [[nodiscard]] std::vector<double> class_mix(std::uint32_t classes, ClientId client, Round round,
                                                Seed seed) const override {
        expects(alpha > 0.0 && every > 0 && classes > 0, "a mix of classes has a concentration and a length");
        RandomStream random{seed, Purpose::class_mix, shared ? 0U : client.value(),
                            static_cast<std::uint32_t>((round.value() + every - 1) / every)};
        std::vector<double> mix(classes);
        double sum = 0.0;
        for (double& share : mix) {
            share = random.gamma(alpha);
            sum += share;
        }
        if (!(sum > 0.0)) {
            // Every draw underflowed, as happens for tiny alpha: in this limit there is one class.
            std::ranges::fill(mix, 0.0);
            mix[random.below(classes)] = 1.0;
            return mix;
        }
        for (double& share : mix) {
            share /= sum;
        }
        return mix;
    }
};

void declare(OptionVisitor& visitor, ClassRuns& options) {
    visitor.option("alpha", options.alpha,
                   {.doc = "Concentration of the Dirichlet distribution over the classes: small = few classes at a "
                           "time, large = nearly as shuffled",
                    .range = {.low = 0.0, .high = 1e6, .low_open = true}});
    visitor.option("every", options.every,
                   {.doc = "Rounds from one mix of classes to the next", .range = between(1, most_rounds)});
    visitor.option("shared", options.shared,
                   {.doc = "Whether all clients have the same mix of classes in a round, so that all their streams "
                           "together come in runs, too; else each client has its own"});
}

}  // namespace

Kind<StreamOrder> class_runs_order() {
    return Kind<StreamOrder>::of<ClassRuns>(
        "class_runs", "classes come in runs: how often each comes is drawn from Dirichlet(alpha), again and again");
}

}  // namespace mlaasim::sim
