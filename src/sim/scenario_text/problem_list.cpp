#include "sim/scenario_text/problem_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace mlaasim::sim {

void ProblemList::add(OptionsPlace place, std::string what, std::string expected, std::string hint) {
    problems_.push_back(
        {place, {sources_[place.source], place.line, std::move(what), std::move(expected), std::move(hint)}});
}

void ProblemList::throw_if_any() const {
    constexpr std::size_t most = 100;
    if (problems_.empty()) {
        return;
    }
    std::vector<Located> in_order = problems_;
    std::ranges::stable_sort(in_order, {}, [](const Located& p) { return std::tuple{p.place.source, p.place.line}; });
    std::vector<Problem> problems;
    for (const Located& located : in_order) {
        if (problems.size() == most) {
            problems.push_back({located.problem.file, located.problem.line,
                                fmt::format("and {} more mistakes from here on", in_order.size() - most)});
            break;
        }
        problems.push_back(located.problem);
    }
    throw InputError(std::move(problems));
}

}  // namespace mlaasim::sim
