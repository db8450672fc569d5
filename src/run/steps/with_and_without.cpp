#include "run/steps/with_and_without.hpp"

#include <algorithm>
#include <utility>

#include "sim/core/error.hpp"

namespace mlaasim::run {

void load_without_each(Worker& worker, const std::vector<sim::ServiceId>& members,
                       const std::function<void(std::span<const std::size_t> left_out)>& evaluate) {
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
    fl::FixedPointSum others = *whole;  // made once: its memory is that of a model twice over
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (!worker.updates().owns(members[i])) {
            continue;
        }
        others = *whole;
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

void vote_with_and_without(
    Worker& worker, const std::vector<sim::ServiceId>& members, std::span<const std::uint32_t> clients,
    const std::function<void(std::size_t row, std::uint32_t client, const std::vector<float>& vote)>& take) {
    worker.vote_together(worker.assessment_blocks(), clients, members,
                         [&](std::uint32_t client, const std::vector<std::vector<float>>& votes) {
                             const fl::SoftVote whole = fl::SoftVote::of(votes);
                             take(0, client, whole.mean());
                             for (std::size_t m = 0; m < members.size(); ++m) {
                                 take(1 + m, client, whole.mean_without(votes[m]));
                             }
                         });
}

}  // namespace mlaasim::run
