#include "run/updates.hpp"

#include <algorithm>
#include <cstring>
#include <iterator>

#include "sim/core/error.hpp"

namespace mlaasim::run {

const sim::AlignedVector<float>* Updates::find(sim::ServiceId service) const {
    const auto row = rows_.find(service);
    return row == rows_.end() ? nullptr : &row->second.values;
}

bool Updates::owns(sim::ServiceId service) const {
    const auto row = rows_.find(service);
    return row != rows_.end() && row->second.owned;
}

std::vector<sim::ServiceId> Updates::owned(std::span<const sim::ServiceId> services) const {
    std::vector<sim::ServiceId> result;
    std::copy_if(services.begin(), services.end(), std::back_inserter(result),
                 [&](sim::ServiceId service) { return owns(service); });
    return result;
}

const sim::AlignedVector<float>& Updates::own(sim::ServiceId service) const {
    sim::expects(owns(service), "this rank owns the row");
    return rows_.at(service).values;
}

void Updates::keep(sim::ServiceId service, std::span<const float> parameters, bool owned) {
    sim::expects(parameters.size() == size_, "a row has a float for each parameter");
    Row& row = rows_[service];
    row.values.assign(parameters.begin(), parameters.end());
    row.owned = owned;
}

std::vector<float> Updates::packed(std::span<const sim::ServiceId> services) const {
    std::vector<float> values;
    values.reserve(services.size() * size_);
    for (const sim::ServiceId service : services) {
        const auto& row = own(service);
        values.insert(values.end(), row.begin(), row.end());
    }
    return values;
}

void Updates::share(std::span<const sim::ServiceId> services, const sim::Communicator& communicator) {
    if (communicator.size() == 1) {
        return;
    }
    const std::vector<sim::ServiceId> mine = owned(services);
    const std::vector<float> my_values = packed(mine);
    const auto ids = communicator.gather_everywhere(std::as_bytes(std::span{mine}));
    const auto values = communicator.gather_everywhere(std::as_bytes(std::span{my_values}));
    for (std::size_t rank = 0; rank < ids.size(); ++rank) {
        if (static_cast<int>(rank) == communicator.rank()) {
            continue;
        }
        for (std::size_t i = 0; i < ids[rank].size() / sizeof(sim::ServiceId); ++i) {
            sim::ServiceId service;
            std::memcpy(&service, ids[rank].data() + i * sizeof service, sizeof service);
            Row& row = rows_[service];
            row.values.resize(size_);
            row.owned = false;
            std::memcpy(row.values.data(), values[rank].data() + i * size_ * sizeof(float), size_ * sizeof(float));
        }
    }
}

std::vector<std::vector<float>> Updates::gather(std::span<const sim::ServiceId> services,
                                                const sim::Communicator& communicator) const {
    const std::vector<sim::ServiceId> mine = owned(services);
    const std::vector<sim::ServiceId> ids = communicator.gather_records(mine);
    const std::vector<float> values = communicator.gather_records(packed(mine));
    std::vector<std::vector<float>> rows(services.size());
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto place = std::find(services.begin(), services.end(), ids[i]) - services.begin();
        const auto first = values.begin() + static_cast<std::ptrdiff_t>(i * size_);
        rows[static_cast<std::size_t>(place)].assign(first, first + static_cast<std::ptrdiff_t>(size_));
    }
    return rows;
}

void Updates::forget(std::span<const sim::ServiceId> services) {
    for (const sim::ServiceId service : services) {
        rows_.erase(service);
    }
}

void Updates::forget_all_but(std::span<const sim::ServiceId> services) {
    std::erase_if(rows_, [&](const auto& row) {
        return std::find(services.begin(), services.end(), row.first) == services.end();
    });
}

}  // namespace mlaasim::run
