#include <optional>
#include <set>
#include <string>
#include <utility>

#include "sim/drift/effect.hpp"

namespace mlaasim::sim {
namespace {

/// Classes in pairs a, b. With a probability, drawn once per sample and entry of the schedule, a becomes b and b
/// becomes a.
struct LabelSwap final : DriftEffect, LabelChange {
    double magnitude = 1.0;
    std::vector<std::int64_t> classes{};  ///< the pairs one after another; empty = every class c and its mirror

    [[nodiscard]] double strength() const override { return magnitude; }
    [[nodiscard]] DriftChange change() const override { return this; }

    [[nodiscard]] std::uint8_t label(std::uint8_t label, double strength, const LabelContext& context) const override {
        const std::optional<std::int64_t> partner = partner_of(label, context.classes);
        if (!partner) {
            return label;
        }
        const std::uint64_t entity = (static_cast<std::uint64_t>(context.entry) << 32U) | context.sample;
        const bool hit = RandomStream{context.seed, Purpose::drift_labels, entity, 0}.uniform() < strength;
        return hit ? static_cast<std::uint8_t>(*partner) : label;
    }

    [[nodiscard]] std::vector<Problem> problems(std::uint32_t count) const override {
        std::vector<Problem> found;
        const auto rule = [&](bool holds, std::string what, std::string expected) {
            if (!holds) {
                found.push_back({.what = std::move(what), .expected = std::move(expected), .path = "classes"});
            }
        };
        rule(classes.size() % 2 == 0, "classes has " + std::to_string(classes.size()) + " numbers",
             "pairs a, b that swap");
        std::set<std::int64_t> seen;
        for (const std::int64_t number : classes) {
            rule(std::cmp_greater_equal(number, 0) && std::cmp_less(number, count),
                 "classes names " + std::to_string(number) + ", there are " + std::to_string(count),
                 "classes from 0 to the count - 1");
            rule(seen.insert(number).second, "classes names " + std::to_string(number) + " twice",
                 "each class in one pair at most; chain swaps with several entries");
        }
        return found;
    }

private:
    /// The class that this one swaps with; nothing when it keeps its labels.
    [[nodiscard]] std::optional<std::int64_t> partner_of(std::int64_t label, std::uint32_t count) const {
        if (classes.empty()) {
            const std::int64_t mirror = std::int64_t{count} - 1 - label;
            return mirror == label ? std::nullopt : std::optional{mirror};
        }
        for (std::size_t i = 0; i < classes.size(); ++i) {
            if (classes[i] == label) {
                return classes[i ^ 1U];
            }
        }
        return std::nullopt;
    }
};

void declare(OptionVisitor& visitor, LabelSwap& options) {
    visitor.option("magnitude", options.magnitude,
                   {.doc = "Share of the samples whose labels swap", .range = between(0, 1)});
    visitor.option("classes", options.classes,
                   {.doc = "Classes in pairs a, b that swap; empty = every class c becomes classes - 1 - c",
                    .range = between(0.0, 255.0)});
}

}  // namespace

Kind<DriftEffect> label_swap_drift() {
    return Kind<DriftEffect>::of<LabelSwap>("label_swap", "classes swap their labels (concept drift)");
}

}  // namespace mlaasim::sim
