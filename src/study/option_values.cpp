#include "study/option_values.hpp"

#include <algorithm>

#include "study/value_text.hpp"

namespace mlaasim::study {
namespace {

using Kind = sim::OptionsNode::Kind;

bool is_plain(const sim::OptionsNode& node) { return node.kind == Kind::scalar; }

void flatten(const sim::OptionsNode& node, const std::string& path, OptionValues& flat) {
    if (node.children.empty() || (node.kind == Kind::sequence && std::ranges::all_of(node.children, is_plain))) {
        flat[path] = text_of(node);
        return;
    }
    for (std::size_t i = 0; i < node.children.size(); ++i) {
        const std::string key = node.keys.empty() ? std::to_string(i) : node.keys[i];
        flatten(node.children[i], path.empty() ? key : path + "." + key, flat);
    }
}

}  // namespace

OptionValues option_values(const sim::OptionsNode& scenario) {
    OptionValues flat;
    flatten(scenario, "", flat);
    return flat;
}

}  // namespace mlaasim::study
