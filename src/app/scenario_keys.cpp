#include "app/scenario_keys.hpp"

#include <algorithm>
#include <utility>

#include "app/wrapped_text.hpp"
#include "run/scenario.hpp"

namespace mlaasim::app {
namespace {

class KeyCollector final : public sim::OptionVisitor {
public:
    [[nodiscard]] std::vector<ScenarioKey> take() { return std::move(keys_); }

    void option(std::string_view key, double& /*value*/, const sim::OptionInfo& info) override { add(key, info); }
    void option(std::string_view key, std::int64_t& /*value*/, const sim::OptionInfo& info) override { add(key, info); }
    void option(std::string_view key, bool& /*value*/, const sim::OptionInfo& info) override {
        add(key, info).values = {{"true", ""}, {"false", ""}};
    }
    void option(std::string_view key, std::string& /*value*/, const sim::OptionInfo& info) override { add(key, info); }
    void option(std::string_view key, std::vector<std::int64_t>& /*value*/, const sim::OptionInfo& info) override {
        add(key, info);
    }
    void option(std::string_view key, std::vector<double>& /*value*/, const sim::OptionInfo& info) override {
        add(key, info);
    }
    void choice(std::string_view key, int& /*value*/, const std::vector<sim::Choice>& choices,
                const sim::OptionInfo& info) override {
        ScenarioKey& added = add(key, info);
        added.chooses = true;
        for (const sim::Choice& choice : choices) {
            added.values.push_back({std::string{choice.name}, on_one_line(choice.doc)});
        }
    }
    void kind_beside(std::string_view key, sim::KindChoice& kinds, const sim::OptionInfo& info) override {
        ScenarioKey& added = add(key, info);
        added.chooses = true;
        for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
            added.values.push_back({std::string{kinds.word(kind)}, on_one_line(kinds.doc(kind))});
        }
        kinds_.visit(kinds, [&](std::size_t kind) { kinds.declare_defaults(kind, *this); });
    }
    void section(std::string_view key, const sim::OptionInfo& /*info*/,
                 const std::function<void()>& declare_members) override {
        descend(std::string{key}, declare_members);
    }
    void list(std::string_view key, const sim::OptionInfo& /*info*/, std::size_t size,
              const std::function<void(std::size_t)>& resize,
              const std::function<void(std::size_t)>& declare_element) override {
        resize(1);
        descend(std::string{key} + ".0", [&] { declare_element(0); });
        resize(size);
    }

private:
    /// Several kinds may have an option of the same name: the first one's words stand.
    ScenarioKey& add(std::string_view key, const sim::OptionInfo& info) {
        ScenarioKey added{path_ + std::string{key}, on_one_line(info.doc)};
        const bool is_known = std::ranges::find(keys_, added.path, &ScenarioKey::path) != keys_.end();
        return is_known ? ignored_ = std::move(added) : keys_.emplace_back(std::move(added));
    }
    void descend(const std::string& part, const std::function<void()>& declare_members) {
        const std::string outer = path_;
        path_ += part + ".";
        declare_members();
        path_ = outer;
    }

    std::vector<ScenarioKey> keys_;
    std::string path_;
    ScenarioKey ignored_;
    sim::NestedKinds kinds_;
};

}  // namespace

std::vector<ScenarioKey> scenario_keys() {
    run::Scenario scenario;
    KeyCollector collector;
    run::declare(collector, scenario);
    return collector.take();
}

}  // namespace mlaasim::app
