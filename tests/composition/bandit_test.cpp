#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "composition/bandit/linear_model.hpp"
#include "composition/bandit/policy.hpp"
#include "composition/bandit_problem.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::composition {
namespace {

using testing::BanditProblem;

using testing::make_policy;

/// Solves A x = y by Gaussian elimination with pivoting: the reference.
std::vector<double> dense_solve(std::vector<std::vector<double>> a, std::vector<double> y) {
    const std::size_t n = y.size();
    for (std::size_t k = 0; k < n; ++k) {
        std::size_t pivot = k;
        for (std::size_t i = k + 1; i < n; ++i) {
            pivot = std::abs(a[i][k]) > std::abs(a[pivot][k]) ? i : pivot;
        }
        std::swap(a[k], a[pivot]);
        std::swap(y[k], y[pivot]);
        for (std::size_t i = k + 1; i < n; ++i) {
            const double factor = a[i][k] / a[k][k];
            for (std::size_t j = k; j < n; ++j) {
                a[i][j] -= factor * a[k][j];
            }
            y[i] -= factor * y[k];
        }
    }
    for (std::size_t k = n; k-- > 0;) {
        for (std::size_t j = k + 1; j < n; ++j) {
            y[k] -= a[k][j] * y[j];
        }
        y[k] /= a[k][k];
    }
    return y;
}

TEST(LinearModel, OneFeatureByHand) {
    LinearModel model{1, 2.0, 1.0};
    model.update(std::vector{3.0}, 0.5);  // A = 2 + 9, b = 1.5
    const auto solution = model.solve();
    EXPECT_NEAR(solution.theta[0], 1.5 / 11, 1e-15);
    EXPECT_NEAR(solution.expected(std::vector{2.0}), 3.0 / 11, 1e-15);
    EXPECT_NEAR(solution.deviation(std::vector{2.0}), 2 / std::sqrt(11.0), 1e-15);
}

TEST(LinearModel, ForgettingByHandKeepsThePrior) {
    LinearModel model{1, 2.0, 0.5};
    model.update(std::vector{1.0}, 1.0);  // A = 1 + 1 + 1 = 3, b = 1
    model.update(std::vector{1.0}, 0.0);  // A = 1.5 + 1 + 1 = 3.5, b = .5
    EXPECT_NEAR(model.solve().theta[0], 0.5 / 3.5, 1e-15);
    for (int k = 0; k < 200; ++k) {
        model.update(std::vector{0.0}, 0.0);
    }
    EXPECT_NEAR(model.solve().deviation(std::vector{1.0}), std::sqrt(0.5), 1e-12);
}

TEST(LinUcb, AgreesWithADenseSolve) {
    const BanditProblem problem{50};
    const struct {
        double alpha = 0.7;
        double ridge = 0.5;
        double forgetting = 0.9;
    } options;
    const auto policy = make_policy("linucb, alpha: 0.7, ridge: 0.5, forgetting: 0.9");
    std::vector<std::vector<double>> a(context_width, std::vector<double>(context_width, 0.0));
    std::vector<double> b(context_width, 0.0);
    for (std::size_t i = 0; i < context_width; ++i) {
        a[i][i] = options.ridge;
    }
    for (std::size_t row = 0; row < 30; ++row) {
        const auto x = problem.contexts.row(row);
        const double reward = problem.mean_reward(row);
        policy->update(problem.contexts.services[row], x, reward);
        for (std::size_t i = 0; i < context_width; ++i) {
            for (std::size_t j = 0; j < context_width; ++j) {
                a[i][j] = 0.9 * a[i][j] + x[i] * x[j] + (i == j ? 0.1 * options.ridge : 0);
            }
            b[i] = 0.9 * b[i] + reward * x[i];
        }
    }
    const std::vector<std::size_t> rows{3, 40, 49};
    const auto scores = policy->score(problem.contexts, rows);
    const auto theta = dense_solve(a, b);
    for (std::size_t k = 0; k < rows.size(); ++k) {
        const auto x = problem.contexts.row(rows[k]);
        const auto ax = dense_solve(a, {x.begin(), x.end()});
        EXPECT_NEAR(scores[k].expected, std::inner_product(x.begin(), x.end(), theta.begin(), 0.0), 1e-12);
        EXPECT_NEAR(scores[k].bonus, 0.7 * std::sqrt(std::inner_product(x.begin(), x.end(), ax.begin(), 0.0)), 1e-12);
    }
}

TEST(DisjointLinUcb, LearnsOnlyOfTheArmItTried) {
    const BanditProblem problem{3};
    const auto policy = make_policy("disjoint_linucb, alpha: 1, ridge: 1, forgetting: 1");
    policy->update(problem.contexts.services[1], problem.contexts.row(1), 1.0);
    const std::vector<std::size_t> rows{0, 1};
    const auto scores = policy->score(problem.contexts, rows);
    const auto squared = [&](std::size_t row) {
        const auto x = problem.contexts.row(row);
        return std::inner_product(x.begin(), x.end(), x.begin(), 0.0);
    };
    EXPECT_EQ(scores[0].expected, 0);
    EXPECT_NEAR(scores[0].bonus, std::sqrt(squared(0)), 1e-12);
    // A = I + x x': x' A^-1 x = s / (1 + s), and so is x' theta.
    EXPECT_NEAR(scores[1].expected, squared(1) / (1 + squared(1)), 1e-12);
    EXPECT_NEAR(scores[1].bonus, std::sqrt(squared(1) / (1 + squared(1))), 1e-12);
}

TEST(Policies, SharedModelsLearnDisjointOnesHardlyRandomOnesNever) {
    // 500 services, 5 picks a round, 60 rounds; share of the reward between random (0) and best (1) picks.
    const auto captured = [](const std::string& kind) {
        BanditProblem problem{500};
        const auto policy = make_policy(kind);
        return problem.captured(*policy, 1, 60, 5);
    };
    const double linucb = captured("linucb");
    const double greedy = captured("epsilon_greedy");
    const double disjoint = captured("disjoint_linucb");
    const double random = captured("random");
    RecordProperty("linucb", std::to_string(linucb));
    RecordProperty("epsilon_greedy", std::to_string(greedy));
    RecordProperty("disjoint", std::to_string(disjoint));
    EXPECT_GT(linucb, 0.85);
    EXPECT_GT(greedy, 0.6);
    EXPECT_LT(disjoint, 0.6);
    EXPECT_NEAR(random, 0, 0.1);
}

TEST(Thompson, LearnsAndExploresAsMuchAsItIsTold) {
    const auto captured = [](const std::string& deviation) {
        BanditProblem problem{500};
        return problem.captured(*make_policy("thompson, deviation: " + deviation), 1, 60, 5);
    };
    EXPECT_GT(captured("0.1"), 0.8);
    EXPECT_LT(captured("1000"), 0.4) << "so uncertain that hardly anything counts that was learnt";
}

TEST(Thompson, DrawsHaveTheSpreadOfTheModel) {
    // One feature beside the constant; A = 4 I: theta ~ N(0, v^2 / 4), so row 1 wins where its coefficient is positive
    // and row 0 where it is negative, half of the time each. After a reward of row 1 it wins with P(z > -mean /
    // spread).
    Contexts contexts{.services = {sim::ServiceId{0}, sim::ServiceId{1}}, .values = {}};
    contexts.values.assign(2 * context_width, 0.0);
    contexts.values[context_width + 1] = 1.0;
    const auto policy = make_policy("thompson, deviation: 2, ridge: 4, forgetting: 1");
    const std::vector<std::size_t> rows{0, 1};
    const auto share_of_row_1 = [&] {
        constexpr std::uint32_t draws = 4000;
        double wins = 0;
        for (std::uint32_t round = 0; round < draws; ++round) {
            sim::RandomStream random{sim::Seed{1}, sim::Purpose::bandit, 0, round};
            wins += policy->choose(contexts, rows, policy->score(contexts, rows), 1, random).front() == 1 ? 1 : 0;
        }
        return wins / draws;
    };
    EXPECT_NEAR(share_of_row_1(), 0.5, 0.03);
    policy->update(sim::ServiceId{1}, contexts.row(1), 5.0);  // A = 5, b = 5: mean 1, spread 2 / sqrt(5)
    const double expected = 0.5 * (1 + std::erf(std::sqrt(5.0) / 2 / std::sqrt(2.0)));
    EXPECT_NEAR(share_of_row_1(), expected, 0.025);
    EXPECT_EQ(policy->score(contexts, rows)[1].expected, 1.0);
}

TEST(Policies, ForgettingFollowsAWorldThatTurns) {
    const auto after_turn = [](double forgetting) {
        BanditProblem problem{500};
        const auto policy = make_policy("linucb, forgetting: " + std::to_string(forgetting));
        (void)problem.play(*policy, 1, 60, 5);
        for (double& w : problem.weights) {
            w = -w;
        }
        return problem.captured(*policy, 61, 60, 5);
    };
    EXPECT_GT(after_turn(0.98), after_turn(1.0) + 0.1);
}

TEST(Policies, StateRestoresTheSameBits) {
    for (const sim::Kind<PolicyOptions>& kind : policy_kinds()) {
        BanditProblem problem{40};
        const sim::Chosen<PolicyOptions> options{kind};
        const auto original = options->make(context_width);
        (void)problem.play(*original, 1, 10, 4);
        const auto restored = options->make(context_width);
        restored->import_state(original->export_state());
        EXPECT_EQ(restored->export_state(), original->export_state());
        BanditProblem again = problem;
        EXPECT_EQ(problem.play(*original, 11, 10, 4), again.play(*restored, 11, 10, 4)) << kind.word;
        EXPECT_EQ(restored->export_state(), original->export_state());
    }
}

TEST(Policies, StateOfAnotherPolicyIsRefused) {
    const BanditProblem problem{2};
    const auto disjoint = make_policy("disjoint_linucb");
    disjoint->update(problem.contexts.services[0], problem.contexts.row(0), 1);
    EXPECT_THROW(make_policy()->import_state(disjoint->export_state()), sim::InputError);
    EXPECT_THROW(disjoint->import_state(make_policy()->export_state()), sim::InputError);
    EXPECT_THROW(make_policy("random")->import_state(std::vector{1.0}), sim::InputError);
}

TEST(Policies, TiesGoToTheSmallerId) {
    Contexts contexts{.services = {sim::ServiceId{9}, sim::ServiceId{4}, sim::ServiceId{7}}, .values = {}};
    contexts.values.assign(3 * context_width, 0.5);
    const auto policy = make_policy();
    const std::vector<std::size_t> rows{0, 1, 2};
    sim::RandomStream random{sim::Seed{1}, sim::Purpose::bandit, 0, 1};
    EXPECT_EQ(policy->choose(contexts, rows, policy->score(contexts, rows), 2, random),
              (std::vector<std::size_t>{1, 2}));
    EXPECT_EQ(policy->choose(contexts, rows, policy->score(contexts, rows), 9, random).size(), 3U);
}

TEST(Policies, EveryPickIsOfTheGivenRowsAndOnce) {
    const BanditProblem problem{30};
    const std::vector<std::size_t> rows{2, 3, 5, 7, 11, 13, 17, 19, 23, 29};
    std::vector<std::string> policies{"linucb, draw: subsets", "disjoint_linucb, draw: subsets"};
    for (const sim::Kind<PolicyOptions>& kind : policy_kinds()) {
        policies.emplace_back(kind.word);
    }
    for (const std::string& kind : policies) {
        const auto policy = make_policy(kind);
        sim::RandomStream random{sim::Seed{1}, sim::Purpose::bandit, 0, 1};
        auto picked = policy->choose(problem.contexts, rows, policy->score(problem.contexts, rows), 4, random);
        ASSERT_EQ(picked.size(), 4U);
        std::sort(picked.begin(), picked.end());
        EXPECT_TRUE(std::includes(rows.begin(), rows.end(), picked.begin(), picked.end()));
        EXPECT_EQ(std::adjacent_find(picked.begin(), picked.end()), picked.end()) << kind;
    }
}

TEST(Policies, SubsetsMissTheBestNowAndThen) {
    BanditProblem problem{100};
    const auto policy = make_policy("linucb, draw: subsets, alpha: 0");
    for (std::size_t row = 0; row < 100; ++row) {
        policy->update(problem.contexts.services[row], problem.contexts.row(row), problem.mean_reward(row));
    }
    const double share = problem.captured(*policy, 1, 20, 5);
    EXPECT_GT(share, 0.5);
    EXPECT_LT(share, 0.95);
}

}  // namespace
}  // namespace mlaasim::composition
