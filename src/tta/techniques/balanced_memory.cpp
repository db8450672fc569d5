#include "tta/techniques/balanced_memory.hpp"

#include <algorithm>
#include <cmath>

namespace mlaasim::tta {

double BalancedMemory::timeliness(const Item& item) const {
    const double fading = std::exp(-item.age / static_cast<double>(capacity_));
    return fading / (1.0 + fading);
}

double BalancedMemory::cost(const Item& item) const {
    return 1.0 / (1.0 + std::exp(-item.age / static_cast<double>(capacity_))) +
           item.uncertainty / std::log(static_cast<double>(classes_));
}

bool BalancedMemory::makes_room(const Item& newcomer) {
    std::vector<std::size_t> counts(classes_, 0);
    for (const Item& item : items_) {
        ++counts[item.label];
    }
    const bool may_grow =
        static_cast<double>(counts[newcomer.label]) < static_cast<double>(capacity_) / static_cast<double>(classes_);
    if (may_grow && items_.size() < capacity_) {
        return true;
    }
    const std::size_t most = *std::ranges::max_element(counts);
    auto worst = items_.end();
    for (auto item = items_.begin(); item != items_.end(); ++item) {
        const bool may_go = may_grow ? counts[item->label] == most : item->label == newcomer.label;
        if (may_go && (worst == items_.end() || cost(*item) > cost(*worst))) {
            worst = item;
        }
    }
    if (worst == items_.end() || !(cost(*worst) > cost(newcomer))) {
        return false;
    }
    items_.erase(worst);
    return true;
}

void BalancedMemory::show(Item item) {
    if (makes_room(item)) {
        items_.push_back(std::move(item));
    }
    for (Item& kept : items_) {
        kept.age += 1.0;
    }
}

void BalancedMemory::save(Memory& memory) const {
    memory.push_back(static_cast<double>(items_.size()));
    for (const Item& item : items_) {
        memory.insert(memory.end(), {static_cast<double>(item.label), item.uncertainty, item.age});
        memory.insert(memory.end(), item.values.begin(), item.values.end());
    }
}

Memory::const_iterator BalancedMemory::load(Memory::const_iterator number, std::size_t sample_size) {
    items_.resize(static_cast<std::size_t>(*number++));
    for (Item& item : items_) {
        item.label = static_cast<std::uint32_t>(*number++);
        item.uncertainty = *number++;
        item.age = *number++;
        item.values.resize(sample_size);
        for (float& value : item.values) {
            value = static_cast<float>(*number++);
        }
    }
    return number;
}

}  // namespace mlaasim::tta
