#include "composition/healing/take_up.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <iterator>
#include <limits>
#include <span>
#include <string>
#include <utility>

#include "composition/membership.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::composition {
namespace {

/// Of the labelled samples every other one chooses, beginning with the first.
enum class Half : std::size_t { chooses, proves };

std::vector<double> half_of(std::span<const double> gains, Half half) {
    std::vector<double> found;
    for (auto s = static_cast<std::size_t>(half); s < gains.size(); s += 2) {
        found.push_back(gains[s]);
    }
    return found;
}

/// A change that was compared in a step.
struct Compared {
    Change change;
    std::string refusal{};  ///< why it may not be made; empty when it may
    PairedGain gain{};      ///< on the samples that choose
    bool chosen = false;
};
using Step = std::vector<Compared>;

class TakeUp {
public:
    TakeUp(const TakeUpRequest& request, const TakeUpTests& tests, Laboratory& laboratory, RoundLog& log)
        : request_{request},
          tests_{tests},
          laboratory_{laboratory},
          log_{log},
          trained_{request.trained},
          leaving_{request.trained},
          candidates_{request.candidates},
          members_{request.members} {
        std::ranges::sort(leaving_);
        std::ranges::sort(candidates_);
    }

    TakeUpOutcome run() {
        while (chain_.size() < request_.most_changes && take_step()) {
        }
        prove();
        return std::move(outcome_);
    }

private:
    /// False when it ended.
    bool take_step() {
        const std::vector<Change> leaves = all_that_leave();
        if (candidates_.empty() && leaves.empty()) {
            return false;
        }
        const sim::ModelId composed = laboratory_.compose(trained_).model;
        Step step;
        if (steps_.empty()) {
            compare_candidates(composed, step);
        } else {
            compare(all_that_join(), composed, step);
        }
        compare(leaves, composed, step);
        compare(swaps(step), composed, step);
        Compared* best = nullptr;
        for (Compared& row : step) {
            if (row.refusal.empty() && row.gain.lower > 0.0 && (best == nullptr || row.gain.lower > best->gain.lower)) {
                best = &row;
            }
        }
        if (best != nullptr) {
            best->chosen = true;
            const ChangedLosses losses =
                laboratory_.changed_losses(trained_, composed, {&best->change, 1}, LabelledSamples::all);
            follow(best->change, half_of(losses.gains.front(), Half::proves));
        }
        const bool found = best != nullptr;
        steps_.push_back(std::move(step));
        return found;
    }

    [[nodiscard]] std::vector<Change> all_that_join() const {
        std::vector<Change> found;
        for (const sim::ServiceId candidate : candidates_) {
            found.push_back({.joins = candidate});
        }
        return found;
    }

    [[nodiscard]] std::vector<Change> all_that_leave() const {
        std::vector<Change> found;
        if (trained_.size() > 1) {
            for (const sim::ServiceId member : leaving_) {
                found.push_back({.leaves = member});
            }
        }
        return found;
    }

    /// Candidates that were refused beside the members, each in the place of the one that is missed least.
    [[nodiscard]] static std::vector<Change> swaps(const Step& step) {
        const Compared* least = nullptr;
        for (const Compared& row : step) {
            if (row.change.leaves.valid() && (least == nullptr || row.gain.mean > least->gain.mean)) {
                least = &row;
            }
        }
        std::vector<Change> found;
        for (const Compared& row : step) {
            if (least != nullptr && row.change.joins.valid() && !row.refusal.empty()) {
                found.push_back({.leaves = least->change.leaves, .joins = row.change.joins});
            }
        }
        return found;
    }

    /// On the samples that choose alone: who is not chosen needs no more.
    void compare(const std::vector<Change>& changes, sim::ModelId composed, Step& step) {
        if (changes.empty()) {
            return;
        }
        const ChangedLosses losses =
            laboratory_.changed_losses(trained_, composed, changes, LabelledSamples::every_other);
        sim::expects(losses.gains.size() == changes.size(), "the gains of every change");
        for (std::size_t i = 0; i < changes.size(); ++i) {
            add(changes[i], losses.gains[i], step);
        }
    }

