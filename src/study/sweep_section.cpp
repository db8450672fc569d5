#include "study/sweep_section.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>

#include "sim/core/printable.hpp"
#include "sim/options/option_value.hpp"
#include "sim/options/options.hpp"
#include "study/section_check.hpp"
#include "study/value_text.hpp"

namespace mlaasim::study {
namespace {

using Kind = sim::OptionsNode::Kind;
using sim::OptionsNode;

class SweepReader {
public:
    explicit SweepReader(SectionCheck check) : check_{check} {}

    SweepSection read(const OptionsNode& node) {
        section_.place = node.place;
        if (!check_.expect(node, Kind::mapping, "sweep", "a section of \"key: value\" lines")) {
            return section_;
        }
        using Member = std::function<void(const OptionsNode&)>;
        const std::vector<std::pair<std::string, Member>> members{
            {"grid", [&](const auto& value) { section_.grid = axes(value, "sweep.grid"); }},
            {"zip", [&](const auto& value) { read_zip(value); }},
            {"list", [&](const auto& value) { read_list(value); }},
            {"random", [&](const auto& value) { section_.random = read_random(value, check_); }},
            {"seeds", [&](const auto& value) { read_seeds(value); }},
            {"exclude", [&](const auto& value) { read_exclude(value); }},
            {"baseline", [&](const auto& value) { read_baseline(value); }},
        };
        std::vector<std::string> known;
        std::ranges::transform(members, std::back_inserter(known), [](const auto& member) { return member.first; });
        for (std::size_t i = 0; i < node.keys.size(); ++i) {
            const auto member = std::ranges::find(members, node.keys[i], [](const auto& m) { return m.first; });
            if (member != members.end()) {
                member->second(node.children[i]);
            } else {
                check_.unknown_key(node.children[i].place, "sweep", node.keys[i], known);
            }
        }
        expect_each_key_once();
        return std::move(section_);
    }

private:
    /// Keys whose value is a list. A section in it stands for the keys inside it.
    std::vector<Axis> axes(const OptionsNode& node, const std::string& path) {
        std::vector<Axis> found;
        if (check_.expect(node, Kind::mapping, path, "a section of \"key: [values]\" lines")) {
            collect_axes(node, "", path, found);
            if (found.empty() && node.keys.empty()) {
                check_.add(node.place, path + " is empty", "a section of \"key: [values]\" lines",
                           "for example training.learning_rate: [0.01, 0.1]");
            }
        }
        return found;
    }

    void collect_axes(const OptionsNode& node, const std::string& before, const std::string& path,
                      std::vector<Axis>& found) {
        for (std::size_t i = 0; i < node.keys.size(); ++i) {
            const OptionsNode& value = node.children[i];
            const std::string key = before + node.keys[i];
            if (value.kind == Kind::mapping && !value.keys.empty()) {
                collect_axes(value, key + ".", path, found);
            } else if (check_.expect(value, Kind::sequence, path + "." + key, "a list of values",
                                     hint_for_list(value)) &&
                       check_.may_vary(key, value.place)) {
                if (value.children.empty()) {
                    check_.add(value.place, path + "." + key + " is an empty list", "at least one value",
                               "remove the key, or give it values");
                }
                found.push_back({key, value.place, value.children});
            }
        }
    }

    static std::string hint_for_list(const OptionsNode& value) {
        return value.kind == Kind::scalar ? "write [" + sim::shown(value.text) + "]" : "";
    }

    /// Whether a name of settings is good for a folder; else that is reported.
    bool expect_name(const OptionsNode& value, const std::string& path) {
        const bool good = value.kind == Kind::scalar && value.text == name_part(value.text) && !value.text.empty() &&
                          value.text.front() != '.';
        if (!good) {
            check_.add(value.place, fmt::format("{} is {}", path, sim::shown(text_of(value))),
                       "letters, digits and the characters . - _, for a folder's name");
        }
        return good;
    }

    /// Takes `name`, which is no key, out of the section.
    OptionsNode without_names(OptionsNode node) {
        const auto named = std::ranges::find(node.keys, "name");
        if (named == node.keys.end()) {
            return node;
        }
        const auto at = named - node.keys.begin();
        const OptionsNode names = node.children[static_cast<std::size_t>(at)];
        if (check_.expect(names, Kind::sequence, "sweep.zip.name", "a list of names, one for each row",
                          hint_for_list(names))) {
            for (std::size_t i = 0; i < names.children.size(); ++i) {
                expect_name(names.children[i], fmt::format("sweep.zip.name.{}", i));
                section_.zip_names.push_back(names.children[i].text);
            }
        }
        node.keys.erase(named);
        node.children.erase(node.children.begin() + at);
        return node;
    }

    void read_zip(const OptionsNode& node) {
        section_.zip = axes(without_names(node), "sweep.zip");
        if (!section_.zip_names.empty() && !section_.zip.empty() &&
            section_.zip_names.size() != section_.zip.front().values.size()) {
            check_.add(node.place,
                       fmt::format("sweep.zip.name has {} names, and {} has {} values", section_.zip_names.size(),
                                   section_.zip.front().key, section_.zip.front().values.size()),
                       "a name for each row");
        }
        for (const Axis& axis : section_.zip) {
            if (axis.values.size() != section_.zip.front().values.size()) {
                check_.add(axis.place,
                           fmt::format("sweep.zip.{} has {} values, and {} has {}", axis.key, axis.values.size(),
                                       section_.zip.front().key, section_.zip.front().values.size()),
                           "lists of one length: the first values belong together, then the second ones, ...",
                           "use grid for every combination of values");
            }
        }
    }

