#include "composition/greedy_choice.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "composition/healing/paired_gain.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::composition {
namespace {

using sim::ServiceId;
using Services = std::vector<ServiceId>;

class Search {
public:
    Search(Services services, Laboratory& laboratory) : left_{std::move(services)}, laboratory_{laboratory} {
        std::ranges::sort(left_);
    }

    Services find(std::size_t fewest, std::size_t most) {
        choose_first();
        while (chosen_.size() < most && !left_.empty()) {
            const std::vector<double> gains = gains_of(ServiceId{});
            const std::size_t best = largest(gains);
            if (gains[best] <= 0.0 && chosen_.size() >= fewest) {
                break;
            }
            take(best);
        }
        return std::move(chosen_);
    }

private:
    /// The best alone: all others are compared with the first of them, in its place.
    void choose_first() {
        const ServiceId first = left_.front();
        take(0);
        if (left_.empty()) {
            return;
        }
        const std::vector<double> gains = gains_of(first);
        if (const std::size_t best = largest(gains); gains[best] > 0.0) {
            chosen_.clear();
            take(best);
            left_.insert(left_.begin(), first);  // it has the smallest id
        }
    }

    void take(std::size_t place) {
        chosen_.push_back(left_[place]);
        left_.erase(left_.begin() + static_cast<std::ptrdiff_t>(place));
    }

    /// Of each service that is left: when it joins the chosen ones, or takes the place of `leaves`, one of them.
    [[nodiscard]] std::vector<double> gains_of(ServiceId leaves) {
        std::vector<Change> changes;
        std::ranges::transform(left_, std::back_inserter(changes),
                               [&](ServiceId service) { return Change{.leaves = leaves, .joins = service}; });
        const ChangedLosses losses =
            laboratory_.changed_losses(chosen_, laboratory_.compose(chosen_).model, changes, LabelledSamples::all);
        std::vector<double> gains;
        std::ranges::transform(losses.gains, std::back_inserter(gains),
                               [](const std::vector<double>& each) { return mean_gain(each).mean; });
        return gains;
    }

    [[nodiscard]] static std::size_t largest(const std::vector<double>& gains) {
        return static_cast<std::size_t>(std::ranges::max_element(gains) - gains.begin());
    }

    Services left_;  ///< ascending
    Services chosen_;
    Laboratory& laboratory_;
};

}  // namespace

Services greedy_choice(Services services, std::size_t fewest, std::size_t most, Laboratory& laboratory) {
    sim::expects(!services.empty() && most > 0, "there is a service to choose");
    return Search{std::move(services), laboratory}.find(fewest, most);
}

}  // namespace mlaasim::composition
