// In which rounds the strategy responds: always, or when something speaks for a change.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "composition/archive.hpp"
#include "composition/monitor/detector.hpp"
#include "composition/round_log.hpp"
#include "sim/core/ids.hpp"
#include "sim/options/need.hpp"
#include "sim/options/options.hpp"

namespace mlaasim::composition {

/// What a detector watches of each labelled sample.
enum class WatchedValue : std::uint8_t {
    error,  ///< 1 for a wrong answer, 0 for a right one (default)
    loss,   ///< half of the Brier loss, in [0, 1]
};
[[nodiscard]] std::vector<sim::Choice> choices_of(WatchedValue);

/// The options of a kind of trigger, and what follows from them.
struct TriggerOptions {
    std::int64_t open_rounds = 3;  ///< in which the strategy responds after an alarm, its own round included
    WatchedValue value = WatchedValue::error;

    virtual ~TriggerOptions() = default;

    /// Whether every round that assesses responds, whatever happens.
    [[nodiscard]] virtual bool always_open() const { return false; }
    /// Whether a detector watches labelled samples.
    [[nodiscard]] virtual bool watches() const { return false; }
    /// The detector, with nothing watched yet; null without one.
    [[nodiscard]] virtual std::unique_ptr<Detector> make() const { return nullptr; }
    /// What the scenario must have in rounds that assess.
    [[nodiscard]] virtual sim::Needs needs() const { return {}; }
};

/// The option of every kind that is not always open.
void declare_open_rounds(sim::OptionVisitor& visitor, TriggerOptions& options);
/// The options of every kind that has a detector.
void declare_watching(sim::OptionVisitor& visitor, TriggerOptions& options);

/// The kinds of triggers; the first is the default.
[[nodiscard]] std::span<const sim::Kind<TriggerOptions>> trigger_kinds();

/// What happened in a round that speaks for or against a response.
struct Signs {
    /// By client, the values of its labelled samples; empty where the trigger has no detector.
    std::span<const std::vector<double>> values{};
    std::size_t unmet = 0;  ///< requirements of clients that the composition did not meet
};

/// Opens with an alarm: the mean of the watched values rose, or a requirement was not met. It stays open for
/// `open_rounds` rounds. A fall of the mean is no alarm.
class Trigger {
public:
    explicit Trigger(const sim::Chosen<TriggerOptions>& options);

    /// Whether a round's strategy is to respond. To be asked once in every round that assesses.
    [[nodiscard]] bool opens(sim::Round round, const Signs& signs, RoundLog& log);
    void archive(Archive& archive);

private:
    sim::Chosen<TriggerOptions> options_;
    std::unique_ptr<Detector> detector_;
    std::int64_t last_alarm_ = 0;  ///< its round; 0 before the first
};

/// The values of all clients in turn: the first of each client, then the second of each, and so on. So clients that
/// differ from one another make no steps in what a detector watches.
[[nodiscard]] std::vector<double> interleaved(std::span<const std::vector<double>> by_client);

}  // namespace mlaasim::composition
