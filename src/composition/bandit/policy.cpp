#include "composition/bandit/policy.hpp"

#include "composition/bandit/epsilon_greedy.hpp"
#include "composition/bandit/linucb.hpp"
#include "composition/bandit/random_policy.hpp"
#include "sim/error.hpp"
#include "sim/limits.hpp"

namespace mlaasim::composition {

std::vector<sim::Choice> choices_of(PolicyKind) {
    return {
        {"linucb", static_cast<int>(PolicyKind::linucb), "LinUCB with one model for all services, and forgetting"},
        {"disjoint_linucb", static_cast<int>(PolicyKind::disjoint_linucb),
         "LinUCB with a model per service (the paper's form)"},
        {"epsilon_greedy", static_cast<int>(PolicyKind::epsilon_greedy), "best expected reward, or a random candidate"},
        {"random", static_cast<int>(PolicyKind::random), "random candidates; learns nothing"}};
}

std::vector<sim::Choice> choices_of(DrawKind) {
    return {{"all", static_cast<int>(DrawKind::all), "each pick is the best of all that remain"},
            {"subsets", static_cast<int>(DrawKind::subsets),
             "each pick is the best of floor(N / K) random candidates (Alg. 4 as printed)"}};
}

void declare(sim::OptionVisitor& visitor, BanditOptions& options) {
    visitor.choice("policy", options.policy, {.doc = "how candidates are chosen for a trial"});
    const bool is_linucb = options.policy == PolicyKind::linucb || options.policy == PolicyKind::disjoint_linucb;
    const sim::OnlyWith linucb{"policy", "linucb or disjoint_linucb", is_linucb};
    const sim::OnlyWith learning{"policy", "linucb, disjoint_linucb or epsilon_greedy",
                                 options.policy != PolicyKind::random};
    visitor.choice("draw", options.draw, {.doc = "among which candidates each pick is made", .only_with = linucb});
    visitor.option("alpha", options.alpha,
                   {.doc = "weight of the uncertainty", .range = sim::at_least(0), .only_with = linucb});
    visitor.option("ridge", options.ridge,
                   {.doc = "regularisation of the linear model: A starts as ridge I",
                    .range = sim::positive(),
                    .only_with = learning});
    visitor.option("forgetting", options.forgetting,
                   {.doc = "factor on what was learnt at each update; 1 remembers everything",
                    .range = {.low = 0.0, .high = 1.0, .low_open = true},
                    .only_with = learning});
    visitor.option("epsilon", options.epsilon,
                   {.doc = "probability of a random pick",
                    .range = sim::between(0, 1),
                    .only_with = {"policy", "epsilon_greedy", options.policy == PolicyKind::epsilon_greedy}});
    visitor.option("max_other_rows", options.max_other_rows,
                   {.doc = "most candidates not chosen that are written to the trace a selection round, best first",
                    .range = sim::between(0, sim::most_services)});
}

std::unique_ptr<Policy> make_policy(const BanditOptions& options) {
    switch (options.policy) {
        case PolicyKind::linucb: return std::make_unique<SharedLinUcb>(options);
        case PolicyKind::disjoint_linucb: return std::make_unique<DisjointLinUcb>(options);
        case PolicyKind::epsilon_greedy: return std::make_unique<EpsilonGreedy>(options);
        case PolicyKind::random: return std::make_unique<RandomPolicy>();
    }
    sim::expects(false, "a known policy");
    return nullptr;
}

}  // namespace mlaasim::composition
