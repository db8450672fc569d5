#include "sim/drift/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

#include "sim/core/counted.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

/// The rules of one entry that a range can't express.
class EntryRules {
public:
    EntryRules(std::size_t entry, std::vector<Problem>& problems) : entry_{entry}, problems_{problems} {}

    void check(const DriftOptions& options, std::uint32_t targets, std::uint32_t classes) {
        if (options.end != 0 && options.end <= options.start) {
            add({.what = "end is " + std::to_string(options.end) + ", start is " + std::to_string(options.start),
                 .expected = "an end after the start, or 0 for none",
                 .path = "end"});
        }
        std::ranges::for_each(options.kind->problems(classes), [&](const Problem& problem) { add(problem); });
        std::ranges::for_each(options.pattern->problems(), [&](const Problem& problem) { add(problem); });
        for (const std::int64_t id : options.ids) {
            if (std::cmp_less(id, 0) || std::cmp_greater_equal(id, targets)) {
                add({.what = "ids names " + std::to_string(id) + ", of " +
                             counted(targets, options.target == DriftTarget::services ? "service" : "client"),
                     .expected = "ids from 0 to the count - 1",
                     .path = "ids"});
            }
        }
    }

private:
    void add(Problem problem) {
        const std::string entry = std::to_string(entry_);
        problem.what = "drift." + entry + ": " + problem.what;
        problem.path = entry + "." + problem.path;
        problems_.push_back(std::move(problem));
    }

    std::size_t entry_;
    std::vector<Problem>& problems_;
};

/// Of `ids`, or of round(share x count) entities drawn without replacement (at least one if share > 0).
std::vector<bool> affected_by(const DriftOptions& options, std::size_t entry, std::uint32_t count, Seed seed) {
    std::vector<bool> affected(count, false);
    for (const std::int64_t id : options.ids) {
        affected[static_cast<std::size_t>(id)] = true;
    }
    if (!options.ids.empty() || options.share <= 0.0 || count == 0) {
        return affected;
    }
    std::vector<std::uint32_t> order(count);
    std::iota(order.begin(), order.end(), 0U);
    RandomStream{seed, Purpose::drift_targets, entry, 0}.shuffle(order);
    const auto chosen = std::clamp<std::int64_t>(std::llround(options.share * count), 1, count);
    for (const std::uint32_t id : std::span{order}.first(static_cast<std::size_t>(chosen))) {
        affected[id] = true;
    }
    return affected;
}

}  // namespace

DriftSchedule::DriftSchedule(std::span<const DriftOptions> options, std::uint32_t services, std::uint32_t clients,
                             std::uint32_t classes, Seed seed) {
    constexpr std::size_t most_entries = 1000;
    if (options.size() > most_entries) {
        throw InputError(Problem{.what = "drift has " + std::to_string(options.size()) + " entries",
                                 .expected = "at most " + std::to_string(most_entries)});
    }
    const auto count_of = [&](DriftTarget target) { return target == DriftTarget::services ? services : clients; };
    std::vector<Problem> problems;
    for (std::size_t i = 0; i < options.size(); ++i) {
        EntryRules{i, problems}.check(options[i], count_of(options[i].target), classes);
    }
    if (!problems.empty()) {
        throw InputError(std::move(problems));
    }
    for (std::size_t i = 0; i < options.size(); ++i) {
        entries_.push_back({std::make_shared<const DriftOptions>(options[i]),
                            affected_by(options[i], i, count_of(options[i].target), seed)});
    }
}

DriftState DriftSchedule::service(ServiceId id, Round round) const {
    return state(DriftTarget::services, id.value(), round);
}

DriftState DriftSchedule::client(ClientId id, Round round) const {
    return state(DriftTarget::clients, id.value(), round);
}

DriftState DriftSchedule::state(DriftTarget target, std::uint32_t id, Round round) const {
    expects(round.valid(), "drift is asked for a valid round");
    DriftState state;
    for (std::uint32_t i = 0; i < entries_.size(); ++i) {
        const auto& [options, affected] = entries_[i];
        const double level = options->target == target ? options->level(round.value()) : 0.0;
        if (level == 0.0) {
            continue;
        }
        expects(id < affected.size(), "drift is asked for an entity of the scenario");
        const double strength = affected[id] ? options->kind->strength() * level : 0.0;
        if (strength != 0.0) {
            state.entries.push_back({.entry = i, .strength = strength, .options = options});
        }
    }
    return state;
}

std::vector<DriftSchedule::Change> DriftSchedule::changes(Round round) const {
    std::vector<Change> found;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        const DriftOptions& options = *entries_[i].options;
        const bool is_in_force = options.level(std::int64_t{round.value()}) != 0.0;
        const bool was_in_force = options.level(std::int64_t{round.value()} - 1) != 0.0;
        if (is_in_force != was_in_force) {
            found.push_back({i, is_in_force});
        }
    }
    return found;
}

}  // namespace mlaasim::sim
