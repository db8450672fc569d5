// The kind that options choose, with its own options: a plain value.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/options/kind.hpp"

namespace mlaasim::sim {

/// Owns a leaf of one kind. A copy has a leaf of its own; there is always a leaf.
template <class T>
class Chosen {
public:
    /// A leaf with its defaults.
    explicit Chosen(const Kind<T>& kind) : kind_{kind}, leaf_{kind.make()} {}
    /// The first kind of a list, which is its default.
    explicit Chosen(std::span<const Kind<T>> kinds) : Chosen{kinds.front()} {}
    ~Chosen() = default;
    /// A move copies, too, so that no object is without a leaf.
    Chosen(const Chosen& other) : kind_{other.kind_}, leaf_{other.kind_.copy(*other.leaf_)} {}
    Chosen& operator=(const Chosen& other) {
        Chosen copy{other};
        std::swap(kind_, copy.kind_);
        std::swap(leaf_, copy.leaf_);
        return *this;
    }

    [[nodiscard]] std::string_view word() const { return kind_.word; }
    [[nodiscard]] const T& operator*() const { return *leaf_; }
    [[nodiscard]] T& operator*() { return *leaf_; }
    [[nodiscard]] const T* operator->() const { return leaf_.get(); }
    [[nodiscard]] T* operator->() { return leaf_.get(); }

    void declare_options(OptionVisitor& visitor) { kind_.declare_options(visitor, *leaf_); }

private:
    Kind<T> kind_;
    std::unique_ptr<T> leaf_;
};

/// A list of kinds and the one chosen of it, as a visitor of options sees them: without their type.
class KindChoice {
public:
    virtual ~KindChoice() = default;

    /// What tells one list of kinds from another. Kinds may nest: a visitor that documents visits each list once.
    [[nodiscard]] virtual const void* list() const = 0;
    [[nodiscard]] virtual std::size_t size() const = 0;
    [[nodiscard]] virtual std::string_view word(std::size_t kind) const = 0;
    [[nodiscard]] virtual std::string_view doc(std::size_t kind) const = 0;
    /// The number of the kind that is chosen now.
    [[nodiscard]] virtual std::size_t chosen() const = 0;
    /// Chooses a kind, with the defaults of its options.
    virtual void choose(std::size_t kind) = 0;
    /// Declares the options of the chosen kind.
    virtual void declare_options(OptionVisitor& visitor) = 0;
    /// Declares the options of any kind, on a leaf that is thrown away.
    virtual void declare_defaults(std::size_t kind, OptionVisitor& visitor) const = 0;
};

/// The number of the kind with this word; throws ContractViolation when the list has none.
[[nodiscard]] std::size_t kind_number(const KindChoice& kinds, std::string_view word);

/// Visits every kind of a list, but not those of a list that stands inside one of its own kinds: kinds may nest.
class NestedKinds {
public:
    /// Calls `visit_kind(i)` for every kind.
    void visit(const KindChoice& kinds, const std::function<void(std::size_t)>& visit_kind);

private:
    std::vector<const void*> open_;
};

template <class T>
class KindChoiceOf final : public KindChoice {
public:
    /// Precondition: the word of `chosen` is in the list.
    KindChoiceOf(Chosen<T>& chosen, std::span<const Kind<T>> kinds) : chosen_{chosen}, kinds_{kinds} {}

    [[nodiscard]] const void* list() const override { return kinds_.data(); }
    [[nodiscard]] std::size_t size() const override { return kinds_.size(); }
    [[nodiscard]] std::string_view word(std::size_t kind) const override { return kinds_[kind].word; }
    [[nodiscard]] std::string_view doc(std::size_t kind) const override { return kinds_[kind].doc; }
    [[nodiscard]] std::size_t chosen() const override { return kind_number(*this, chosen_.word()); }
    void choose(std::size_t kind) override { chosen_ = Chosen<T>{kinds_[kind]}; }
    void declare_options(OptionVisitor& visitor) override { chosen_.declare_options(visitor); }
    void declare_defaults(std::size_t kind, OptionVisitor& visitor) const override {
        Chosen<T>{kinds_[kind]}.declare_options(visitor);
    }

private:
    Chosen<T>& chosen_;
    std::span<const Kind<T>> kinds_;
};

}  // namespace mlaasim::sim
