// A synthetic bandit: random contexts and a reward that is linear in them, plus noise.
#pragma once

#include <algorithm>
#include <memory>
#include <numeric>
#include <string>
#include <vector>

#include "composition/bandit/policy.hpp"
#include "composition/reward.hpp"
#include "sim/core/random.hpp"
#include "support/chosen.hpp"

namespace mlaasim::composition::testing {

/// "linucb, alpha: 0.7"
inline std::unique_ptr<Policy> make_policy(const std::string& options = "linucb") {
    return mlaasim::testing::chosen(policy_kinds(), "policy: " + options, "policy")->make(context_width);
}

/// "realised, full_scale: 0.2"
inline sim::Chosen<Reward> make_reward(const std::string& options) {
    return mlaasim::testing::chosen(reward_kinds(), "kind: " + options);
}

struct BanditProblem {
    Contexts contexts;
    std::vector<double> weights;
    sim::RandomStream noise{sim::Seed{5}, sim::Purpose::test, 2, 0};

    explicit BanditProblem(std::uint32_t services) {
        sim::RandomStream random{sim::Seed{5}, sim::Purpose::test, 1, 0};
        for (std::uint32_t i = 0; i < services; ++i) {
            contexts.services.emplace_back(i);
            contexts.values.push_back(1);
            for (std::size_t j = 1; j < context_width; ++j) {
                contexts.values.push_back(random.uniform());
            }
        }
        weights = {0.1, 0.3, 0.2, -0.2, 0.1, -0.1, 0.2, 0.0};
    }

    [[nodiscard]] double mean_reward(std::size_t row) const {
        return std::inner_product(weights.begin(), weights.end(), contexts.row(row).begin(), 0.0);
    }

    /// Mean reward of `count` picks a round over some rounds in which the policy learns.
    double play(Policy& policy, std::uint32_t first_round, std::uint32_t rounds, std::size_t count) {
        std::vector<std::size_t> rows(contexts.rows());
        std::iota(rows.begin(), rows.end(), std::size_t{0});
        double sum = 0;
        for (std::uint32_t round = first_round; round < first_round + rounds; ++round) {
            sim::RandomStream random{sim::Seed{5}, sim::Purpose::bandit, 0, round};
            for (const std::size_t row : policy.choose(contexts, rows, policy.score(contexts, rows), count, random)) {
                sum += mean_reward(row);
                policy.update(contexts.services[row], contexts.row(row), mean_reward(row) + 0.05 * noise.normal());
            }
        }
        return sum / static_cast<double>(rounds * count);
    }

    /// Mean reward of always picking the best `count`.
    [[nodiscard]] double best(std::size_t count) const {
        std::vector<double> rewards;
        for (std::size_t row = 0; row < contexts.rows(); ++row) {
            rewards.push_back(mean_reward(row));
        }
        std::sort(rewards.rbegin(), rewards.rend());
        return std::accumulate(rewards.begin(), rewards.begin() + static_cast<std::ptrdiff_t>(count), 0.0) /
               static_cast<double>(count);
    }

    [[nodiscard]] double average() const {
        double sum = 0;
        for (std::size_t row = 0; row < contexts.rows(); ++row) {
            sum += mean_reward(row);
        }
        return sum / static_cast<double>(contexts.rows());
    }

    /// Share of the reward between random and best picks.
    double captured(Policy& policy, std::uint32_t first_round, std::uint32_t rounds, std::size_t count) {
        return (play(policy, first_round, rounds, count) - average()) / (best(count) - average());
    }
};

}  // namespace mlaasim::composition::testing
