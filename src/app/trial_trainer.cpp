#include "app/trial_trainer.hpp"

#include <algorithm>

namespace mlaasim::app {

double effectiveness_of(const ServiceReport& report) {
    return report.holdout_total > 0
               ? static_cast<double>(report.holdout_correct) / static_cast<double>(report.holdout_total)
               : 0.0;
}

TrialTrainer::TrialTrainer(Cluster& cluster, sim::Round round, StartFrom start,
                           std::function<void(const ServiceReport&)> observe)
    : cluster_{cluster}, round_{round}, start_{start}, observe_{std::move(observe)} {}

std::vector<composition::TrialUpdate> TrialTrainer::train_on_trial(std::span<const sim::ServiceId> candidates) {
    const std::vector<ServiceReport> reports =
        cluster_.train_on_trial(round_, {candidates.begin(), candidates.end()}, start_, Keep::yes);
    std::vector<composition::TrialUpdate> updates;
    std::vector<sim::ServiceId> trained;
    for (const sim::ServiceId candidate : candidates) {
        const auto report = std::find_if(reports.begin(), reports.end(),
                                         [&](const ServiceReport& r) { return r.service == candidate; });
        const bool usable = report->status == TrainingStatus::trained;
        updates.push_back({.service = candidate, .trained = usable, .effectiveness = effectiveness_of(*report)});
        if (usable) {
            trained.push_back(candidate);
        }
        observe_(*report);
    }
    std::vector<std::vector<float>> rows = cluster_.fetch_rows(trained);
    auto row = rows.begin();
    for (composition::TrialUpdate& update : updates) {
        if (update.trained) {
            update.parameters = std::move(*row++);
        }
    }
    return updates;
}

}  // namespace mlaasim::app
