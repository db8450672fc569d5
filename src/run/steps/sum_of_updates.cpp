#include "run/steps/sum_of_updates.hpp"

#include <cstdint>
#include <span>

#include "sim/core/error.hpp"

namespace mlaasim::run {

fl::FixedPointSum sum_of_updates(const std::vector<sim::ServiceId>& services, Worker& worker) {
    fl::FixedPointSum sum = worker.empty_sum();
    std::vector<std::span<const float>> rows;
    std::vector<std::int64_t> weights;
    for (const sim::ServiceId service : worker.updates().owned(services)) {
        rows.emplace_back(worker.updates().own(service));
        weights.push_back(worker.weight(service));
    }
    for (const fl::FixedPointSum::Outcome outcome : sum.add(rows, weights)) {
        sim::expects(outcome == fl::FixedPointSum::Outcome::added, "kept updates can be added");
    }
    worker.communicator().sum(sum.units());
    return sum;
}

}  // namespace mlaasim::run
