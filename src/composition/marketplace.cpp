#include "composition/marketplace.hpp"

#include <algorithm>
#include <new>
#include <string>

#include "sim/core/error.hpp"

namespace mlaasim::composition {

namespace {

/// Columns of a state row before the history.
constexpr std::size_t state_head = 6;

}  // namespace

Marketplace::Marketplace(std::size_t classes, HistoryOptions options) : classes_{classes}, options_{options} {
    sim::expects(options_.length >= 1, "a quality history holds at least one value");
}

void Marketplace::reserve_histories(std::size_t services) {
    const auto length = static_cast<std::size_t>(options_.length);
    if (length > history_.max_size() / std::max<std::size_t>(services, 1)) {
        throw std::bad_alloc{};
    }
    history_.reserve(services * length);
}

void Marketplace::add(const Service& service) {
    check(service);
    sim::expects(service.id.value() == size(), "services are added in the order of their ids");
    if (service.class_histogram.size() != classes_) {
        throw sim::InputError(sim::Problem{.what = "service " + std::to_string(service.id.value()) +
                                                   " has a histogram of " +
                                                   std::to_string(service.class_histogram.size()) + " classes",
                                           .expected = std::to_string(classes_) + " classes"});
    }
    auto spec = std::find(specs_.begin(), specs_.end(), service.function);
    if (spec == specs_.end()) {
        spec = specs_.insert(specs_.end(), service.function);
    }
    spec_.push_back(static_cast<std::uint32_t>(spec - specs_.begin()));
    histogram_.insert(histogram_.end(), service.class_histogram.begin(), service.class_histogram.end());
    volume_.push_back(service.volume);
    effectiveness_.push_back(service.effectiveness);
    quality_.push_back(service.quality);
    response_ms_.push_back(service.response_ms);
    reliability_.push_back(service.reliability);
    price_.push_back(service.price);
    tasks_.push_back(options_.reliability_prior_tasks);
    const auto length = static_cast<std::size_t>(options_.length);
    const std::size_t kept = std::min(length, service.quality_history.size());
    history_.insert(history_.end(), service.quality_history.end() - static_cast<std::ptrdiff_t>(kept),
                    service.quality_history.end());
    history_.resize(size() * length, 0.0);
    filled_.push_back(static_cast<std::uint32_t>(kept));
    changed_.push_back(0);
}

std::size_t Marketplace::index(sim::ServiceId id) const {
    sim::expects(id.value() < volume_.size(), "the service is in the marketplace");
    return id.value();
}

Service Marketplace::service(sim::ServiceId id) const {
    const auto histogram = class_histogram(id);
    const auto history = quality_history(id);
    return {.id = id,
            .function = function(id),
            .class_histogram = {histogram.begin(), histogram.end()},
            .volume = volume(id),
            .effectiveness = effectiveness(id),
            .quality = quality(id),
            .quality_history = {history.begin(), history.end()},
            .response_ms = response_ms(id),
            .reliability = reliability(id),
            .price = price(id)};
}

std::span<const double> Marketplace::class_histogram(sim::ServiceId id) const {
    return std::span{histogram_}.subspan(index(id) * classes_, classes_);
}

std::span<const double> Marketplace::quality_history(sim::ServiceId id) const {
    return std::span{history_}.subspan(index(id) * static_cast<std::size_t>(options_.length), filled_[index(id)]);
}

void Marketplace::set_effectiveness(sim::ServiceId id, double effectiveness) {
    sim::expects(effectiveness >= 0 && effectiveness <= 1, "effectiveness is in [0, 1]");
    effectiveness_[index(id)] = effectiveness;
    changed_[index(id)] = 1;
}

void Marketplace::set_response_ms(sim::ServiceId id, double response_ms) {
    sim::expects(response_ms >= 0, "a response time is not negative");
    response_ms_[index(id)] = response_ms;
    changed_[index(id)] = 1;
}

void Marketplace::observe_quality(sim::ServiceId id, double observed) {
    sim::expects(observed >= 0 && observed <= 1, "quality is in [0, 1]");
    const std::size_t i = index(id);
    quality_[i] = filled_[i] == 0 ? observed : updated_quality(quality_[i], observed, options_.quality_weight);
    const auto length = static_cast<std::size_t>(options_.length);
    const auto row = std::span{history_}.subspan(i * length, length);
    if (filled_[i] == length) {
        std::move(row.begin() + 1, row.end(), row.begin());
        row.back() = observed;
    } else {
        row[filled_[i]++] = observed;
    }
    changed_[i] = 1;
}

void Marketplace::observe_task(sim::ServiceId id, bool completed) {
    const std::size_t i = index(id);
    tasks_[i] += 1;
    reliability_[i] += ((completed ? 1.0 : 0.0) - reliability_[i]) / tasks_[i];
    reliability_[i] = std::clamp(reliability_[i], 0.0, 1.0);
    changed_[i] = 1;
}

std::size_t Marketplace::state_width() const { return state_head + static_cast<std::size_t>(options_.length); }

std::vector<double> Marketplace::export_state(std::span<const sim::ServiceId> ids) const {
    const auto length = static_cast<std::size_t>(options_.length);
    std::vector<double> state;
    state.reserve(ids.size() * state_width());
    for (const sim::ServiceId id : ids) {
        const std::size_t i = index(id);
        state.insert(state.end(), {effectiveness_[i], quality_[i], response_ms_[i], reliability_[i], tasks_[i],
                                   static_cast<double>(filled_[i])});
        const auto row = std::span{history_}.subspan(i * length, length);
        state.insert(state.end(), row.begin(), row.end());
    }
    return state;
}

void Marketplace::import_state(std::span<const sim::ServiceId> ids, std::span<const double> state) {
    const auto length = static_cast<std::size_t>(options_.length);
    if (state.size() != ids.size() * state_width()) {
        throw sim::InputError(sim::Problem{.what = "the checkpoint holds " + std::to_string(state.size()) +
                                                   " numbers for " + std::to_string(ids.size()) + " services",
                                           .expected = std::to_string(ids.size() * state_width()),
                                           .hint = "resume with the scenario that wrote the checkpoint"});
    }
    for (std::size_t k = 0; k < ids.size(); ++k) {
        const std::size_t i = index(ids[k]);
        const auto row = state.subspan(k * state_width(), state_width());
        sim::expects(row[5] >= 0 && row[5] <= static_cast<double>(length), "a history fits its row");
        effectiveness_[i] = row[0];
        quality_[i] = row[1];
        response_ms_[i] = row[2];
        reliability_[i] = row[3];
        tasks_[i] = row[4];
        filled_[i] = static_cast<std::uint32_t>(row[5]);
        std::copy(row.begin() + state_head, row.end(), history_.begin() + static_cast<std::ptrdiff_t>(i * length));
        changed_[i] = 1;
    }
}

void Marketplace::archive(Archive& archive) {
    std::vector<sim::ServiceId> ids;
    std::vector<double> state;
    if (!archive.loads()) {
        ids = changed();
        state = export_state(ids);
    }
    archive.services("market/services", ids);
    archive.numbers("market/state", state);
    if (archive.loads()) {
        import_state(ids, state);
    }
}

std::vector<sim::ServiceId> Marketplace::changed() const {
    std::vector<sim::ServiceId> ids;
    for (std::uint32_t i = 0; i < changed_.size(); ++i) {
        if (changed_[i] != 0) {
            ids.emplace_back(i);
        }
    }
    return ids;
}

}  // namespace mlaasim::composition
