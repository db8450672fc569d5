#include "study/study_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sim/core/error.hpp"
#include "sim/core/sha256.hpp"
#include "sim/scenario_text/override.hpp"
#include "study/metrics_section.hpp"
#include "study/quick.hpp"
#include "study/value_text.hpp"

namespace mlaasim::study {
namespace {

using sim::OptionsNode;

/// Takes a member out of a mapping; a null value when there is none.
OptionsNode taken(OptionsNode& mapping, std::string_view key) {
    OptionsNode* const member = mapping.child(key);
    if (mapping.kind != OptionsNode::Kind::mapping || member == nullptr) {
        return {};
    }
    const auto at = member - mapping.children.data();
    OptionsNode value = std::move(*member);
    mapping.children.erase(mapping.children.begin() + at);
    mapping.keys.erase(mapping.keys.begin() + at);
    return value;
}

std::string digest_of(const std::string& text) {
    sim::Sha256 sum;
    sum.update(text);
    return sum.hex();
}

void collect_lines(const OptionsNode& value, std::set<int>& lines) {
    lines.insert(value.place.line);
    for (const OptionsNode& child : value.children) {
        collect_lines(child, lines);
    }
}

/// A problem that lies elsewhere than in the values of a setting gets the setting's name, and where its values are.
sim::Problem told_of(sim::Problem problem, const Setting& setting) {
    std::set<int> lines;
    std::set<int> first_lines;
    for (const KeyValue& pair : setting.values) {
        collect_lines(pair.value, lines);
        first_lines.insert(pair.value.place.line);
    }
    if (!setting.values.empty() && !lines.contains(problem.line)) {
        problem.what +=
            fmt::format(", in the setting {} (its values: line {})", setting.name, fmt::join(first_lines, ", "));
    }
    return problem;
}

/// Problems of many settings, each told once, of the first setting that has it.
class Distinct {
public:
    void add(const sim::InputError& error, const Setting& setting) {
        for (const sim::Problem& problem : error.problems()) {
            if (told_.insert(problem.message()).second) {
                problems_.push_back(told_of(problem, setting));
            }
        }
    }
    [[nodiscard]] bool enough() const { return problems_.size() >= 20; }
    void throw_if_any() const {
        if (!problems_.empty()) {
            throw sim::InputError(problems_);
        }
    }

private:
    std::set<std::string> told_;
    std::vector<sim::Problem> problems_;
};

std::vector<std::int64_t> seeds_of(const SweepSection& sweep, std::int64_t first) {
    std::vector<std::int64_t> seeds = sweep.seeds;
    for (std::int64_t i = 0; i < sweep.seed_count; ++i) {
        seeds.push_back(first + i);
    }
    return seeds;
}

/// Where swept values are put and what they are, for the tables.
std::vector<Named> texts_of(const Setting& setting, const std::vector<std::string>& keys) {
    std::vector<Named> values;
    for (const std::string& key : keys) {
        const auto found = std::ranges::find(setting.values, key, &KeyValue::key);
        if (found != setting.values.end()) {
            values.push_back({key, text_of(found->value)});
        }
    }
    return values;
}

std::string point_name(const Setting& setting, std::int64_t seed, bool has_seeds) {
    const std::string seed_part = has_seeds ? "seed=" + std::to_string(seed) : "";
    const std::string name = setting.name + (setting.name.empty() || seed_part.empty() ? "" : ",") + seed_part;
    return name.empty() ? "run" : name;
}

}  // namespace

StudyFile::StudyFile(const StudyRequest& request, const PointReader& reader)
    : reader_{reader}, text_{request.text}, sources_{request.file} {
    OptionsNode tree = sim::OptionsDocument{request.text, request.file}.tree();
    if (request.size == Size::quick) {
        sources_.push_back(request.file);
        apply_quick(tree, sources_.size() - 1, request.file);
    }
    for (const std::string& text : request.overrides) {
        sources_.push_back(sim::override_name(text));
        sim::apply_override(tree, text, sources_.size() - 1);
    }
    sources_.push_back(request.file);
    study_.version = request.version;
    sim::ProblemList problems{sources_};
    split(std::move(tree), request.size, problems);
    expect_not_swept(request.overrides, problems);
    problems.throw_if_any();
    const std::set<std::int64_t> seeds = read_settings(reader, problems);
    if (request.size == Size::whole) {
        expect_exclusions_met(seeds, problems);
    }
    problems.throw_if_any();
}

void StudyFile::split(OptionsNode tree, Size size, sim::ProblemList& problems) {
    SectionCheck check{sources_, problems};
    if (tree.kind != OptionsNode::Kind::mapping || tree.child("sweep") == nullptr) {
        problems.add(tree.place, "the study has no section sweep", "a scenario with a section sweep",
                     "mlaasim run plays a single scenario; docs/studies.md has an example of a study");
        return;
    }
    sweep_ = read_sweep(taken(tree, "sweep"), sources_, problems);
    settings_ = settings_of(sweep_, size == Size::whole ? Unmatched::mistake : Unmatched::allowed, problems);
    const bool has_metrics = tree.child("metrics") != nullptr;
    const OptionsNode metrics = taken(tree, "metrics");
    study_.metrics = has_metrics ? read_metrics(metrics, settings_.keys, check) : default_metrics();
    static_cast<void>(taken(tree, "quick"));
    study_.keys = settings_.keys;
    study_.baseline = settings_.baseline;
    scenario_ = std::move(tree);
}

void StudyFile::expect_not_swept(const std::vector<std::string>& overrides, sim::ProblemList& problems) const {
    for (const std::string& text : overrides) {
        const std::string key = text.substr(0, text.find('='));
        if (std::ranges::find(settings_.keys, key) == settings_.keys.end()) {
            continue;
        }
        const auto source = std::ranges::find(sources_, sim::override_name(text)) - sources_.begin();
        problems.add({.source = static_cast<std::size_t>(source)}, key + " is swept",
                     "a key that the sweep leaves alone", "--only " + text + " plays the points that have this value");
    }
}

sim::OptionsDocument StudyFile::document_of(const Setting& setting) const {
    OptionsNode tree = scenario_;
    for (const KeyValue& pair : setting.values) {
        OptionsNode value = pair.value;
        set_source(value, sources_.size() - 1);
        sim::put_value(tree, pair.key, std::move(value), sources_.front());
    }
    return {std::move(tree), sources_};
}

std::set<std::int64_t> StudyFile::read_settings(const PointReader& reader, sim::ProblemList& problems) {
    Distinct mistakes;
    std::set<std::int64_t> all_seeds;
    std::vector<std::int64_t> seeds = sweep_.seeds;
    for (const Setting& setting : settings_.settings) {
        try {
            const sim::OptionsDocument document = document_of(setting);
            if (seeds.empty() && sweep_.seed_count > 0) {
                seeds = seeds_of(sweep_, reader.read(document, {}).front().seed);
            }
            for (const PointScenario& scenario : reader.read(document, seeds)) {
                all_seeds.insert(scenario.seed);
                if (is_excluded(setting, scenario.seed)) {
                    continue;
                }
                if (study_.points.empty()) {
                    study_.name = scenario.name;
                    study_.scenario = scenario.yaml;
                }
                most_memory_mib_ = std::max(most_memory_mib_, scenario.memory_mib);
                study_.points.push_back({.index = study_.points.size() + 1,
                                         .name = point_name(setting, scenario.seed, !seeds.empty()),
                                         .setting = setting.name,
                                         .values = texts_of(setting, settings_.keys),
                                         .seed = scenario.seed,
                                         .rounds = scenario.rounds,
                                         .digest = digest_of(scenario.yaml)});
            }
        } catch (const sim::InputError& error) {
            mistakes.add(error, setting);
            if (mistakes.enough()) {
                break;
            }
        }
    }
    mistakes.throw_if_any();
    std::ranges::sort(seeds);
    const auto twice = std::ranges::adjacent_find(seeds);
    if (twice != seeds.end()) {
        problems.add(sweep_.seeds_place, fmt::format("sweep.seeds has {} twice", *twice), "each seed once");
    }
    if (study_.points.empty()) {
        problems.add(sweep_.place, "sweep.exclude leaves no point", "at least one point");
    }
    return all_seeds;
}

bool StudyFile::is_excluded(const Setting& setting, std::int64_t seed) const {
    return std::ranges::any_of(settings_.excluded_seeds,
                               [&](const ExcludedSeeds& exclusion) { return exclusion.leaves_out(setting, seed); });
}

void StudyFile::expect_exclusions_met(const std::set<std::int64_t>& seeds, sim::ProblemList& problems) const {
    for (const ExcludedSeeds& exclusion : settings_.excluded_seeds) {
        const bool met = std::ranges::any_of(settings_.settings, [&](const Setting& setting) {
            return std::ranges::any_of(seeds, [&](std::int64_t seed) { return exclusion.leaves_out(setting, seed); });
        });
        if (!met) {
            problems.add(exclusion.place, "this part of sweep.exclude fits no point", "values and seeds that are swept",
                         "remove it, or mend its values");
        }
    }
}

std::string StudyFile::scenario_of(const StoredPoint& point) const {
    const auto setting = std::ranges::find(settings_.settings, point.setting, &Setting::name);
    sim::expects(setting != settings_.settings.end(), "the point is one of this study");
    return reader_.read(document_of(*setting), {point.seed}).front().yaml;
}

}  // namespace mlaasim::study
