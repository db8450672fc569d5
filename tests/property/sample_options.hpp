// Options of every kind, nested and in lists, for the tests of the option reader and writers.
#pragma once

#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/options/options.hpp"
#include "sim/scenario_text/options_document.hpp"

namespace mlaasim::sim {

enum class SampleKind { rotation, noise, off };

[[nodiscard]] inline std::vector<Choice> choices_of(SampleKind) {
    return {{"rotation", 0, "turns the image"}, {"noise", 1, "adds noise"}, {"off", 2, "does nothing"}};
}

struct SampleInner {
    double alpha = 0.5;
    bool enabled = true;
    friend bool operator==(const SampleInner&, const SampleInner&) = default;
};

inline void declare(OptionVisitor& visitor, SampleInner& options) {
    visitor.option("alpha", options.alpha, {.doc = "A share", .range = {.low = 0, .high = 1, .low_open = true}});
    visitor.option("enabled", options.enabled, {.doc = "Whether it acts"});
}

struct SampleStep {
    SampleInner inner;
    std::int64_t at = 1;
    friend bool operator==(const SampleStep&, const SampleStep&) = default;
};

inline void declare(OptionVisitor& visitor, SampleStep& options) {
    visitor.section("inner", options.inner, {.doc = "How"});
    visitor.option("at", options.at, {.doc = "When", .range = at_least(1)});
}

struct SampleEntry {
    SampleKind kind = SampleKind::rotation;
    std::int64_t start = 0;
    std::vector<std::int64_t> classes{};
    std::vector<double> weights{};
    std::vector<SampleStep> steps{};
    friend bool operator==(const SampleEntry&, const SampleEntry&) = default;
};

inline void declare(OptionVisitor& visitor, SampleEntry& options) {
    visitor.choice("kind", options.kind, {.doc = "What it does"});
    visitor.option("start", options.start, {.doc = "First round", .range = at_least(0), .required = true});
    visitor.option("classes", options.classes, {.doc = "Classes | pairs", .range = between(0, 9)});
    visitor.option("weights", options.weights, {.doc = "Weights", .range = positive()});
    visitor.list("steps", options.steps, {.doc = "Steps in order"});
}

struct SampleTraining {
    double learning_rate = 0.05;
    std::int64_t epochs = 1;
    SampleInner inner;
    friend bool operator==(const SampleTraining&, const SampleTraining&) = default;
};

inline void declare(OptionVisitor& visitor, SampleTraining& options) {
    visitor.option("learning_rate", options.learning_rate, {.doc = "Step size", .range = positive()});
    visitor.option("epochs", options.epochs, {.doc = "Passes over the data", .range = between(1, 1000)});
    visitor.section("inner", options.inner, {.doc = "The inner part"});
}

struct SampleOptions {
    std::string name = "sample run";
    double latency = 2.5;
    std::int64_t offset = 0;
    SampleTraining training;
    std::vector<SampleEntry> drift{};
    friend bool operator==(const SampleOptions&, const SampleOptions&) = default;
};

inline void declare(OptionVisitor& visitor, SampleOptions& options) {
    visitor.option("name", options.name, {.doc = "Shown in tables"});
    visitor.option("latency", options.latency, {.doc = "Of one hop", .unit = "ms"});
    visitor.option("offset", options.offset, {.doc = "Any integer"});
    visitor.section("training", options.training, {.doc = "Local training"});
    visitor.list("drift", options.drift, {.doc = "The schedule"});
}

[[nodiscard]] inline DeclareOptions declaring(SampleOptions& options) {
    return [&options](OptionVisitor& visitor) { declare(visitor, options); };
}

/// Whether every number is finite and in its declared range; throws for an undeclared choice.
class RangeCheck final : public OptionVisitor {
public:
    [[nodiscard]] bool holds() const { return holds_; }

    void option(std::string_view, double& value, const OptionInfo& info) override { number(value, info); }
    void option(std::string_view, std::int64_t& value, const OptionInfo& info) override {
        number(static_cast<double>(value), info);
    }
    void option(std::string_view, bool&, const OptionInfo&) override {}
    void option(std::string_view, std::string&, const OptionInfo&) override {}
    void option(std::string_view, std::vector<std::int64_t>& values, const OptionInfo& info) override {
        for (const std::int64_t value : values) {
            number(static_cast<double>(value), info);
        }
    }
    void option(std::string_view, std::vector<double>& values, const OptionInfo& info) override {
        for (const double value : values) {
            number(value, info);
        }
    }
    void choice(std::string_view, int& value, const std::vector<Choice>& choices, const OptionInfo&) override {
        static_cast<void>(choice_name(choices, value));
    }
    void kind_beside(std::string_view, KindChoice& kinds, const OptionInfo&) override { kinds.declare_options(*this); }
    void section(std::string_view, const OptionInfo&, const std::function<void()>& declare_members) override {
        declare_members();
    }
    void list(std::string_view, const OptionInfo&, std::size_t size, const std::function<void(std::size_t)>&,
              const std::function<void(std::size_t)>& declare_element) override {
        for (std::size_t i = 0; i < size; ++i) {
            declare_element(i);
        }
    }

private:
    void number(double value, const OptionInfo& info) {
        holds_ = holds_ && std::isfinite(value) && info.range.contains(value);
    }
    bool holds_ = true;
};

}  // namespace mlaasim::sim
