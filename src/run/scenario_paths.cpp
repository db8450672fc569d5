#include "run/scenario_paths.hpp"

#include <algorithm>
#include <utility>

#include "run/scenario.hpp"

namespace mlaasim::run {
namespace {

class PathCollector final : public sim::OptionVisitor {
public:
    [[nodiscard]] std::vector<std::string> take() { return std::move(paths_); }

    void option(std::string_view key, double&, const sim::OptionInfo&) override { add(key); }
    void option(std::string_view key, std::int64_t&, const sim::OptionInfo&) override { add(key); }
    void option(std::string_view key, bool&, const sim::OptionInfo&) override { add(key); }
    void option(std::string_view key, std::string&, const sim::OptionInfo&) override { add(key); }
    void option(std::string_view key, std::vector<std::int64_t>&, const sim::OptionInfo&) override { add(key); }
    void option(std::string_view key, std::vector<double>&, const sim::OptionInfo&) override { add(key); }
    void choice(std::string_view key, int&, const std::vector<sim::Choice>&, const sim::OptionInfo&) override {
        add(key);
    }
    void kind_beside(std::string_view key, sim::KindChoice& kinds, const sim::OptionInfo&) override {
        add(key);
        kinds_.visit(kinds, [&](std::size_t kind) { kinds.declare_defaults(kind, *this); });
    }
    void section(std::string_view key, const sim::OptionInfo&, const std::function<void()>& declare_members) override {
        below(std::string{key}, declare_members);
    }
    void list(std::string_view key, const sim::OptionInfo&, std::size_t, const std::function<void(std::size_t)>& resize,
              const std::function<void(std::size_t)>& declare_element) override {
        resize(1);
        below(std::string{key} + ".0", [&] { declare_element(0); });
    }

private:
    /// Several kinds may have an option of the same name.
    void add(std::string_view key) {
        std::string path = parent_ + std::string{key};
        if (std::find(paths_.begin(), paths_.end(), path) == paths_.end()) {
            paths_.push_back(std::move(path));
        }
    }
    void below(const std::string& part, const std::function<void()>& declare_members) {
        const std::string outer = parent_;
        parent_ += part + ".";
        declare_members();
        parent_ = outer;
    }

    std::string parent_;
    std::vector<std::string> paths_;
    sim::NestedKinds kinds_;
};

}  // namespace

std::vector<std::string> scenario_paths() {
    Scenario scenario;
    PathCollector collector;
    declare(collector, scenario);
    return collector.take();
}

}  // namespace mlaasim::run
