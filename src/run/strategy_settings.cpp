#include "run/strategy_settings.hpp"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "composition/strategy.hpp"
#include "sim/core/error.hpp"
#include "sim/options/option_value.hpp"
#include "sim/scenario_text/override.hpp"

namespace mlaasim::run {
namespace {

constexpr std::string_view strategy_path = "adaptation.strategy.kind";

const sim::OptionsNode* node_at(const sim::OptionsNode& root, std::string_view path) {
    const sim::OptionsNode* node = &root;
    for (const std::string_view part : sim::path_parts(path)) {
        node = node != nullptr ? node->child(part) : nullptr;
    }
    return node;
}

bool says(const sim::OptionsNode& node, std::string_view value) {
    const auto number = sim::parse_number(node.text);
    return node.kind == sim::OptionsNode::Kind::scalar &&
           (node.text == value || (number && number == sim::parse_number(value)));
}

}  // namespace

sim::OptionsDocument with_settings_of_strategy(const sim::OptionsDocument& given) {
    sim::OptionsNode tree = given.tree();
    const sim::OptionsNode* const strategy = node_at(given.tree(), strategy_path);
    const auto kinds = composition::strategy_kinds();
    const auto kind = strategy == nullptr ? kinds.end()
                                          : std::ranges::find(kinds, std::string_view{strategy->text},
                                                              &sim::Kind<composition::StrategyOptions>::word);
    std::vector<sim::Problem> problems;
    if (kind != kinds.end()) {
        const auto options = kind->make();
        for (const composition::Setting& setting : options->settings()) {
            const sim::OptionsNode* const own = node_at(given.tree(), setting.path);
            if (own != nullptr && says(*own, setting.value)) {
                continue;
            }
            if (own != nullptr && own->place.source >= strategy->place.source) {
                const std::string path{setting.path};
                problems.push_back(
                    given.problem_at(path,
                                     path + " is " + described(*own) + ", but " + std::string{strategy_path} + " " +
                                         std::string{kind->word} + " sets it to " + std::string{setting.value},
                                     std::string{setting.value}, "remove it, or choose another strategy"));
                continue;
            }
            put_value(
                tree, setting.path,
                {.kind = sim::OptionsNode::Kind::scalar, .place = strategy->place, .text = std::string{setting.value}},
                given.sources()[strategy->place.source]);
        }
    }
    if (!problems.empty()) {
        throw sim::InputError(std::move(problems));
    }
    return {std::move(tree), given.sources()};
}

}  // namespace mlaasim::run
