#include "composition/healing/take_up.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <iterator>
#include <span>
#include <string>
#include <utility>

#include "composition/membership.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::composition {
namespace {

class TakeUp {
public:
    TakeUp(const TakeUpRequest& request, const GainTest& test, Laboratory& laboratory, RoundLog& log)
        : trained_{request.trained},
          members_{request.members},
          fewest_{request.fewest},
          most_{request.most},
          suspects_{request.suspects},
          candidates_{request.candidates},
          refuses_{request.refuses},
          test_{test},
          laboratory_{laboratory},
          log_{log} {
        std::sort(candidates_.begin(), candidates_.end());
    }

    TakeUpOutcome run() {
        for (std::uint32_t step = 1; take_step(step); ++step) {
        }
        return std::move(outcome_);
    }

private:
    /// False when it ended.
    bool take_step(std::uint32_t step) {
        const std::vector<Change> changes = actions(step);
        if (changes.empty()) {
            return false;
        }
        const ChangedLosses losses = laboratory_.changed_losses(trained_, laboratory_.compose(trained_).model, changes);
        sim::expects(losses.gains.size() == changes.size(), "the gains of every change");
        std::vector<std::string> refusals;
        std::ranges::transform(changes, std::back_inserter(refusals), [&](const Change& c) { return refusal(c); });
        const auto compared = static_cast<std::size_t>(std::ranges::count(refusals, std::string{}));
        std::vector<PairedGain> gains;
        std::size_t best = changes.size();
        for (std::size_t i = 0; i < changes.size(); ++i) {
            gains.push_back(paired_gain(losses.gains[i], std::max<std::size_t>(1, compared), test_));
            if (refusals[i].empty() && gains[i].lower > 0.0 &&
                (best == changes.size() || gains[i].lower > gains[best].lower)) {
                best = i;
            }
        }
        for (std::size_t i = 0; i < changes.size(); ++i) {
            if (step == 1 && !changes[i].leaves.valid()) {
                outcome_.gains[changes[i].joins] = gains[i].mean;
            }
            log_.considered(step, compared, changes[i], gains[i], what_became_of(refusals[i], gains[i], i == best));
        }
        if (best == changes.size()) {
            return false;
        }
        commit({changes[best], gains[best]});
        return true;
    }

    /// In the order in which ties are broken. In the first step candidates are compared even where none may join beside
    /// the members, so that what each is worth by itself is known.
    [[nodiscard]] std::vector<Change> actions(std::uint32_t step) const {
        std::vector<Change> changes;
        for (const sim::ServiceId candidate : candidates_) {
            if (step == 1 || may_grow()) {
                changes.push_back({.joins = candidate});
            }
        }
        std::vector<sim::ServiceId> leaving = suspects_;
        std::sort(leaving.begin(), leaving.end());
        for (const sim::ServiceId suspect : leaving) {
            for (const sim::ServiceId candidate : candidates_) {
                changes.push_back({.leaves = suspect, .joins = candidate});
            }
        }
        for (const sim::ServiceId suspect : leaving) {
            if (may_shrink()) {
                changes.push_back({.leaves = suspect});
            }
        }
        return changes;
    }

    [[nodiscard]] bool may_grow() const { return members_ < most_; }
    [[nodiscard]] bool may_shrink() const { return members_ > fewest_ && trained_.size() > 1 && !has_shrunk_; }
    /// Empty for a change that may be made.
    [[nodiscard]] std::string refusal(const Change& change) const {
        if (!change.leaves.valid() && !may_grow()) {
            return "the composition may not grow further";
        }
        return refuses_ ? refuses_(outcome_.changes, change) : std::string{};
    }

    [[nodiscard]] static std::string what_became_of(const std::string& refusal, const PairedGain& gain, bool is_best) {
        if (is_best) {
            return std::string{committed_outcome};
        }
        if (!refusal.empty()) {
            return "not done: " + refusal;
        }
        return gain.lower > 0.0 ? "not done: another one was proven to gain more" : "not done: no gain is proven";
    }

    void commit(const ProvenChange& proven) {
        const auto& [leaves, joins] = proven.change;
        trained_ = changed(trained_, proven.change);
        std::erase(suspects_, leaves);
        std::erase(candidates_, joins);
        if (!leaves.valid()) {
            ++members_;
        } else if (!joins.valid()) {
            --members_;
            has_shrunk_ = true;
        }
        outcome_.changes.push_back(proven);
    }

    std::vector<sim::ServiceId> trained_;
    std::size_t members_;
    std::size_t fewest_;
    std::size_t most_;
    std::vector<sim::ServiceId> suspects_;
    std::vector<sim::ServiceId> candidates_;
    std::function<std::string(std::span<const ProvenChange>, const Change&)> refuses_;
    GainTest test_;
    Laboratory& laboratory_;
    RoundLog& log_;
    bool has_shrunk_ = false;
    TakeUpOutcome outcome_;
};

}  // namespace

TakeUpOutcome take_up(const TakeUpRequest& request, const GainTest& test, Laboratory& laboratory, RoundLog& log) {
    return TakeUp{request, test, laboratory, log}.run();
}

}  // namespace mlaasim::composition
