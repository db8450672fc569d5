// A laboratory without models: it notes what it was asked, and answers what a test has laid down.
#pragma once

#include <algorithm>
#include <functional>
#include <limits>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "composition/laboratory.hpp"

namespace mlaasim::composition::testing {

class FakeLaboratory final : public Laboratory {
public:
    using Ids = std::vector<sim::ServiceId>;

    [[nodiscard]] std::optional<std::uint32_t> only_labelled_class() override { return only_class; }
    LeaveOneOut leave_one_out(std::span<const sim::ServiceId> members) override {
        note("leave_one_out", members);
        return accuracies;
    }
    PairedLosses paired_losses(std::span<const sim::ServiceId> members) override {
        note("paired_losses", members);
        return losses;
    }
    HalvesLosses random_halves(std::span<const sim::ServiceId> members, std::int64_t pairs) override {
        note("random_halves, " + std::to_string(pairs) + " pairs:", members);
        return halves;
    }
    ChangedLosses changed_losses(std::span<const sim::ServiceId> members, sim::ModelId composed,
                                 std::span<const Change> changes, LabelledSamples samples) override {
        note("changed_losses of model " + std::to_string(composed.value()) +
                 (samples == LabelledSamples::every_other ? " on every other sample:" : ":"),
             members);
        compared.emplace_back(changes.begin(), changes.end());
        ChangedLosses found{.whole = std::vector<double>(2, loss_of(Ids{members.begin(), members.end()}))};
        for (const Change& change : changes) {
            std::vector<double> gains = gains_of(Ids{members.begin(), members.end()}, change);
            if (samples == LabelledSamples::every_other) {
                for (std::size_t i = 0; 2 * i < gains.size(); ++i) {
                    gains[i] = gains[2 * i];
                }
                gains.resize((gains.size() + 1) / 2);
            }
            found.gains.push_back(std::move(gains));
        }
        return found;
    }
    std::vector<double> data_distances(std::span<const sim::ServiceId> services) override {
        note("data_distances", services);
        std::vector<double> found;
        for (const sim::ServiceId service : services) {
            found.push_back(distance_of(service));
        }
        return found;
    }
    std::vector<double> update_distances(std::span<const sim::ServiceId> members) override {
        note("update_distances", members);
        return distances;
    }
    ComposedModel compose(std::span<const sim::ServiceId> members) override {
        note("compose", members);
        return {.model = sim::ModelId{made++}, .parameters = parameters, .layout = layout};
    }
    void serve(sim::ModelId model) override { calls.push_back("serve model " + std::to_string(model.value())); }
    [[nodiscard]] Adaptable adaptable() const override { return can_adapt; }
    std::vector<TestTimeAdaptation> adapt(std::span<const sim::ServiceId> services, sim::ModelId against) override {
        note("adapt against model " + std::to_string(against.value()) + ":", services);
        std::vector<TestTimeAdaptation> adaptations;
        // Reports come by id, whatever the order of the services.
        for (const sim::ServiceId service : std::set<sim::ServiceId>{services.begin(), services.end()}) {
            adaptations.push_back({.service = service,
                                   .technique = "batch_norm",
                                   .samples = 64,
                                   .score = not_composable.contains(service) ? 0.1 : 0.9,
                                   .composable = !not_composable.contains(service),
                                   .integrated = !not_composable.contains(service),
                                   .arrived = arrived.contains(service)});
        }
        return adaptations;
    }
    std::vector<TrialUpdate> train_on_trial(std::span<const sim::ServiceId> candidates,
                                            std::uint32_t attempt) override {
        note(attempt == 0 ? "train_on_trial" : "train_on_trial " + std::to_string(attempt) + ":", candidates);
        trials.emplace_back(candidates.begin(), candidates.end());
        return trained(candidates);
    }
    std::vector<TrialUpdate> train_from(sim::ModelId model, std::span<const sim::ServiceId> services,
                                        std::uint32_t attempt) override {
        const std::string start = model.valid() ? "model " + std::to_string(model.value()) : "the initial model";
        note("train_from " + start + ", " + std::to_string(attempt) + ":", services);
        trials.emplace_back(services.begin(), services.end());
        return trained(services);
    }
    double accuracy(std::span<const sim::ServiceId> voters) override {
        note("accuracy", voters);
        const bool served =
            std::ranges::any_of(calls, [](const std::string& call) { return call.starts_with("serve"); });
        return served ? accuracy_after : accuracy_before;
    }

    // What it answers. Candidates that are trained get `parameters`, as the composition has them.
    std::optional<std::uint32_t> only_class{};  ///< of the labelled samples
    LeaveOneOut accuracies{};
    PairedLosses losses{};
    HalvesLosses halves{};
    std::vector<double> distances{};
    /// What a change of these members would gain, by sample; nothing unless a test says otherwise.
    std::function<std::vector<double>(const Ids& members, const Change& change)> gains_of = [](const Ids&,
                                                                                               const Change&) {
        return std::vector<double>{0.0, 0.0};
    };
    /// The Brier loss of a composition.
    std::function<double(const Ids& members)> loss_of = [](const Ids&) { return 0.0; };
    /// How far a service's data are from the streams.
    std::function<double(sim::ServiceId service)> distance_of = [](sim::ServiceId) { return 0.0; };
    Adaptable can_adapt = Adaptable::yes;
    std::set<sim::ServiceId> not_composable{};
    std::set<sim::ServiceId> arrived{};  ///< of the integrated ones
    std::vector<float> parameters{};
    const sim::ParameterLayout* layout = nullptr;
    double trial_effectiveness = 0.8;
    std::optional<double> disagreement{};  ///< of every candidate
    std::set<sim::ServiceId> outages{};
    std::set<sim::ServiceId> diverging{};
    double accuracy_before = 0.6;  ///< until a model is served
    double accuracy_after = 0.7;

    // What it was asked: "compose 5 9". Models are numbered in the order in which they are made.
    std::vector<std::string> calls{};
    std::vector<Ids> trials{};
    std::vector<std::vector<Change>> compared{};
    sim::ModelId::Value made = 0;

private:
    [[nodiscard]] std::vector<TrialUpdate> trained(std::span<const sim::ServiceId> services) const {
        std::vector<TrialUpdate> updates;
        for (const sim::ServiceId service : services) {
            TrialUpdate update{.service = service,
                               .trained = !outages.contains(service),
                               .parameters = parameters,
                               .effectiveness = trial_effectiveness,
                               .disagreement = disagreement};
            if (diverging.contains(service)) {
                update.parameters[0] = std::numeric_limits<float>::quiet_NaN();
            }
            updates.push_back(std::move(update));
        }
        return updates;
    }
    void note(std::string what, std::span<const sim::ServiceId> services) {
        for (const sim::ServiceId service : services) {
            what += " " + std::to_string(service.value());
        }
        calls.push_back(std::move(what));
    }
};

}  // namespace mlaasim::composition::testing
