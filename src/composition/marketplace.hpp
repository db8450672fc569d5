// All services, one column per attribute: 10^5 services are scanned in milliseconds.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "composition/archive.hpp"
#include "composition/service.hpp"

namespace mlaasim::composition {

/// The services 0..size()-1 that providers advertise, and what rounds have taught about them.
class Marketplace {
public:
    Marketplace(std::size_t classes, HistoryOptions options);
    /// Takes the memory of `services` quality histories at once, which `add` would otherwise take bit by bit. Throws
    /// std::bad_alloc.
    void reserve_histories(std::size_t services);

    /// Services are added in the order of their ids, from 0. Throws InputError for values out of range.
    void add(const Service& service);

    [[nodiscard]] std::size_t size() const { return volume_.size(); }
    [[nodiscard]] std::size_t classes() const { return classes_; }
    /// The whole row, copied.
    [[nodiscard]] Service service(sim::ServiceId id) const;

    [[nodiscard]] const FunctionalSpec& function(sim::ServiceId id) const { return specs_[spec_[index(id)]]; }
    /// Index into specifications(); equal for services of equal function.
    [[nodiscard]] std::uint32_t spec_index(sim::ServiceId id) const { return spec_[index(id)]; }
    [[nodiscard]] std::span<const FunctionalSpec> specifications() const { return specs_; }
    [[nodiscard]] std::span<const double> class_histogram(sim::ServiceId id) const;
    [[nodiscard]] double volume(sim::ServiceId id) const { return volume_[index(id)]; }
    [[nodiscard]] double effectiveness(sim::ServiceId id) const { return effectiveness_[index(id)]; }
    [[nodiscard]] double quality(sim::ServiceId id) const { return quality_[index(id)]; }
    [[nodiscard]] double response_ms(sim::ServiceId id) const { return response_ms_[index(id)]; }
    [[nodiscard]] double reliability(sim::ServiceId id) const { return reliability_[index(id)]; }
    [[nodiscard]] double price(sim::ServiceId id) const { return price_[index(id)]; }
    /// Oldest first, at most HistoryOptions::length values.
    [[nodiscard]] std::span<const double> quality_history(sim::ServiceId id) const;

    void set_effectiveness(sim::ServiceId id, double effectiveness);
    /// E_f and Q of a service that nobody has observed: they are replaced by what is observed first.
    void advertise(sim::ServiceId id, double effectiveness);
    void set_response_ms(sim::ServiceId id, double response_ms);
    /// A round's quality in [0, 1]: the first one is the quality, later ones move the average. Enters the history.
    void observe_quality(sim::ServiceId id, double observed);
    /// A task completed or not: R becomes the mean over all tasks (eq. 11), the advertised R counting as some of them.
    void observe_task(sim::ServiceId id, bool completed);

    /// Saves or loads what rounds have taught: the columns of the services that changed. A column in which all of them
    /// agree is saved as one number.
    void archive(Archive& archive);
    /// Services whose state differs from what they were added with, ascending.
    [[nodiscard]] std::vector<sim::ServiceId> changed() const;

private:
    [[nodiscard]] std::size_t index(sim::ServiceId id) const;
    void archive_histories(Archive& archive, std::span<const sim::ServiceId> ids);

    std::size_t classes_;
    HistoryOptions options_;
    std::vector<FunctionalSpec> specs_;
    std::vector<std::uint32_t> spec_;
    std::vector<double> histogram_;  ///< services x classes
    std::vector<double> volume_;
    std::vector<double> effectiveness_;
    std::vector<double> quality_;
    std::vector<double> response_ms_;
    std::vector<double> reliability_;
    std::vector<double> price_;
    std::vector<double> tasks_;          ///< that the reliability is the mean of
    std::vector<double> history_;        ///< services x length, oldest first
    std::vector<std::uint32_t> filled_;  ///< values in a row of history_
    std::vector<std::uint8_t> changed_;
};

}  // namespace mlaasim::composition
