#include <gtest/gtest.h>

#include <set>
#include <string>

#include "composition/assessment/contribution_score.hpp"
#include "composition/service.hpp"
#include "composition/strategy.hpp"
#include "composition/substitution.hpp"

namespace mlaasim::composition {
namespace {

/// Collects keys; checks that every default lies in its range and every default word among its choices.
class Inspector final : public sim::OptionVisitor {
public:
    using sim::OptionVisitor::choice;
    using sim::OptionVisitor::kind;
    using sim::OptionVisitor::kind_beside;
    using sim::OptionVisitor::list;
    using sim::OptionVisitor::section;

    void option(std::string_view key, double& value, const sim::OptionInfo& info) override { number(key, value, info); }
    void option(std::string_view key, std::int64_t& value, const sim::OptionInfo& info) override {
        number(key, static_cast<double>(value), info);
    }
    void option(std::string_view key, bool&, const sim::OptionInfo& info) override { note(key, info); }
    void option(std::string_view key, std::string&, const sim::OptionInfo& info) override { note(key, info); }
    void option(std::string_view key, std::vector<std::int64_t>&, const sim::OptionInfo& info) override {
        note(key, info);
    }
    void option(std::string_view key, std::vector<double>&, const sim::OptionInfo& info) override { note(key, info); }
    void choice(std::string_view key, int& value, const std::vector<sim::Choice>& choices,
                const sim::OptionInfo& info) override {
        note(key, info);
        EXPECT_NO_THROW((void)sim::choice_name(choices, value)) << key;
        std::set<std::string_view> words;
        std::set<int> values;
        for (const sim::Choice& word : choices) {
            EXPECT_TRUE(words.insert(word.name).second && values.insert(word.value).second) << key << ": " << word.name;
            EXPECT_FALSE(word.doc.empty()) << word.name;
        }
    }
    void kind_beside(std::string_view key, sim::KindChoice& kinds, const sim::OptionInfo& info) override {
        note(key, info);
        const std::set<std::string> beside = keys;
        std::set<std::string> all = keys;
        for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
            EXPECT_FALSE(kinds.doc(kind).empty()) << kinds.word(kind);
            keys = beside;
            kinds.declare_defaults(kind, *this);
            all.merge(keys);
        }
        keys = all;
    }
    void section(std::string_view key, const sim::OptionInfo& info, const std::function<void()>& members) override {
        note(key, info);
        const std::string outer = prefix_;
        prefix_ += std::string{key} + ".";
        members();
        prefix_ = outer;
    }
    void list(std::string_view key, const sim::OptionInfo& info, std::size_t, const std::function<void(std::size_t)>&,
              const std::function<void(std::size_t)>&) override {
        note(key, info);
    }

    std::set<std::string> keys;

private:
    void number(std::string_view key, double value, const sim::OptionInfo& info) {
        note(key, info);
        EXPECT_TRUE(info.range.contains(value)) << key << " is " << value << ", not " << info.range.text();
    }
    void note(std::string_view key, const sim::OptionInfo& info) {
        EXPECT_TRUE(keys.insert(prefix_ + std::string{key}).second) << key << " is declared twice";
        EXPECT_FALSE(info.doc.empty()) << key;
    }

    std::string prefix_;
};

template <class T>
std::set<std::string> inspect() {
    T options;
    Inspector inspector;
    declare(inspector, options);
    return inspector.keys;
}

TEST(Options, DefaultsAreAllowedAndDocumented) {
    EXPECT_TRUE(inspect<ContributionOptions>().contains("qos.noise_floor"));
    EXPECT_TRUE(inspect<ContributionOptions>().contains("functional.epsilon"));
    const auto keys = inspect<SubstitutionOptions>();
    for (const char* key : {"selection", "filter.better_in", "rules.mum_direction", "confidence.cut", "bandit.policy",
                            "reward.full_scale"}) {
        EXPECT_TRUE(keys.contains(key)) << key;
    }
    EXPECT_TRUE(inspect<HistoryOptions>().contains("quality_weight"));
    Inspector strategy;
    sim::Chosen<StrategyOptions> chosen{strategy_kinds()};
    strategy.kind("strategy", chosen, strategy_kinds(), {.doc = "the strategy"});
    EXPECT_TRUE(strategy.keys.contains("strategy.kind"));
}

}  // namespace
}  // namespace mlaasim::composition
