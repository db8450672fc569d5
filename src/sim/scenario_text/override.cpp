#include "sim/scenario_text/override.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "sim/core/printable.hpp"
#include "sim/options/option_value.hpp"
#include "sim/scenario_text/parse.hpp"

namespace mlaasim::sim {
namespace {

using Kind = OptionsNode::Kind;

bool is_number(std::string_view part) {
    return !part.empty() && std::ranges::all_of(part, [](unsigned char c) { return std::isdigit(c) != 0; });
}

/// Who puts a value into the tree, for messages.
struct Origin {
    std::string name;
    OptionsPlace place;
};

[[noreturn]] void fail(const Origin& origin, std::string what, std::string expected, std::string hint = {}) {
    throw InputError(Problem{origin.name, origin.place.line, std::move(what), std::move(expected), std::move(hint)});
}

/// The child to go on with; a new null one where the path leaves the tree.
OptionsNode& step(OptionsNode& node, std::string_view part, std::string_view so_far, const Origin& origin) {
    if (node.kind == Kind::null) {
        node.kind = is_number(part) ? Kind::sequence : Kind::mapping;
        node.place = origin.place;
    }
    if (node.kind == Kind::scalar) {
        fail(origin, fmt::format("{} is the value {}", so_far, shown(node.text)), "a section or a list",
             fmt::format("\"{}\" can't be set inside a plain value", shown(part)));
    }
    if (OptionsNode* existing = node.child(part)) {
        return *existing;
    }
    if (node.kind == Kind::sequence) {
        if (!is_number(part)) {
            fail(origin, fmt::format("{} is a list", so_far), "the number of an element, from 0",
                 fmt::format("write {}.0 for the first one", so_far));
        }
        if (part != std::to_string(node.children.size())) {
            fail(origin, fmt::format("{} has no element {}", so_far, shown(part)),
                 fmt::format("a number in [0, {}]", node.children.size()),
                 fmt::format("{} appends an element", node.children.size()));
        }
    } else {
        node.keys.emplace_back(part);
    }
    node.children.push_back(OptionsNode{.place = origin.place});
    return node.children.back();
}

}  // namespace

std::string override_name(std::string_view override_text) { return fmt::format("--set {}", override_text); }

void put_value(OptionsNode& root, std::string_view path, OptionsNode value, const std::string& origin_name) {
    constexpr std::size_t max_levels = 32;
    const Origin origin{origin_name, value.place};
    const std::vector<std::string_view> parts = path_parts(path);
    if (std::ranges::any_of(parts, [](std::string_view part) { return part.empty(); })) {
        fail(origin, fmt::format("the path \"{}\" has an empty part", shown(path)), "key.path=value");
    }
    if (parts.size() > max_levels) {
        fail(origin, "the path has too many parts", fmt::format("at most {}", max_levels));
    }
    OptionsNode* node = &root;
    std::string so_far = "the scenario";
    for (const std::string_view part : parts) {
        node = &step(*node, part, so_far, origin);
        so_far = shown(path.substr(0, static_cast<std::size_t>(part.data() + part.size() - path.data())));
    }
    if (node->kind == OptionsNode::Kind::scalar) {
        value.earlier = std::move(node->earlier);
        node->earlier.clear();
        value.earlier.push_back(std::move(*node));
    }
    *node = std::move(value);
}

void apply_override(OptionsNode& root, std::string_view override_text, std::size_t number) {
    const std::string name = override_name(override_text);
    const std::size_t equals = override_text.find('=');
    if (equals == std::string_view::npos) {
        fail({name, {.source = number}}, "the override has no \"=\"", "key.path=value",
             "for example training.epochs=2");
    }
    OptionsNode value = parse_options({override_text.substr(equals + 1), name, number});
    value.place = {.source = number};
    put_value(root, override_text.substr(0, equals), std::move(value), name);
}

}  // namespace mlaasim::sim
