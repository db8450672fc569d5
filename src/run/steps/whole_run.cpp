#include "run/steps/whole_run.hpp"

#include <algorithm>

#include "run/process.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::run {

Done RestoreStep::carry_out(Worker& worker) const {
    const std::size_t size = worker.parameter_count();
    sim::expects(parameters.size() == size * (1 + services.size()), "a checkpoint fits the model");
    const auto row_at = [&](std::size_t i) { return std::span{parameters}.subspan(i * size, size); };
    std::copy_n(row_at(0).begin(), size, worker.models().make(served_model).parameters.begin());
    for (std::size_t i = 0; i < services.size(); ++i) {
        worker.updates().keep(services[i], row_at(i + 1), worker.communicator().is_root());
    }
    return {};
}

CollectTimingStep::Result CollectTimingStep::carry_out(Worker& worker) const {
    return worker.communicator().gather_records(worker.take_timing());
}

bool VoteToStopStep::carry_out(Worker& worker) const {
    return worker.communicator().maximum(asked_to_stop() ? 1 : 0) != 0;
}

Done StopStep::carry_out(Worker& /*worker*/) const { return {}; }

}  // namespace mlaasim::run
