#include "composition/healing/take_back.hpp"

#include "composition/healing/paired_gain.hpp"

namespace mlaasim::composition {

std::vector<CameBack> take_back(const TakeBackRequest& request, Laboratory& laboratory, RoundLog& log) {
    std::vector<CameBack> found;
    std::vector<sim::ServiceId> trained = request.trained;
    std::vector<Change> made;
    sim::ModelId composed;
    for (const sim::ServiceId service : request.candidates) {
        if (!composed.valid()) {
            composed = laboratory.compose(trained).model;
        }
        const Change change{.joins = service};
        const PairedGain gain =
            paired_gain(laboratory.changed_losses(trained, composed, {&change, 1}, LabelledSamples::all).gains.front(),
                        request.candidates.size(), {.error = request.error, .margin = 0.0});
        const std::string refusal = gain.mean <= 0.0                   ? "the composition is no better with it"
                                    : gain.lower <= -request.tolerance ? "not proven that it does no harm"
                                    : made.size() >= request.places    ? "the composition may not grow further"
                                    : request.refuses                  ? request.refuses(made, change)
                                                                       : std::string{};
        log.considered(1, request.candidates.size(), change, gain,
                       refusal.empty() ? std::string{came_back_outcome} : "not done: " + refusal);
        if (refusal.empty()) {
            found.push_back({service, gain.mean});
            made.push_back(change);
            trained.push_back(service);
            composed = {};
        }
    }
    return found;
}

}  // namespace mlaasim::composition
