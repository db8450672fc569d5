// Where two checkpoints differ: the state that a run goes on from.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sim/trace/trace.hpp"
#include "study/cell.hpp"

namespace mlaasim::study {

struct ArrayDifference {
    enum class What { only_in_a, only_in_b, of_two_forms, values };

    std::string name;  ///< "bandit", or "state of service 7"
    What what = What::values;
    std::size_t numbers = 0;    ///< of the array
    std::size_t differing = 0;  ///< of these numbers
    std::size_t first = 0;      ///< the position of the first that differs, from 0
    Cell a{};                   ///< its values
    Cell b{};
};

/// Arrays and states of services that differ, in the order of their names.
[[nodiscard]] std::vector<ArrayDifference> differences_of(const sim::Checkpoint& a, const sim::Checkpoint& b);

}  // namespace mlaasim::study
