#include "study/settings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <string_view>

#include "sim/options/option_value.hpp"
#include "study/value_text.hpp"

namespace mlaasim::study {
namespace {

/// File systems take names of 255 bytes; the rest is for the seed and for what is put behind a name.
constexpr std::size_t longest_name = 180;

/// "10,000,000"
std::string with_commas(double count) {
    std::string digits = fmt::format("{:.0f}", count);
    for (std::size_t at = digits.size(); at > 3; at -= 3) {
        digits.insert(at - 3, ",");
    }
    return digits;
}

/// "07" of 12: as many digits as the largest number has.
std::string padded(std::size_t number, std::int64_t most) {
    return fmt::format("{:0{}}", number, std::to_string(most).size());
}

class SettingMaker {
public:
    SettingMaker(const SweepSection& sweep, sim::ProblemList& problems) : sweep_{sweep}, problems_{problems} {
        for (const ListedSetting& listed : sweep.list) {
            for (const KeyValue& pair : listed.values) {
                add_key(pair.key);
            }
        }
        for (const std::vector<Axis>* axes : {&sweep.grid, &sweep.zip}) {
            for (const Axis& axis : *axes) {
                add_key(axis.key);
            }
        }
        for (const RandomRange& range : sweep.random.ranges) {
            add_key(range.key);
        }
    }

    [[nodiscard]] const std::vector<std::string>& keys() const { return keys_; }

    [[nodiscard]] std::vector<Setting> make() {
        if (!expect_few()) {
            return {};
        }
        std::vector<Setting> settings{Setting{}};
        multiply(settings, sweep_.list.size(), [&](Setting& setting, std::size_t i) {
            const ListedSetting& listed = sweep_.list[i];
            if (!listed.name.empty()) {
                extend_name(setting, listed.name);
            }
            for (const KeyValue& pair : listed.values) {
                add_value(setting, pair, listed.name.empty());
            }
        });
        for (const Axis& axis : sweep_.grid) {
            multiply(settings, axis.values.size(), [&](Setting& setting, std::size_t i) {
                add_value(setting, {axis.key, axis.values[i]}, true);
            });
        }
        multiply(settings, zip_rows(), [&](Setting& setting, std::size_t i) {
            const bool named = i < sweep_.zip_names.size();
            if (named) {
                extend_name(setting, sweep_.zip_names[i]);
            }
            for (const Axis& axis : sweep_.zip) {
                add_value(setting, {axis.key, axis.values[i]}, !named);
            }
        });
        multiply(settings, static_cast<std::size_t>(sweep_.random.count), [&](Setting& setting, std::size_t i) {
            extend_name(setting, "draw=" + padded(i + 1, sweep_.random.count));
            for (const RandomRange& range : sweep_.random.ranges) {
                add_value(setting,
                          {range.key,
                           {.kind = sim::OptionsNode::Kind::scalar,
                            .place = range.place,
                            .text = drawn_value(sweep_.random, range, i)}},
                          false);
            }
        });
        expect_good_names(settings);
        return settings;
    }

private:
    void add_key(const std::string& key) {
        if (std::ranges::find(keys_, key) == keys_.end()) {
            keys_.push_back(key);
        }
    }

    /// Lists of unlike length were reported; the shortest counts.
    [[nodiscard]] std::size_t zip_rows() const {
        std::size_t rows = sweep_.zip.empty() ? 0 : sweep_.zip.front().values.size();
        for (const Axis& axis : sweep_.zip) {
            rows = std::min(rows, axis.values.size());
        }
        return rows;
    }

    static void extend_name(Setting& setting, const std::string& part) {
        setting.name += (setting.name.empty() ? "" : ",") + part;
    }

    void add_value(Setting& setting, KeyValue pair, bool named) const {
        if (named) {
            extend_name(setting, name_part(label_of(pair.key, keys_)) + "=" + name_part(text_of(pair.value)));
        }
        setting.values.push_back(std::move(pair));
    }

    /// Every setting `count` times, each time with something added to it.
    template <class Add>
    static void multiply(std::vector<Setting>& settings, std::size_t count, Add add) {
        if (count == 0) {
            return;
        }
        std::vector<Setting> more;
        more.reserve(settings.size() * count);
        for (const Setting& setting : settings) {
            for (std::size_t i = 0; i < count; ++i) {
                add(more.emplace_back(setting), i);
            }
        }
        settings = std::move(more);
    }

    bool expect_few() {
        double count = 1.0;
        const auto times = [&](double factor) { count *= std::max(1.0, factor); };
        times(static_cast<double>(sweep_.list.size()));
        for (const Axis& axis : sweep_.grid) {
            times(static_cast<double>(axis.values.size()));
        }
        times(static_cast<double>(zip_rows()));
        times(static_cast<double>(sweep_.random.count));
        times(static_cast<double>(sweep_.seed_count));
        times(static_cast<double>(sweep_.seeds.size()));
        if (count > static_cast<double>(most_points)) {
            problems_.add(sweep_.place, fmt::format("the sweep has {} points", with_commas(count)),
                          fmt::format("at most {}", with_commas(static_cast<double>(most_points))),
                          "give fewer values or seeds, or draw settings with random");
        }
        return count <= static_cast<double>(most_points);
    }

    void expect_good_names(const std::vector<Setting>& settings) {
        std::map<std::string_view, const Setting*> by_name;
        for (const Setting& setting : settings) {
            if (setting.name.size() > longest_name) {
                problems_.add(sweep_.place,
                              fmt::format("the name of a point, {}..., has {} bytes", setting.name.substr(0, 60),
                                          setting.name.size()),
                              fmt::format("at most {}, for a folder's name", longest_name),
                              "use list, and give each element a short name");
                return;
            }
            if (const auto [first, is_new] = by_name.try_emplace(setting.name, &setting); !is_new) {
                problems_.add(sweep_.place,
                              setting.name.empty() ? "two points have the same values"
                                                   : fmt::format("two points have the name {}", setting.name),
                              "a name of its own for each point",
                              "remove a value that stands there twice, or use list and give each element a name");
                return;
            }
        }
    }

