#include "sim/scenario_text/tree.hpp"

#include <algorithm>
#include <charconv>

#include "sim/core/printable.hpp"

namespace mlaasim::sim {

const OptionsNode* OptionsNode::child(std::string_view key) const {
    if (kind == Kind::mapping) {
        const auto found = std::ranges::find(keys, key);
        return found == keys.end() ? nullptr : &children[static_cast<std::size_t>(found - keys.begin())];
    }
    std::size_t index = 0;
    const auto [end, error] = std::from_chars(key.data(), key.data() + key.size(), index);
    const bool is_index = error == std::errc{} && end == key.data() + key.size();
    return is_index && index < children.size() ? &children[index] : nullptr;
}

OptionsNode* OptionsNode::child(std::string_view key) {
    return const_cast<OptionsNode*>(static_cast<const OptionsNode*>(this)->child(key));
}

std::size_t OptionsNode::latest_source() const {
    std::size_t latest = place.source;
    for (const OptionsNode& node : children) {
        latest = std::max(latest, node.latest_source());
    }
    return latest;
}

std::string described(const OptionsNode& node) {
    switch (node.kind) {
        case OptionsNode::Kind::null: return "empty";
        case OptionsNode::Kind::sequence: return "a list";
        case OptionsNode::Kind::mapping: return "a section";
        case OptionsNode::Kind::scalar: break;
    }
    return node.quoted ? "\"" + shown(node.text) + "\"" : shown(node.text);
}

std::vector<std::string_view> path_parts(std::string_view path) {
    std::vector<std::string_view> parts;
    for (std::size_t dot = path.find('.'); dot != std::string_view::npos; dot = path.find('.')) {
        parts.push_back(path.substr(0, dot));
        path.remove_prefix(dot + 1);
    }
    parts.push_back(path);
    return parts;
}

}  // namespace mlaasim::sim