    /// A section of keys and single values.
    std::vector<KeyValue> key_values(const OptionsNode& node) {
        std::vector<KeyValue> values;
        for (std::size_t i = 0; i < node.keys.size(); ++i) {
            values.push_back({node.keys[i], node.children[i]});
        }
        return values;
    }

    void read_list(const OptionsNode& node) {
        if (!check_.expect(node, Kind::sequence, "sweep.list", "a list of sections, each starting with \"- \"")) {
            return;
        }
        if (node.children.empty()) {
            check_.add(node.place, "sweep.list is empty", "at least one section of \"key: value\" lines");
        }
        for (std::size_t i = 0; i < node.children.size(); ++i) {
            const OptionsNode& element = node.children[i];
            const std::string path = fmt::format("sweep.list.{}", i);
            if (!check_.expect(element, Kind::mapping, path, "a section of \"key: value\" lines")) {
                continue;
            }
            ListedSetting setting{.place = element.place};
            for (KeyValue& pair : key_values(element)) {
                if (pair.key == "name") {
                    setting.name = pair.value.text;
                    expect_name(pair.value, path + ".name");
                } else if (check_.may_vary(pair.key, pair.value.place)) {
                    setting.values.push_back(std::move(pair));
                }
            }
            section_.list.push_back(std::move(setting));
        }
    }

    void read_seeds(const OptionsNode& node) {
        constexpr double most = 1e9;
        section_.seeds_place = node.place;
        if (node.kind == Kind::sequence) {
            OptionsNode holder{.kind = Kind::mapping, .place = node.place, .keys = {"seeds"}, .children = {node}};
            check_.options(holder, "sweep", [&](sim::OptionVisitor& visitor) {
                visitor.option("seeds", section_.seeds, {.doc = "seeds", .range = sim::at_least(0)});
            });
            if (node.children.empty()) {
                check_.add(node.place, "sweep.seeds is an empty list", "at least one seed");
            }
            return;
        }
        const auto count = node.kind == Kind::scalar ? sim::parse_integer(node.text) : std::nullopt;
        if (!count || *count < 1 || static_cast<double>(*count) > most) {
            check_.add(node.place, fmt::format("sweep.seeds is {}", sim::shown(text_of(node))),
                       "how many seeds (1 or more), or a list of seeds");
            return;
        }
        section_.seed_count = *count;
    }

    void read_exclude(const OptionsNode& node) {
        if (!check_.expect(node, Kind::sequence, "sweep.exclude", "a list of sections, each starting with \"- \"")) {
            return;
        }
        for (std::size_t i = 0; i < node.children.size(); ++i) {
            const OptionsNode& element = node.children[i];
            const std::string path = fmt::format("sweep.exclude.{}", i);
            if (check_.expect(element, Kind::mapping, path, "a section of \"key: value\" lines")) {
                if (element.keys.empty()) {
                    check_.add(element.place, path + " is empty", "at least one key, or all would be excluded");
                }
                section_.exclude.push_back({element.place, key_values(element)});
            }
        }
    }

    void read_baseline(const OptionsNode& node) {
        section_.baseline.place = node.place;
        if (node.kind == Kind::scalar && !node.text.empty()) {
            section_.baseline_name = node.text;
        } else if (check_.expect(node, Kind::mapping, "sweep.baseline",
                                 "values of swept keys, or the name of a setting")) {
            section_.baseline.values = key_values(node);
        }
    }

    /// A key and a section that it lies in would both set the same value.
    void expect_apart(const std::string& one, const std::string& other, sim::OptionsPlace place) {
        const auto holds = [](const std::string& section, const std::string& key) {
            return key.starts_with(section + ".");
        };
        if (holds(one, other) || holds(other, one)) {
            check_.add(place, fmt::format("{} and {} are swept, and one holds the other", one, other),
                       "keys that do not hold one another", "remove one of them");
        }
    }

    void expect_each_key_once() {
        std::vector<std::pair<std::string, std::string>> seen;  // key and part
        const auto note = [&](const std::string& key, sim::OptionsPlace place, const std::string& part) {
            const auto earlier = std::ranges::find(seen, key, [](const auto& pair) { return pair.first; });
            if (earlier != seen.end()) {
                check_.add(place, fmt::format("{} is swept twice, in {} and in {}", key, earlier->second, part),
                           "each key in one of grid, zip, list and random", "remove one of them");
                return;
            }
            for (const auto& [other, other_part] : seen) {
                if (part != "list" || other_part != "list") {
                    expect_apart(other, key, place);
                }
            }
            seen.emplace_back(key, part);
        };
        for (const Axis& axis : section_.grid) {
            note(axis.key, axis.place, "grid");
        }
        for (const Axis& axis : section_.zip) {
            note(axis.key, axis.place, "zip");
        }
        for (const RandomRange& range : section_.random.ranges) {
            note(range.key, range.place, "random");
        }
        std::vector<std::string> listed;
        for (const ListedSetting& setting : section_.list) {
            for (auto pair = setting.values.begin(); pair != setting.values.end(); ++pair) {
                std::for_each(setting.values.begin(), pair, [&](const KeyValue& earlier) {
                    expect_apart(earlier.key, pair->key, pair->value.place);
                });
            }
            for (const KeyValue& pair : setting.values) {
                if (std::ranges::find(listed, pair.key) == listed.end()) {
                    listed.push_back(pair.key);
                    note(pair.key, pair.value.place, "list");
                }
            }
        }
    }

    SectionCheck check_;
    SweepSection section_;
};

}  // namespace

SweepSection read_sweep(const OptionsNode& node, const std::vector<std::string>& sources, sim::ProblemList& problems) {
    return SweepReader{SectionCheck{sources, problems}}.read(node);
}

}  // namespace mlaasim::study
