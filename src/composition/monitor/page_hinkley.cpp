#include "composition/monitor/page_hinkley.hpp"

#include <algorithm>
#include <vector>

#include "sim/core/error.hpp"

namespace mlaasim::composition {

void declare(sim::OptionVisitor& visitor, PageHinkleyOptions& options) {
    visitor.option("grace", options.grace,
                   {.doc = "Values before the first comparison", .unit = "samples", .range = sim::between(1, 1e9)});
    visitor.option(
        "delta", options.delta,
        {.doc = "Change of the mean that is none; the larger, the fewer false alarms", .range = {.low = 0, .high = 1}});
    visitor.option(
        "threshold", options.threshold,
        {.doc = "Lambda: an alarm is a sum of excesses above it. Errors and losses lie in [0, 1], so the sum "
                "counts the errors beyond those expected: one value a round would hardly ever bring it to "
                "the usual 50, and needs a far smaller one",
         .range = sim::positive()});
    visitor.option(
        "forgetting", options.forgetting,
        {.doc = "Alpha: what is kept of the sum at each value", .range = {.low = 0, .high = 1, .low_open = true}});
}

MeanChange PageHinkley::watch(double value) {
    if (changed_) {
        *this = PageHinkley{options_};
    }
    ++count_;
    mean_ += 1.0 / static_cast<double>(count_) * (value - mean_);
    const double excess = value - mean_;
    up_ = options_.forgetting * up_ + excess - options_.delta;
    down_ = options_.forgetting * down_ + excess + options_.delta;
    least_up_ = count_ == 1 ? up_ : std::min(least_up_, up_);
    most_down_ = std::max(most_down_, down_);
    if (count_ < options_.grace) {
        return MeanChange::none;
    }
    const bool rose = up_ - least_up_ > options_.threshold;
    const bool fell = most_down_ - down_ > options_.threshold;
    changed_ = rose || fell;
    return rose ? MeanChange::rose : fell ? MeanChange::fell : MeanChange::none;
}

void PageHinkley::archive(Archive& archive) {
    std::vector<double> state{
        changed_ ? 1.0 : 0.0, static_cast<double>(count_), mean_, up_, down_, least_up_, most_down_};
    const std::size_t length = state.size();
    archive.numbers("monitor/page_hinkley", state);
    if (!archive.loads()) {
        return;
    }
    if (state.size() != length || !(state[1] >= 0.0)) {
        throw sim::InputError(sim::Problem{.what = "the checkpoint's sums can't be those of Page-Hinkley",
                                           .hint = "the trace is damaged"});
    }
    changed_ = state[0] != 0.0;
    count_ = static_cast<std::int64_t>(state[1]);
    mean_ = state[2];
    up_ = state[3];
    down_ = state[4];
    least_up_ = state[5];
    most_down_ = state[6];
}

}  // namespace mlaasim::composition
