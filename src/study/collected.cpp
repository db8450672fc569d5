#include "study/collected.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "sim/core/error.hpp"
#include "study/metric.hpp"
#include "study/statistics.hpp"

namespace mlaasim::study {
namespace {

std::vector<Metric> metrics_of(const StoredStudy& study) {
    std::vector<Metric> metrics;
    for (const Named& metric : study.metrics) {
        metrics.push_back(parse_metric(metric.value));
    }
    return metrics;
}

/// The points of one setting, by seed.
struct SettingPoints {
    std::string name;
    std::vector<Named> values;
    std::map<std::int64_t, const CollectedPoint*> complete{};
};

std::vector<SettingPoints> by_setting(const std::vector<CollectedPoint>& points) {
    std::vector<SettingPoints> settings;
    std::map<std::string, std::size_t> places;
    for (const CollectedPoint& collected : points) {
        const auto [place, is_new] = places.try_emplace(collected.point.setting, settings.size());
        if (is_new) {
            settings.push_back({collected.point.setting, collected.point.values});
        }
        if (collected.status.state == PointState::complete) {
            settings[place->second].complete[collected.point.seed] = &collected;
        }
    }
    return settings;
}

std::string value_in(const std::vector<Named>& values, const std::string& key) {
    const auto found = std::ranges::find(values, key, &Named::name);
    return found == values.end() ? std::string{} : found->value;
}

/// The setting that one is compared with: it has the baseline's values, and the same values of all other keys. Null
/// when there is none, and for a baseline itself.
const SettingPoints* baseline_for(const SettingPoints& setting, const std::vector<SettingPoints>& settings,
                                  const StoredStudy& study) {
    if (study.baseline.empty()) {
        return nullptr;
    }
    const auto is_baseline = [&](const SettingPoints& other) {
        if (study.baseline.front().name == "name") {
            return other.name == study.baseline.front().value;
        }
        return std::ranges::all_of(study.keys, [&](const std::string& key) {
            const auto fixed = std::ranges::find(study.baseline, key, &Named::name);
            return value_in(other.values, key) ==
                   (fixed != study.baseline.end() ? fixed->value : value_in(setting.values, key));
        });
    };
    const auto found = std::ranges::find_if(settings, is_baseline);
    return found == settings.end() || found->name == setting.name ? nullptr : &*found;
}

double mean_of(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

void compare(const SettingPoints& setting, const SettingPoints& baseline, std::size_t metric, Bootstrap& bootstrap,
             Summary& summary) {
    summary.baseline = baseline.name;
    std::vector<double> differences;
    for (const auto& [seed, point] : setting.complete) {
        const auto other = baseline.complete.find(seed);
        if (other != baseline.complete.end() && point->metrics[metric] && other->second->metrics[metric]) {
            differences.push_back(*point->metrics[metric] - *other->second->metrics[metric]);
        }
    }
    summary.pairs = differences.size();
    if (!differences.empty()) {
        summary.difference = mean_of(differences);
        if (const auto interval = bootstrap.mean(differences)) {
            summary.difference_low = interval->low;
            summary.difference_high = interval->high;
        }
        // Runs that do not differ at all are no evidence that settings do.
        summary.p = wilcoxon(differences).value_or(1.0);
    }
}

void adjust(std::vector<Summary*> compared) {
    std::erase_if(compared, [](const Summary* summary) { return !summary->p; });
    std::vector<double> p_values;
    std::ranges::transform(compared, std::back_inserter(p_values), [](const Summary* summary) { return *summary->p; });
    const std::vector<double> adjusted = holm(p_values);
    for (std::size_t i = 0; i < compared.size(); ++i) {
        compared[i]->adjusted_p = adjusted[i];
    }
}

}  // namespace

std::vector<CollectedPoint> collect(const std::filesystem::path& folder, const StoredStudy& study) {
    const std::vector<Metric> metrics = metrics_of(study);
    std::vector<CollectedPoint> points;
    for (const StoredPoint& point : study.points) {
        CollectedPoint collected{.point = point, .status = status_of(folder, point)};
        if (collected.status.state == PointState::complete) {
            try {
                TraceTables tables{trace_of(folder, point)};
                for (const Metric& metric : metrics) {
                    collected.metrics.push_back(value_of(metric, tables));
                }
            } catch (const sim::InputError& error) {
                collected.status.state = PointState::failed;
                collected.status.failure = error.what();
            }
        }
        if (collected.status.state != PointState::complete) {
            collected.metrics.assign(metrics.size(), std::nullopt);
        }
        points.push_back(std::move(collected));
    }
    return points;
}

std::vector<Named> metrics_without_rows(const StoredStudy& study, const std::vector<CollectedPoint>& points) {
    const std::vector<Metric> metrics = metrics_of(study);
    const bool any_complete = std::ranges::any_of(
        points, [](const CollectedPoint& collected) { return collected.status.state == PointState::complete; });
    std::vector<Named> without;
    for (std::size_t i = 0; any_complete && i < metrics.size(); ++i) {
        const bool counts = metrics[i].reduction == Reduction::count;
        const bool has_none = std::ranges::all_of(points, [&](const CollectedPoint& collected) {
            const std::optional<double>& value = collected.metrics[i];
            return !value || (counts && *value == 0.0);
        });
        if (has_none && !metrics[i].conditions.empty()) {
            without.push_back(study.metrics[i]);
        }
    }
    return without;
}

std::vector<Summary> summaries(const StoredStudy& study, const std::vector<CollectedPoint>& points) {
    const std::vector<SettingPoints> settings = by_setting(points);
    Bootstrap bootstrap;
    std::vector<Summary> all;
    all.reserve(settings.size() * study.metrics.size());
    std::vector<std::vector<Summary*>> of_metric(study.metrics.size());
    for (const SettingPoints& setting : settings) {
        const SettingPoints* const baseline = baseline_for(setting, settings, study);
        for (std::size_t metric = 0; metric < study.metrics.size(); ++metric) {
            Summary& summary = all.emplace_back(
                Summary{.setting = setting.name, .values = setting.values, .metric = study.metrics[metric].name});
            of_metric[metric].push_back(&summary);
            std::vector<double> values;
            for (const auto& [seed, point] : setting.complete) {
                if (point->metrics[metric]) {
                    values.push_back(*point->metrics[metric]);
                }
            }
            summary.seeds = values.size();
            if (!values.empty()) {
                summary.mean = mean_of(values);
            }
            if (const auto interval = bootstrap.mean(values)) {
                summary.low = interval->low;
                summary.high = interval->high;
            }
            if (baseline != nullptr) {
                compare(setting, *baseline, metric, bootstrap, summary);
            }
        }
    }
    std::ranges::for_each(of_metric, adjust);
    return all;
}

}  // namespace mlaasim::study
