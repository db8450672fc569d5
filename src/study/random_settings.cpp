#include "study/random_settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sim/core/random.hpp"
#include "sim/core/sha256.hpp"
#include "sim/options/option_value.hpp"

namespace mlaasim::study {
namespace {

using Kind = sim::OptionsNode::Kind;

void declare(sim::OptionVisitor& visitor, RandomRange& range) {
    visitor.option("low", range.low, {.doc = "the least value", .required = true});
    visitor.option("high", range.high, {.doc = "the largest value", .required = true});
    visitor.choice("scale", range.scale, {.doc = "how values are drawn between them"});
    visitor.option("integer", range.integer, {.doc = "only whole numbers"});
}

std::vector<RandomRange> read_ranges(const sim::OptionsNode& node, SectionCheck& check) {
    std::vector<RandomRange> ranges;
    if (!check.expect(node, Kind::mapping, "sweep.random.ranges", "a section of \"key: {low: ..., high: ...}\"")) {
        return ranges;
    }
    if (node.keys.empty()) {
        check.add(node.place, "sweep.random.ranges is empty", "a section of \"key: {low: ..., high: ...}\"");
    }
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
        const sim::OptionsNode& value = node.children[i];
        const std::string path = "sweep.random.ranges." + node.keys[i];
        RandomRange range{.key = node.keys[i], .place = value.place};
        if (!check.may_vary(range.key, value.place) ||
            !check.expect(value, Kind::mapping, path, "{low: ..., high: ...}") ||
            !check.options(value, path, [&](sim::OptionVisitor& visitor) { declare(visitor, range); })) {
            continue;
        }
        const bool in_order = range.low <= range.high;
        if (!in_order || (range.scale == Scale::log && range.low <= 0.0)) {
            check.add(
                value.place,
                fmt::format("{} goes from {} to {}", path, sim::number_text(range.low), sim::number_text(range.high)),
                in_order ? "low > 0 on a logarithmic scale" : "low <= high");
            continue;
        }
        ranges.push_back(std::move(range));
    }
    return ranges;
}

/// A number that stands for the key in random streams.
std::uint64_t number_of(const std::string& key) {
    sim::Sha256 sum;
    sum.update(key);
    return std::stoull(sum.hex().substr(0, 16), nullptr, 16);
}

}  // namespace

std::vector<sim::Choice> choices_of(Scale /*scale*/) {
    return {{"linear", static_cast<int>(Scale::linear), "every value is as likely as any other"},
            {"log", static_cast<int>(Scale::log), "every order of magnitude is as likely as any other"}};
}

RandomSettings read_random(const sim::OptionsNode& node, SectionCheck& check) {
    RandomSettings settings{.place = node.place};
    if (!check.expect(node, Kind::mapping, "sweep.random", "a section with count and ranges")) {
        return settings;
    }
    sim::OptionsNode plain = node;  // without the ranges, whose keys are the user's
    const sim::OptionsNode* const ranges = node.child("ranges");
    if (ranges == nullptr) {
        check.add(node.place, "sweep.random.ranges is missing", "a section of \"key: {low: ..., high: ...}\"");
    } else {
        const auto at = static_cast<std::ptrdiff_t>(ranges - node.children.data());
        plain.children.erase(plain.children.begin() + at);
        plain.keys.erase(plain.keys.begin() + at);
        settings.ranges = read_ranges(*ranges, check);
    }
    check.options(plain, "sweep.random", [&](sim::OptionVisitor& visitor) {
        visitor.option("count", settings.count,
                       {.doc = "settings to draw", .range = sim::between(1, 1e9), .required = true});
        visitor.option("seed", settings.seed,
                       {.doc = "of the draws; another seed draws others", .range = sim::at_least(0)});
    });
    return settings;
}

std::string drawn_value(const RandomSettings& settings, const RandomRange& range, std::size_t draw) {
    sim::RandomStream stream{{static_cast<std::uint64_t>(settings.seed)},
                             sim::Purpose::sweep,
                             number_of(range.key),
                             static_cast<std::uint32_t>(draw)};
    // A whole number has the interval of length 1 around it.
    const double half = range.integer ? 0.5 : 0.0;
    const double low = std::max(range.low - half, range.scale == Scale::log ? range.low * 0.5 : range.low - half);
    const double high = range.high + half;
    const double value =
        range.scale == Scale::log ? std::exp(stream.uniform(std::log(low), std::log(high))) : stream.uniform(low, high);
    if (range.integer) {
        return std::to_string(
            std::llround(std::clamp(std::round(value), std::ceil(range.low), std::floor(range.high))));
    }
    const auto rounded = sim::parse_number(fmt::format("{:.4g}", value));
    return sim::number_text(std::clamp(rounded.value_or(value), range.low, range.high));
}

}  // namespace mlaasim::study
