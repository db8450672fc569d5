#include "composition/healing/turnover.hpp"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sim/core/error.hpp"

namespace mlaasim::composition {

void Turnover::joined(sim::ServiceId newcomer, sim::ServiceId predecessor) {
    newcomers_[newcomer] = predecessor;
    back_.erase(newcomer);
}

void Turnover::left(sim::ServiceId service, sim::Round back) {
    newcomers_.erase(service);
    back_[service] = back;
}

sim::ServiceId Turnover::predecessor(sim::ServiceId newcomer) const {
    const auto found = newcomers_.find(newcomer);
    return found == newcomers_.end() ? sim::ServiceId{} : found->second;
}

bool Turnover::rests(sim::ServiceId service, sim::Round round) const {
    const auto found = back_.find(service);
    return found != back_.end() && round < found->second;
}

std::vector<sim::ServiceId> Turnover::rested(sim::Round round) const {
    std::vector<sim::ServiceId> found;
    for (const auto& [service, back] : back_) {
        if (back <= round) {
            found.push_back(service);
        }
    }
    std::ranges::stable_sort(found, {}, [&](sim::ServiceId service) { return back_.at(service); });
    return found;
}

void Turnover::archive(Archive& archive) {
    std::vector<sim::ServiceId> newcomers;
    std::vector<std::int64_t> predecessors;  // -1: nobody
    for (const auto& [newcomer, predecessor] : newcomers_) {
        newcomers.push_back(newcomer);
        predecessors.push_back(predecessor.valid() ? std::int64_t{predecessor.value()} : -1);
    }
    std::vector<sim::ServiceId> gone;
    std::vector<std::int64_t> back;
    for (const auto& [service, round] : back_) {
        gone.push_back(service);
        back.push_back(round.value());
    }
    archive.services("heal/newcomers", newcomers);
    archive.integers("heal/predecessors", predecessors);
    archive.services("heal/gone", gone);
    archive.integers("heal/back", back);
    if (!archive.loads()) {
        return;
    }
    if (predecessors.size() != newcomers.size() || back.size() != gone.size()) {
        throw sim::InputError(sim::Problem{.what = "the checkpoint's newcomers are not one number a service",
                                           .hint = "the trace is damaged"});
    }
    newcomers_.clear();
    back_.clear();
    for (std::size_t i = 0; i < newcomers.size(); ++i) {
        newcomers_[newcomers[i]] =
            predecessors[i] < 0 ? sim::ServiceId{} : sim::ServiceId{static_cast<std::uint32_t>(predecessors[i])};
    }
    for (std::size_t i = 0; i < gone.size(); ++i) {
        back_[gone[i]] = sim::Round{static_cast<std::uint32_t>(back[i])};
    }
}

}  // namespace mlaasim::composition
