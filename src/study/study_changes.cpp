#include "study/study_changes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/core/printable.hpp"
#include "sim/scenario_text/parse.hpp"
#include "study/option_values.hpp"
#include "study/whole_file.hpp"

namespace mlaasim::study {
namespace {

constexpr std::size_t most_named = 3;

std::string listed(const std::vector<std::string>& all) {
    std::string text;
    for (std::size_t i = 0; i < std::min(all.size(), most_named); ++i) {
        text += (i == 0 ? "" : ", ") + all[i];
    }
    return all.size() > most_named ? fmt::format("{} and {} more", text, all.size() - most_named) : text;
}

std::string changed_values(const std::string& then, const std::string& now) {
    const auto values_of = [](const std::string& yaml) {
        return option_values(sim::parse_options({yaml, "study.json"}));
    };
    const OptionValues old_values = values_of(then);
    const OptionValues new_values = values_of(now);
    std::vector<std::string> differences;
    for (const auto& [key, value] : old_values) {
        const auto found = new_values.find(key);
        if (found == new_values.end()) {
            differences.push_back(fmt::format("{} is gone", key));
        } else if (found->second != value) {
            differences.push_back(
                fmt::format("{} was {}, and is {}", key, sim::shown(value), sim::shown(found->second)));
        }
    }
    for (const auto& [key, value] : new_values) {
        if (!old_values.contains(key)) {
            differences.push_back(fmt::format("{} is new", key));
        }
    }
    return listed(differences);
}

std::set<std::string> names_of(const StoredStudy& study) {
    std::set<std::string> names;
    for (const StoredPoint& point : study.points) {
        names.insert(point.name);
    }
    return names;
}

std::vector<std::string> only_in(const std::set<std::string>& one, const std::set<std::string>& other) {
    std::vector<std::string> names;
    std::ranges::set_difference(one, other, std::back_inserter(names));
    return names;
}

}  // namespace

std::string changes(const StoredStudy& then, const StoredStudy& now) {
    const std::set<std::string> old_names = names_of(then);
    const std::set<std::string> new_names = names_of(now);
    if (old_names != new_names) {
        const std::vector<std::string> gone = only_in(old_names, new_names);
        const std::vector<std::string> added = only_in(new_names, old_names);
        const std::string count =
            then.points.size() == now.points.size()
                ? fmt::format("it has other points than before ({} each time)", now.points.size())
                : fmt::format("it had {} points, and now has {}", then.points.size(), now.points.size());
        return fmt::format("{}{}{}{}{}", count, gone.empty() ? "" : "; gone: ", listed(gone),
                           added.empty() ? "" : "; new: ", listed(added));
    }
    if (then.scenario != now.scenario) {
        return changed_values(then.scenario, now.scenario);
    }
    for (std::size_t i = 0; i < now.points.size(); ++i) {
        if (then.points[i] != now.points[i]) {
            return then.points[i].name == now.points[i].name
                       ? fmt::format("the point {} has another scenario", now.points[i].name)
                       : fmt::format("point {} was {}, and is {}", i + 1, then.points[i].name, now.points[i].name);
        }
    }
    return "";
}

void expect_same_study(const std::filesystem::path& folder, const StoredStudy& study) {
    std::error_code ignored;
    if (std::filesystem::exists(folder / "trace.h5", ignored)) {
        throw sim::InputError({.file = folder.string(),
                               .what = "the folder holds a run, and this is a study",
                               .expected = "an empty folder, or one of the same study",
                               .hint = "choose another folder with --output"});
    }
    if (!is_study_folder(folder)) {
        return;
    }
    if (const std::string difference = changes(read_study(folder), study); !difference.empty()) {
        throw sim::InputError({.file = (folder / "study.json").string(),
                               .what = "the study has changed since the folder was begun: " + difference,
                               .expected = "the same points and scenarios",
                               .hint = "undo the change, or choose another folder with --output"});
    }
}

void settle_in(const std::filesystem::path& folder, const StoredStudy& study, const std::string& text) {
    expect_same_study(folder, study);
    if (is_study_folder(folder)) {
        const StoredStudy begun = read_study(folder);
        if (begun.metrics == study.metrics && begun.baseline == study.baseline) {
            return;
        }
    }
    write_whole_file(folder / "study.yaml", text);
    write_study(folder, study);
}

}  // namespace mlaasim::study
