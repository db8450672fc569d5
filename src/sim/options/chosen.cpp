#include "sim/options/chosen.hpp"

#include <algorithm>
#include <source_location>
#include <string>

#include "sim/core/error.hpp"

namespace mlaasim::sim {

std::size_t kind_number(const KindChoice& kinds, std::string_view word) {
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
        if (kinds.word(kind) == word) {
            return kind;
        }
    }
    throw ContractViolation("invariant", "the kind " + std::string{word} + " is not in its list",
                            std::source_location::current());
}

void NestedKinds::visit(const KindChoice& kinds, const std::function<void(std::size_t)>& visit_kind) {
    if (std::ranges::find(open_, kinds.list()) != open_.end()) {
        return;
    }
    open_.push_back(kinds.list());
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
        visit_kind(kind);
    }
    open_.pop_back();
}

}  // namespace mlaasim::sim
