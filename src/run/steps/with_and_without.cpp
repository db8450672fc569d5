#include "run/steps/with_and_without.hpp"

#include <algorithm>

#include "sim/core/error.hpp"

namespace mlaasim::run {

void load_without_each(Worker& worker, const std::vector<sim::ServiceId>& members,
                       const std::function<void(std::span<const std::size_t> left_out)>& evaluate) {
    // Models that pass over the samples together: enough to share them in cache, few enough for memory.
    constexpr std::size_t models_at_once = 16;
    const fl::FixedPointSum* const whole = worker.models().sum(served_model);
    sim::expects(whole != nullptr, "the sum of the model that serves is known");
    std::vector<std::size_t> left_out;
    std::vector<sim::AlignedVector<float>> parameters(std::min(models_at_once, members.size()));
    const auto load = [&] {
        const std::vector<std::span<const float>> models(
            parameters.begin(), parameters.begin() + static_cast<std::ptrdiff_t>(left_out.size()));
        worker.evaluator().load(models);
        evaluate(left_out);
        left_out.clear();
    };
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (!worker.updates().owns(members[i])) {
            continue;
        }
        fl::FixedPointSum others = *whole;
        others.subtract(worker.updates().own(members[i]), worker.weight(members[i]));
        sim::AlignedVector<float>& mean = parameters[left_out.size()];
        mean.resize(worker.parameter_count());
        others.mean(mean);
        left_out.push_back(i);
        if (left_out.size() == models_at_once) {
            load();
        }
    }
    if (!left_out.empty()) {
        load();
    }
}

}  // namespace mlaasim::run
