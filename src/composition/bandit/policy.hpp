// How arms (candidates) are chosen and what is learnt from their rewards (adaptive composition, eq. 13-14, Alg. 4).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "composition/bandit/context.hpp"
#include "sim/core/random.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::composition {

struct ArmScore {
    double expected = 0;  ///< reward
    double bonus = 0;     ///< for exploring

    [[nodiscard]] double total() const { return expected + bonus; }
};

class Policy {
public:
    virtual ~Policy() = default;

    /// Scores of the given rows of `contexts`.
    [[nodiscard]] virtual std::vector<ArmScore> score(const Contexts& contexts,
                                                      std::span<const std::size_t> rows) const = 0;

    /// `count` of the rows (fewer when there are fewer), in the order picked; ties go to the smaller service id.
    /// `scores` are those of score() for the same rows.
    [[nodiscard]] virtual std::vector<std::size_t> choose(const Contexts& contexts, std::span<const std::size_t> rows,
                                                          std::span<const ArmScore> scores, std::size_t count,
                                                          sim::RandomStream& random) const = 0;

    virtual void update(sim::ServiceId arm, std::span<const double> context, double reward) = 0;

    /// All that was learnt; import_state() of it continues with the same bits. Throws InputError when it does not fit.
    [[nodiscard]] virtual std::vector<double> export_state() const = 0;
    virtual void import_state(std::span<const double> state) = 0;
};

/// The options of a kind of policy, and the policy that they ask for.
struct PolicyOptions {
    virtual ~PolicyOptions() = default;
    /// `width`: of the contexts that it will see.
    [[nodiscard]] virtual std::unique_ptr<Policy> make(std::size_t width) const = 0;
};

/// The kinds of policies; the first is the default.
[[nodiscard]] std::span<const sim::Kind<PolicyOptions>> policy_kinds();

struct BanditOptions {
    sim::Chosen<PolicyOptions> policy{policy_kinds()};
    std::int64_t max_other_rows = 20;  ///< arms not chosen that are recorded a selection round, best first
};

void declare(sim::OptionVisitor& visitor, BanditOptions& options);

}  // namespace mlaasim::composition