    /// Before any change, on all samples: that is what they are worth.
    void compare_candidates(sim::ModelId composed, Step& step) {
        const std::vector<Change> joins = all_that_join();
        if (joins.empty()) {
            return;
        }
        const ChangedLosses losses = laboratory_.changed_losses(trained_, composed, joins, LabelledSamples::all);
        for (std::size_t i = 0; i < joins.size(); ++i) {
            outcome_.gains[joins[i].joins] = mean_gain(losses.gains[i]).mean;
            add(joins[i], half_of(losses.gains[i], Half::chooses), step);
        }
    }

    void add(const Change& change, std::span<const double> choosing, Step& step) const {
        step.push_back({.change = change, .refusal = refusal(change), .gain = paired_gain(choosing, 1, tests_.choice)});
    }

    /// Empty for a change that may be made.
    [[nodiscard]] std::string refusal(const Change& change) const {
        if (!change.leaves.valid() && members_ >= request_.most) {
            return "the composition may not grow further";
        }
        if (!change.joins.valid() && members_ <= request_.fewest) {
            return "too few members would stay";
        }
        return request_.refuses ? request_.refuses(chain_, change) : std::string{};
    }

    void follow(const Change& change, const std::vector<double>& proving) {
        const auto& [leaves, joins] = change;
        trained_ = changed(trained_, change);
        std::erase(leaving_, leaves);
        std::erase(candidates_, joins);
        members_ = members_ + (joins.valid() ? 1 : 0) - (leaves.valid() ? 1 : 0);
        chain_.push_back(change);
        means_.push_back(mean_gain(proving).mean);
        together_.resize(proving.size(), 0.0);
        // Gains are differences of losses in whole units: those of the steps add up to that of the chain.
        std::ranges::transform(together_, proving, together_.begin(), std::plus{});
    }

    void prove() {
        const GainTest of_all{.error = tests_.proof.error,
                              .margin = tests_.proof.margin * static_cast<double>(chain_.size())};
        const PairedGain proof = paired_gain(together_, 1, of_all);
        const bool proven = !chain_.empty() && proof.lower > 0.0;
        for (std::size_t i = 0; i < steps_.size(); ++i) {
            for (Compared& row : steps_[i]) {
                row.gain.lower = row.chosen ? proof.lower : std::numeric_limits<double>::quiet_NaN();
                log_.considered(static_cast<std::uint32_t>(i + 1), steps_[i].size(), row.change, row.gain,
                                what_became_of(row, proven));
            }
        }
        for (std::size_t i = 0; proven && i < chain_.size(); ++i) {
            outcome_.changes.push_back({chain_[i], means_[i]});
        }
    }

    [[nodiscard]] static std::string what_became_of(const Compared& row, bool proven) {
        if (row.chosen) {
            return proven ? std::string{committed_outcome} : "not done: no gain is proven";
        }
        return "not done: " + (row.refusal.empty() ? "it was not proposed" : row.refusal);
    }

    const TakeUpRequest& request_;
    TakeUpTests tests_;
    Laboratory& laboratory_;
    RoundLog& log_;
    std::vector<sim::ServiceId> trained_;
    std::vector<sim::ServiceId> leaving_;     ///< members that may leave, ascending
    std::vector<sim::ServiceId> candidates_;  ///< that may join, ascending
    std::size_t members_;
    std::vector<Step> steps_{};
    std::vector<Change> chain_{};     ///< what was chosen
    std::vector<double> means_{};     ///< mean gain of each of the chain on the samples that prove
    std::vector<double> together_{};  ///< gain of the chain, by sample that proves
    TakeUpOutcome outcome_{};
};

}  // namespace

TakeUpOutcome take_up(const TakeUpRequest& request, const TakeUpTests& tests, Laboratory& laboratory, RoundLog& log) {
    return TakeUp{request, tests, laboratory, log}.run();
}

}  // namespace mlaasim::composition
