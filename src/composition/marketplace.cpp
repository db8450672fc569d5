#include "composition/marketplace.hpp"

#include <algorithm>
#include <new>
#include <string>

#include "sim/core/error.hpp"

namespace mlaasim::composition {

namespace {

[[noreturn]] void damaged(const std::string& name, std::size_t numbers, std::size_t services) {
    throw sim::InputError(sim::Problem{.what = "the checkpoint holds " + std::to_string(numbers) + " numbers of " +
                                               name + " for " + std::to_string(services) + " services",
                                       .expected = "one for each service, or one for all",
                                       .hint = "resume with the scenario that wrote the checkpoint"});
}

/// Saves or loads a column of these services.
template <class Number>
void archive_column(Archive& archive, const std::string& name, std::span<const sim::ServiceId> ids,
                    std::vector<Number>& column) {
    std::vector<double> values;
    if (!archive.loads()) {
        for (const sim::ServiceId id : ids) {
            values.push_back(static_cast<double>(column[id.value()]));
        }
        if (!values.empty() && std::ranges::all_of(values, [&](double value) { return value == values.front(); })) {
            values = {values.front()};
        }
    }
    archive.numbers(name, values);
    if (!archive.loads()) {
        return;
    }
    if (values.size() != ids.size() && (values.size() != 1 || ids.empty())) {
        damaged(name, values.size(), ids.size());
    }
    for (std::size_t k = 0; k < ids.size(); ++k) {
        column[ids[k].value()] = static_cast<Number>(values[values.size() == 1 ? 0 : k]);
    }
}

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

void Marketplace::advertise(sim::ServiceId id, double effectiveness) {
    sim::expects(filled_[index(id)] == 0, "nobody has observed the service");
    set_effectiveness(id, effectiveness);
    quality_[index(id)] = effectiveness;
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

void Marketplace::archive(Archive& archive) {
    std::vector<sim::ServiceId> ids;
    if (!archive.loads()) {
        ids = changed();
    }
    archive.services("market/services", ids);
    for (const sim::ServiceId id : ids) {
        changed_[index(id)] = 1;
    }
    archive_column(archive, "market/effectiveness", ids, effectiveness_);
    archive_column(archive, "market/quality", ids, quality_);
    archive_column(archive, "market/response_ms", ids, response_ms_);
    archive_column(archive, "market/reliability", ids, reliability_);
    archive_column(archive, "market/tasks", ids, tasks_);
    archive_column(archive, "market/observations", ids, filled_);
    archive_histories(archive, ids);
}

void Marketplace::archive_histories(Archive& archive, std::span<const sim::ServiceId> ids) {
    const std::string name = "market/histories";
    const auto length = static_cast<std::size_t>(options_.length);
    std::vector<double> values;
    std::size_t count = 0;
    for (const sim::ServiceId id : ids) {
        sim::expects(filled_[index(id)] <= length, "a history fits its row");
        count += filled_[index(id)];
        if (!archive.loads()) {
            const auto history = quality_history(id);
            values.insert(values.end(), history.begin(), history.end());
        }
    }
    archive.numbers(name, values);
    if (values.size() != count) {
        damaged(name, values.size(), ids.size());
    }
    if (archive.loads()) {
        auto from = values.begin();
        for (const sim::ServiceId id : ids) {
            const auto to = from + filled_[index(id)];
            std::copy(from, to, history_.begin() + static_cast<std::ptrdiff_t>(index(id) * length));
            from = to;
        }
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
