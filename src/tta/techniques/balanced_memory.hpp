// A memory of a stream's newest and most confidently predicted samples, with about equally many of each class (RoTTA,
// Yuan et al. 2023).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tta/techniques/technique.hpp"

namespace mlaasim::tta {

class BalancedMemory {
public:
    struct Item {
        std::uint32_t label = 0;   ///< as predicted
        double uncertainty = 0.0;  ///< entropy of the prediction, in nat
        double age = 0.0;          ///< samples that were shown since
        std::vector<float> values{};
    };

    BalancedMemory(std::size_t capacity, std::size_t classes) : capacity_{capacity}, classes_{classes} {}

    /// Shows the memory a sample. A class that has less than capacity / classes may grow: while the memory is not full
    /// by itself, later at the cost of the largest classes. Otherwise a sample of its own class makes room. Of those
    /// that may go the one with the largest
    ///     1 / (1 + exp(-age / capacity)) + uncertainty / ln(classes)
    /// goes, if that is more than the newcomer's; else the newcomer is not kept. Then all that is kept is one older.
    void show(Item item);

    [[nodiscard]] const std::vector<Item>& items() const { return items_; }
    /// exp(-age / capacity) / (1 + exp(-age / capacity))
    [[nodiscard]] double timeliness(const Item& item) const;

    void save(Memory& memory) const;
    /// Reads what was saved from `number` on; gives where it ends.
    Memory::const_iterator load(Memory::const_iterator number, std::size_t sample_size);

private:
    [[nodiscard]] double cost(const Item& item) const;
    [[nodiscard]] bool makes_room(const Item& newcomer);

    std::size_t capacity_;
    std::size_t classes_;
    std::vector<Item> items_;
};

}  // namespace mlaasim::tta
