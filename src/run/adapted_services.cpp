#include "run/adapted_services.hpp"

#include <algorithm>
#include <numeric>

#include "run/service_lists.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::run {

const tta::Memory& AdaptedServices::memory(sim::ServiceId service, std::uint32_t technique) const {
    static const tta::Memory none;
    const auto found = memories_.find({service, technique});
    return found == memories_.end() ? none : found->second;
}

void AdaptedServices::remember(sim::ServiceId service, std::uint32_t technique, tta::Memory memory) {
    if (memory.empty()) {
        memories_.erase({service, technique});
    } else {
        memories_[{service, technique}] = std::move(memory);
    }
}

void AdaptedServices::adjust(sim::ServiceId service, bool whether) {
    if (whether) {
        adjusted_.insert(service);
    } else {
        adjusted_.erase(service);
    }
}

bool AdaptedServices::forget_all_but(const std::vector<sim::ServiceId>& members) {
    std::erase_if(memories_, [&](const auto& memory) { return !contains(members, memory.first.first); });
    return std::erase_if(adjusted_, [&](sim::ServiceId service) { return !contains(members, service); }) > 0;
}

void AdaptedServices::archive(composition::Archive& archive) {
    std::vector<sim::ServiceId> services;
    std::vector<std::int64_t> techniques;
    std::vector<std::int64_t> sizes;
    std::vector<double> numbers;
    std::vector<sim::ServiceId> adjusted{adjusted_.begin(), adjusted_.end()};
    for (const auto& [key, memory] : memories_) {
        services.push_back(key.first);
        techniques.push_back(key.second);
        sizes.push_back(static_cast<std::int64_t>(memory.size()));
        numbers.insert(numbers.end(), memory.begin(), memory.end());
    }
    archive.services("test_time.services", services);
    archive.integers("test_time.techniques", techniques);
    archive.integers("test_time.sizes", sizes);
    archive.numbers("test_time.memories", numbers);
    archive.services("test_time.adjusted", adjusted);
    if (!archive.loads()) {
        return;
    }
    const bool fits =
        services.size() == techniques.size() && services.size() == sizes.size() &&
        std::ranges::all_of(sizes, [](std::int64_t size) { return size >= 0; }) &&
        std::accumulate(sizes.begin(), sizes.end(), std::int64_t{0}) == static_cast<std::int64_t>(numbers.size());
    if (!fits) {
        throw sim::InputError({.what = "the checkpoint holds memories of techniques in no known form",
                               .expected = "one size per memory, and as many numbers",
                               .hint = "the trace is damaged"});
    }
    memories_.clear();
    adjusted_ = {adjusted.begin(), adjusted.end()};
    auto number = numbers.begin();
    for (std::size_t i = 0; i < services.size(); ++i) {
        memories_[{services[i], static_cast<std::uint32_t>(techniques[i])}].assign(number, number + sizes[i]);
        number += sizes[i];
    }
}

}  // namespace mlaasim::run
