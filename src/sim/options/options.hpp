// Options are declared once, beside the component that uses them, and visited by whoever needs them: the scenario
// reader, `describe`, the JSON schema, the reference page. So documentation can't drift from the program.
//
//     struct TrainingOptions { double learning_rate = 0.05; };
//     void declare(OptionVisitor& visitor, TrainingOptions& options) {
//         visitor.option("learning_rate", options.learning_rate, {.doc = "SGD step size", .range = positive()});
//     }
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/options/chosen.hpp"

namespace mlaasim::sim {

/// Allowed interval of a number; an open end excludes the bound itself.
struct Range {
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    bool low_open = false;
    bool high_open = false;

    [[nodiscard]] bool contains(double value) const;
    /// "> 0", "in [0, 1]", "in (0, 1]", ">= 1", "any number"
    [[nodiscard]] std::string text() const;
};

[[nodiscard]] constexpr Range positive() { return {.low = 0.0, .low_open = true}; }
[[nodiscard]] constexpr Range at_least(double low) { return {.low = low}; }
[[nodiscard]] constexpr Range between(double low, double high) { return {.low = low, .high = high}; }

/// The word of a choice that an option belongs to. The choice is declared before the option, in the same section.
struct OnlyWith {
    std::string_view key{};   ///< of the choice: "kind"
    std::string_view word{};  ///< "dirichlet", or "cnn or cnn1d"
    bool holds = true;        ///< that word is chosen; without it the option may not be given, and is not printed
};

/// What is said of an option besides its name, type and default.
struct OptionInfo {
    std::string_view doc;     ///< one or two sentences, without a closing full stop
    std::string_view unit{};  ///< "ms", "degrees", ...; empty for pure numbers
    Range range{};            ///< of a number, or of each element of a list
    bool required = false;    ///< must be given; has no default
    OnlyWith only_with{};     ///< of an option that one word of a choice alone uses
};

/// One allowed word of a choice.
struct Choice {
    std::string_view name;
    int value;
    std::string_view doc;
};

/// Visits the options of a struct in declaration order. Leaves read, print or describe; `option` fits every type.
class OptionVisitor {
public:
    virtual ~OptionVisitor() = default;

    virtual void option(std::string_view key, double& value, const OptionInfo& info) = 0;
    virtual void option(std::string_view key, std::int64_t& value, const OptionInfo& info) = 0;
    virtual void option(std::string_view key, bool& value, const OptionInfo& info) = 0;
    virtual void option(std::string_view key, std::string& value, const OptionInfo& info) = 0;
    virtual void option(std::string_view key, std::vector<std::int64_t>& value, const OptionInfo& info) = 0;
    virtual void option(std::string_view key, std::vector<double>& value, const OptionInfo& info) = 0;

    /// One word of several; `value` holds the chosen Choice::value.
    virtual void choice(std::string_view key, int& value, const std::vector<Choice>& choices,
                        const OptionInfo& info) = 0;

    /// A nested mapping.
    virtual void section(std::string_view key, const OptionInfo& info,
                         const std::function<void()>& declare_members) = 0;

    /// A list of mappings. `resize(n)` makes n default elements; `declare_element(i)` visits the i-th.
    /// `size` is the length at present. A visitor that documents calls resize(1) on a copy of the defaults.
    virtual void list(std::string_view key, const OptionInfo& info, std::size_t size,
                      const std::function<void(std::size_t)>& resize,
                      const std::function<void(std::size_t)>& declare_element) = 0;

    /// A key that is no option any more, and what to do instead: "use x.y". A document that still has it is told so.
    virtual void removed(std::string_view /*key*/, std::string_view /*instead*/) {}

    /// One of several kinds: `key` takes the word of one, and the options of that kind stand beside it in the same
    /// mapping. A later source that chooses another kind withdraws what an earlier one gave for the old kind, but for
    /// options that every kind of the list has.
    virtual void kind_beside(std::string_view key, KindChoice& kinds, const OptionInfo& info) = 0;

    /// The same for a Chosen.
    template <class T>
    void kind_beside(std::string_view key, Chosen<T>& chosen, std::span<const Kind<T>> kinds, const OptionInfo& info) {
        KindChoiceOf<T> choice{chosen, kinds};
        kind_beside(key, choice, info);
    }

    /// A section of its own for a Chosen: its key `kind` takes the word.
    template <class T>
    void kind(std::string_view key, Chosen<T>& chosen, std::span<const Kind<T>> kinds, const OptionInfo& info) {
        section(key, info, [&] { kind_beside("kind", chosen, kinds, {.doc = info.doc}); });
    }

    /// The word of an enumeration E, declared by `std::vector<Choice> choices_of(E)` found beside it.
    template <class E>
    void choice(std::string_view key, E& value, const OptionInfo& info) {
        int number = static_cast<int>(value);
        choice(key, number, choices_of(E{}), info);
        value = static_cast<E>(number);
    }

    /// A nested options struct that has `declare(OptionVisitor&, T&)` beside it.
    template <class T>
    void section(std::string_view key, T& value, const OptionInfo& info) {
        section(key, info, [&] { declare(*this, value); });
    }

    /// A list of options structs.
    template <class T>
    void list(std::string_view key, std::vector<T>& values, const OptionInfo& info) {
        list(
            key, info, values.size(), [&](std::size_t n) { values.assign(n, T{}); },
            [&](std::size_t i) { declare(*this, values.at(i)); });
    }
};

/// The name of a choice's value; throws ContractViolation for a value that is not among them.
[[nodiscard]] std::string_view choice_name(const std::vector<Choice>& choices, int value);

template <class E>
[[nodiscard]] std::string_view choice_name(E value) {
    return choice_name(choices_of(value), static_cast<int>(value));
}

/// Declares the members of the top-level mapping on a visitor.
using DeclareOptions = std::function<void(OptionVisitor&)>;

}  // namespace mlaasim::sim
