#include "sim/drift/schedule.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
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
        rule(options.end == 0 || options.end > options.start, "end",
             "end is " + std::to_string(options.end) + ", start is " + std::to_string(options.start),
             "an end after the start, or 0 for none");
        check_magnitude(options);
        check_classes(options, classes);
        for (const std::int64_t id : options.ids) {
            rule(std::cmp_greater_equal(id, 0) && std::cmp_less(id, targets), "ids",
                 "ids names " + std::to_string(id) + ", of " +
                     counted(targets, options.target == DriftTarget::services ? "service" : "client"),
                 "ids from 0 to the count - 1");
        }
    }

private:
    void rule(bool holds, const std::string& key, const std::string& what, std::string expected) {
        if (!holds) {
            const std::string entry = std::to_string(entry_);
            problems_.push_back(Problem{
                .what = "drift." + entry + ": " + what, .expected = std::move(expected), .path = entry + "." + key});
        }
    }

    void check_magnitude(const DriftOptions& options) {
        const std::string what =
            "magnitude of " + std::string{choice_name(options.kind)} + " is " + std::to_string(options.magnitude);
        rule(std::isfinite(options.magnitude), "magnitude", what, "a finite number");
        if (options.kind == DriftKind::noise) {
            rule(options.magnitude >= 0.0, "magnitude", what, "a standard deviation >= 0");
        }
        if (options.kind == DriftKind::label_swap) {
            rule(options.magnitude >= 0.0 && options.magnitude <= 1.0, "magnitude", what, "a share in [0, 1]");
        }
    }

    void check_classes(const DriftOptions& options, std::uint32_t classes) {
        rule(options.kind == DriftKind::label_swap || options.classes.empty(), "classes",
             "classes are given, but the kind is " + std::string{choice_name(options.kind)},
             "classes only with kind: label_swap");
        rule(options.classes.size() % 2 == 0, "classes",
             "classes has " + std::to_string(options.classes.size()) + " numbers", "pairs a, b that swap");
        std::set<std::int64_t> seen;
        for (const std::int64_t number : options.classes) {
            rule(std::cmp_greater_equal(number, 0) && std::cmp_less(number, classes), "classes",
                 "classes names " + std::to_string(number) + ", there are " + std::to_string(classes),
                 "classes from 0 to the count - 1");
            rule(seen.insert(number).second, "classes", "classes names " + std::to_string(number) + " twice",
                 "each class in one pair at most; chain swaps with several entries");
        }
    }

    std::size_t entry_;
    std::vector<Problem>& problems_;
};

std::vector<std::int64_t> mirrored_pairs(std::uint32_t classes) {
    std::vector<std::int64_t> pairs;
    for (std::int64_t a = 0; a < classes / 2; ++a) {
        pairs.insert(pairs.end(), {a, std::int64_t{classes} - 1 - a});
    }
    return pairs;
}

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

bool in_force(const DriftOptions& options, std::int64_t round) {
    return round >= options.start && (options.end == 0 || round < options.end);
}

double magnitude_in(const DriftOptions& options, std::int64_t round) {
    if (options.pattern == DriftPattern::sudden) {
        return options.magnitude;
    }
    const double grown = static_cast<double>(round - options.start + 1) / static_cast<double>(options.duration);
    return options.magnitude * std::min(1.0, grown);
}

}  // namespace

DriftSchedule::DriftSchedule(std::span<const DriftOptions> options, std::uint32_t services, std::uint32_t clients,
                             std::uint32_t classes, Seed seed)
    : classes_{classes} {
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
        Entry entry{options[i], affected_by(options[i], i, count_of(options[i].target), seed)};
        if (entry.options.kind == DriftKind::label_swap && entry.options.classes.empty()) {
            entry.options.classes = mirrored_pairs(classes_);
        }
        entries_.push_back(std::move(entry));
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
    DriftState sum;
    double variance = 0.0;
    for (std::uint32_t i = 0; i < entries_.size(); ++i) {
        const auto& [options, affected] = entries_[i];
        if (options.target != target || !in_force(options, round.value())) {
            continue;
        }
        expects(id < affected.size(), "drift is asked for an entity of the scenario");
        const double magnitude = affected[id] ? magnitude_in(options, round.value()) : 0.0;
        if (magnitude == 0.0) {
            continue;
        }
        switch (options.kind) {
            case DriftKind::rotation: sum.rotation_degrees += magnitude; break;
            case DriftKind::noise: variance += magnitude * magnitude; break;
            case DriftKind::label_swap:
                for (std::size_t k = 0; k + 1 < options.classes.size(); k += 2) {
                    sum.swaps.push_back({.a = static_cast<std::uint8_t>(options.classes[k]),
                                         .b = static_cast<std::uint8_t>(options.classes[k + 1]),
                                         .share = magnitude,
                                         .entry = i});
                }
                break;
        }
    }
    sum.noise_deviation = std::sqrt(variance);
    return sum;
}

std::vector<DriftSchedule::Change> DriftSchedule::changes(Round round) const {
    std::vector<Change> found;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
        const DriftOptions& options = entries_[i].options;
        if (options.start == round.value()) {
            found.push_back({i, true});
        }
        if (options.end != 0 && options.end == round.value()) {
            found.push_back({i, false});
        }
    }
    return found;
}

}  // namespace mlaasim::sim
