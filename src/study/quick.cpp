#include "study/quick.hpp"

#include <string_view>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/scenario_text/override.hpp"

namespace mlaasim::study {
namespace {

using Kind = sim::OptionsNode::Kind;
using sim::OptionsNode;

void merge(OptionsNode& target, OptionsNode value) {
    if (target.kind == Kind::mapping && value.kind == Kind::mapping) {
        for (std::size_t i = 0; i < value.keys.size(); ++i) {
            if (OptionsNode* const known = target.child(value.keys[i])) {
                merge(*known, std::move(value.children[i]));
            } else {
                target.keys.push_back(value.keys[i]);
                target.children.push_back(std::move(value.children[i]));
            }
        }
        return;
    }
    if (target.kind == Kind::scalar) {
        value.earlier = std::move(target.earlier);
        target.earlier.clear();
        value.earlier.push_back(std::move(target));
    }
    target = std::move(value);
}

/// A part of the study whose keys have dots of their own.
bool belongs_to_the_study(std::string_view key) { return key == "sweep" || key == "metrics"; }

}  // namespace

void set_source(OptionsNode& value, std::size_t source) {
    value.place.source = source;
    for (OptionsNode& child : value.children) {
        set_source(child, source);
    }
}

void apply_quick(OptionsNode& study, std::size_t source, const std::string& file) {
    const OptionsNode* const given = study.child("quick");
    if (given == nullptr || given->kind != Kind::mapping || given->keys.empty()) {
        throw sim::InputError({.file = file,
                               .line = given == nullptr ? 0 : given->place.line,
                               .what = given == nullptr ? "--quick is given, and the study has no section quick"
                                                        : "the section quick is not a section of \"key: value\" lines",
                               .expected = "what to reduce, for example quick: {rounds: 3, sweep: {seeds: 2}}"});
    }
    OptionsNode quick = *given;
    set_source(quick, source);
    for (std::size_t i = 0; i < quick.keys.size(); ++i) {
        const std::string& key = quick.keys[i];
        if (key.find('.') != std::string::npos && !belongs_to_the_study(key)) {
            sim::put_value(study, key, std::move(quick.children[i]), file);
        } else {
            merge(study, {.kind = Kind::mapping, .keys = {key}, .children = {std::move(quick.children[i])}});
        }
    }
}

}  // namespace mlaasim::study
