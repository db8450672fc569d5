// What comes in kinds is an interface with leaves, and a list that names them. A leaf is options and pure functions; it
// declares its own options. A new kind is one file and its name in the list: docs/extending.md shows it.
//
//     struct Iid final : Partitioner { ... };
//     Kind<Partitioner> iid_partition() { return Kind<Partitioner>::of<Iid>("iid", "equal shares"); }
#pragma once

#include <memory>
#include <string_view>

namespace mlaasim::sim {

class OptionVisitor;

/// One kind of T: the word that chooses it, and how its leaf is made, copied and declared.
template <class T>
struct Kind {
    std::string_view word;
    std::string_view doc;
    std::unique_ptr<T> (*make)();
    std::unique_ptr<T> (*copy)(const T& leaf);
    void (*declare_options)(OptionVisitor& visitor, T& leaf);

    /// The kind of a Leaf that has `declare(OptionVisitor&, Leaf&)` beside it. `word` and `doc` outlive the kind.
    template <class Leaf>
    [[nodiscard]] static Kind of(std::string_view word, std::string_view doc) {
        return {
            word, doc, [] { return std::unique_ptr<T>{std::make_unique<Leaf>()}; },
            [](const T& leaf) { return std::unique_ptr<T>{std::make_unique<Leaf>(static_cast<const Leaf&>(leaf))}; },
            [](OptionVisitor& visitor, T& leaf) { declare(visitor, static_cast<Leaf&>(leaf)); }};
    }
};

}  // namespace mlaasim::sim
