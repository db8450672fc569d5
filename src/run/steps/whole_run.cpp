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

std::vector<StepCost> CollectTimingStep::costs(const World& /*world*/, int ranks) {
    constexpr double times_of_a_round = 3;  // training, aggregation, evaluation
    std::vector<StepCost> costs(static_cast<std::size_t>(ranks),
                                {.gathers = 1, .sent_bytes = times_of_a_round * sizeof(sim::TimingRecord)});
    costs.front().sent_bytes = 0;
    return costs;
}

bool VoteToStopStep::carry_out(Worker& worker) const {
    return worker.communicator().maximum(asked_to_stop() ? 1 : 0) != 0;
}

std::vector<StepCost> VoteToStopStep::costs(const World& /*world*/, int ranks) {
    return std::vector<StepCost>(static_cast<std::size_t>(ranks), {.sums = 1, .summed_numbers = 1});
}

Done StopStep::carry_out(Worker& /*worker*/) const { return {}; }

}  // namespace mlaasim::run