    const SweepSection& sweep_;
    sim::ProblemList& problems_;
    std::vector<std::string> keys_;
};

/// The texts of a value, or of each value of a list.
std::vector<std::string> texts_of(const sim::OptionsNode& value) {
    if (value.kind != sim::OptionsNode::Kind::sequence) {
        return {text_of(value)};
    }
    std::vector<std::string> texts;
    std::ranges::transform(value.children, std::back_inserter(texts), text_of);
    return texts;
}

/// Conditions of a study, with whole keys and canonical values.
class Matcher {
public:
    Matcher(const std::vector<std::string>& keys, sim::ProblemList& problems) : keys_{keys}, problems_{problems} {}

    /// Nothing when a key of the condition isn't swept; that is reported.
    std::optional<WantedValues> resolve(const Condition& condition, const std::string& what) {
        WantedValues wanted;
        for (const KeyValue& pair : condition.values) {
            const std::string key = key_meant(pair.key, keys_);
            if (key.empty()) {
                problems_.add(
                    pair.value.place, fmt::format("{} names {}, which is not swept", what, pair.key),
                    keys_.empty() ? "a swept key, and this study sweeps none" : "one of " + sim::joined(keys_));
                return std::nullopt;
            }
            wanted.emplace_back(key, texts_of(pair.value));
        }
        return wanted;
    }

    static bool meets(const Setting& setting, const WantedValues& wanted) {
        return std::ranges::all_of(wanted, [&](const auto& condition) {
            return std::ranges::any_of(setting.values, [&](const KeyValue& pair) {
                return pair.key == condition.first &&
                       std::ranges::find(condition.second, text_of(pair.value)) != condition.second.end();
            });
        });
    }

private:
    const std::vector<std::string>& keys_;
    sim::ProblemList& problems_;
};

/// Takes the seeds out of a condition.
std::vector<std::string> taken_seeds(Condition& condition) {
    const auto named = std::ranges::find(condition.values, "seed", &KeyValue::key);
    if (named == condition.values.end()) {
        return {};
    }
    std::vector<std::string> seeds = texts_of(named->value);
    condition.values.erase(named);
    return seeds;
}

void exclude(const SweepSection& sweep, Unmatched unmatched, Settings& all, sim::ProblemList& problems) {
    Matcher matcher{all.keys, problems};
    for (Condition condition : sweep.exclude) {
        std::vector<std::string> seeds = taken_seeds(condition);
        const auto wanted = matcher.resolve(condition, "sweep.exclude");
        if (wanted && !seeds.empty()) {
            all.excluded_seeds.push_back({condition.place, *wanted, std::move(seeds)});
            continue;
        }
        const std::size_t before = all.settings.size();
        if (wanted) {
            std::erase_if(all.settings, [&](const Setting& setting) { return Matcher::meets(setting, *wanted); });
        }
        if (wanted && all.settings.size() == before && unmatched == Unmatched::mistake) {
            problems.add(condition.place, "this part of sweep.exclude fits no point", "values that are swept",
                         "remove it, or mend its values");
        }
    }
    if (all.settings.empty() && !sweep.exclude.empty()) {
        problems.add(sweep.place, "sweep.exclude leaves no point", "at least one point");
    }
}

std::vector<Named> baseline_of(const SweepSection& sweep, const Settings& all, sim::ProblemList& problems) {
    if (!sweep.baseline_name.empty()) {
        if (std::ranges::find(all.settings, sweep.baseline_name, &Setting::name) == all.settings.end()) {
            problems.add(sweep.baseline.place, fmt::format("sweep.baseline is {}", sweep.baseline_name),
                         fmt::format("the name of a setting, such as {}",
                                     all.settings.empty() ? "alpha=0.1" : all.settings.front().name),
                         "mlaasim sweep --dry-run lists them");
        }
        return {{"name", sweep.baseline_name}};
    }
    const auto wanted = Matcher{all.keys, problems}.resolve(sweep.baseline, "sweep.baseline");
    if (!wanted || wanted->empty()) {
        return {};
    }
    if (std::ranges::none_of(all.settings, [&](const Setting& s) { return Matcher::meets(s, *wanted); })) {
        problems.add(sweep.baseline.place, "sweep.baseline fits no point", "values that are swept");
    }
    std::vector<Named> baseline;
    for (const auto& [key, values] : *wanted) {
        baseline.push_back({key, values.empty() ? "" : values.front()});
        if (values.size() != 1) {
            problems.add(sweep.baseline.place, fmt::format("sweep.baseline has {} values of {}", values.size(), key),
                         "one value");
        }
    }
    return baseline;
}

}  // namespace

bool ExcludedSeeds::leaves_out(const Setting& setting, std::int64_t seed) const {
    return std::ranges::find(seeds, std::to_string(seed)) != seeds.end() && Matcher::meets(setting, values);
}

Settings settings_of(const SweepSection& sweep, Unmatched unmatched, sim::ProblemList& problems) {
    SettingMaker maker{sweep, problems};
    Settings all{.keys = maker.keys(), .settings = maker.make()};
    if (!all.settings.empty()) {
        exclude(sweep, unmatched, all, problems);
    }
    if (!all.settings.empty()) {
        all.baseline = baseline_of(sweep, all, problems);
    }
    return all;
}

}  // namespace mlaasim::study
