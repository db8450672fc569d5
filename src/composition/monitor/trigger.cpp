#include "composition/monitor/trigger.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include "sim/core/error.hpp"
#include "sim/core/limits.hpp"

namespace mlaasim::composition {

std::vector<sim::Choice> choices_of(WatchedValue) {
    return {{"error", static_cast<int>(WatchedValue::error), "1 for a wrong answer, 0 for a right one"},
            {"loss", static_cast<int>(WatchedValue::loss), "half of the Brier loss, in [0, 1]"}};
}

void declare_open_rounds(sim::OptionVisitor& visitor, TriggerOptions& options) {
    visitor.option("open_rounds", options.open_rounds,
                   {.doc = "Rounds in which the strategy responds after an alarm, its own included",
                    .unit = "rounds",
                    .range = sim::between(1, sim::most_rounds)});
}

void declare_watching(sim::OptionVisitor& visitor, TriggerOptions& options) {
    declare_open_rounds(visitor, options);
    visitor.choice("value", options.value, {.doc = "What is watched of each labelled sample"});
}

std::vector<double> interleaved(std::span<const std::vector<double>> by_client) {
    std::size_t longest = 0;
    for (const std::vector<double>& values : by_client) {
        longest = std::max(longest, values.size());
    }
    std::vector<double> all;
    for (std::size_t i = 0; i < longest; ++i) {
        for (const std::vector<double>& values : by_client) {
            if (i < values.size()) {
                all.push_back(values[i]);
            }
        }
    }
    return all;
}

Trigger::Trigger(const sim::Chosen<TriggerOptions>& options) : options_{options}, detector_{options->make()} {}

bool Trigger::opens(sim::Round round, const Signs& signs, RoundLog& log) {
    if (options_->always_open()) {
        return true;
    }
    const std::vector<double> values = interleaved(signs.values);
    sim::expects(values.empty() || detector_ != nullptr, "values have a detector that watches them");
    bool rose = false;
    bool fell = false;
    for (const double value : values) {
        const MeanChange change = detector_->watch(value);
        rose = rose || change == MeanChange::rose;
        fell = fell || change == MeanChange::fell;
    }
    if (rose || signs.unmet > 0) {
        last_alarm_ = round.value();
    }
    const bool open = last_alarm_ > 0 && round.value() < last_alarm_ + options_->open_rounds;
    constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
    log.watched({.trigger = options_.word(),
                 .samples = values.size(),
                 .mean = values.empty()
                             ? unknown
                             : std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size()),
                 .window = detector_ != nullptr ? detector_->window() : 0,
                 .window_mean = detector_ != nullptr && detector_->window() > 0 ? detector_->mean() : unknown,
                 .rose = rose,
                 .fell = fell,
                 .unmet = signs.unmet,
                 .open = open});
    return open;
}

void Trigger::archive(Archive& archive) {
    if (options_->always_open()) {
        return;
    }
    std::vector<std::int64_t> alarm{last_alarm_};
    archive.integers("monitor/last_alarm", alarm);
    if (archive.loads()) {
        if (alarm.size() != 1) {
            throw sim::InputError(sim::Problem{.what = "the checkpoint does not say when the last alarm was",
                                               .hint = "the trace is damaged"});
        }
        last_alarm_ = alarm.front();
    }
    if (detector_ != nullptr) {
        detector_->archive(archive);
    }
}

}  // namespace mlaasim::composition
