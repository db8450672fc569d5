#include "run/worker.hpp"

#include <algorithm>
#include <cstring>

#include "sim/core/error.hpp"

namespace mlaasim::run {

std::vector<sim::ServiceId> Worker::owned(std::span<const sim::ServiceId> services) const {
    std::vector<sim::ServiceId> result;
    for (const sim::ServiceId service : services) {
        const auto row = rows_.find(service);
        if (row != rows_.end() && row->second.owned) {
            result.push_back(service);
        }
    }
    return result;
}

void Worker::keep(sim::ServiceId service, std::span<const float> parameters) {
    Row& row = rows_[service];
    row.values.assign(parameters.begin(), parameters.end());
    row.owned = true;
}

void Worker::share_rows(std::span<const sim::ServiceId> services) {
    const std::size_t size = initial_.size();
    const std::vector<sim::ServiceId> own = owned(services);
    std::vector<float> packed;
    packed.reserve(own.size() * size);
    for (const sim::ServiceId service : own) {
        const auto& values = rows_.at(service).values;
        packed.insert(packed.end(), values.begin(), values.end());
    }
    const auto ids = communicator_.gather_everywhere(std::as_bytes(std::span{own}));
    const auto values = communicator_.gather_everywhere(std::as_bytes(std::span{packed}));
    for (std::size_t rank = 0; rank < ids.size(); ++rank) {
        if (static_cast<int>(rank) == communicator_.rank()) {
            continue;
        }
        for (std::size_t i = 0; i < ids[rank].size() / sizeof(sim::ServiceId); ++i) {
            sim::ServiceId service;
            std::memcpy(&service, ids[rank].data() + i * sizeof service, sizeof service);
            Row& row = rows_[service];
            row.values.resize(size);
            row.owned = false;
            std::memcpy(row.values.data(), values[rank].data() + i * size * sizeof(float), size * sizeof(float));
        }
    }
}

std::vector<std::vector<float>> Worker::fetch_rows(const Command& command) {
    const std::size_t size = initial_.size();
    const std::vector<sim::ServiceId> own = owned(command.services);
    std::vector<float> packed;
    for (const sim::ServiceId service : own) {
        const auto& values = rows_.at(service).values;
        packed.insert(packed.end(), values.begin(), values.end());
    }
    const std::vector<sim::ServiceId> ids = communicator_.gather_records(own);
    const std::vector<float> values = communicator_.gather_records(packed);
    std::vector<std::vector<float>> rows(command.services.size());
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto at = std::find(command.services.begin(), command.services.end(), ids[i]) - command.services.begin();
        const auto first = values.begin() + static_cast<std::ptrdiff_t>(i * size);
        rows[static_cast<std::size_t>(at)].assign(first, first + static_cast<std::ptrdiff_t>(size));
    }
    return rows;
}

void Worker::forget(const Command& command) {
    std::erase_if(rows_, [&](const auto& row) {
        return std::find(command.services.begin(), command.services.end(), row.first) == command.services.end();
    });
}

void Worker::restore(const Command& command) {
    const std::size_t size = initial_.size();
    sim::expects(command.parameters.size() == size * (1 + command.services.size()), "a checkpoint fits the model");
    const auto row_at = [&](std::size_t i) { return std::span{command.parameters}.subspan(i * size, size); };
    std::copy_n(row_at(0).begin(), size, composition_.begin());
    for (std::size_t i = 0; i < command.services.size(); ++i) {
        keep(command.services[i], row_at(i + 1));
        rows_.at(command.services[i]).owned = communicator_.is_root();
    }
}

}  // namespace mlaasim::run
