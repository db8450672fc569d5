#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <vector>

#include "tta/class_shift.hpp"
#include "tta/class_steering.hpp"
#include "tta/first_layer.hpp"
#include "tta/flagged_adaptation.hpp"
#include "tta/paired_benefit.hpp"
#include "tta/routed.hpp"
#include "tta/serving/serving.hpp"
#include "tta/shared_statistics.hpp"

namespace mlaasim::tta {
namespace {

constexpr double smallest_turn = 4.0;  ///< degrees
/// Turning there and back blurs an image, and the gate sees that: up to .66 are flagged under members that harm. Of
/// images with other corruptions, all are.
constexpr double most_flagged_aligned = 0.7;
/// Of samples that have turned, as they are: up to .25 were.
constexpr double most_flagged_turned = 0.25;
/// That are not flagged, for the classes of the flagged ones to be known by them.
constexpr std::size_t fewest_unflagged = 64;
constexpr std::size_t fewest_labels = 10;  ///< that can refute a turn, an adaptation or weights
constexpr double odds_of_false_shift = 0.01;
/// Of the samples that are restored. Lines and noise leave 1 %; what is not gone when it is restored leaves half.
constexpr double most_flagged_restored = 0.25;
constexpr double one_sided_95 = 1.645;

struct Moments {
    double mean = 0.0;
    double error = 0.0;  ///< of the mean
};
/// Precondition: there are values.
Moments moments_of(std::span<const double> values) {
    const auto n = static_cast<double>(values.size());
    const double mean = std::accumulate(values.begin(), values.end(), 0.0) / n;
    double squares = 0.0;
    for (const double value : values) {
        squares += (value - mean) * (value - mean);
    }
    return {.mean = mean, .error = std::sqrt(squares) / n};
}

double share(std::size_t part, std::size_t all) { return static_cast<double>(part) / static_cast<double>(all); }

/// First whether the samples have turned; else, where it is asked for, whether something lies on top of them; else
/// whether samples are flagged; else, where it is asked for, whether the classes are as common as they were; else
/// nothing. The gate does not see a turn, so alignment does not wait for it.
struct Route final : Serving {
    bool class_mix = false;
    bool keep_classes = false;
    bool restore = false;
    bool share_statistics = false;
    bool look_first = false;

    [[nodiscard]] bool looks() const override { return true; }
    [[nodiscard]] bool looks_first() const override { return look_first; }
    [[nodiscard]] bool shares() const override { return share_statistics; }
    [[nodiscard]] std::size_t fewest_samples() const override { return 16; }

    [[nodiscard]] std::optional<sim::AlignedVector<float>> adapted(const ServedComposition& composition,
                                                                   const Parted& seen) const override {
        if (!keep_classes || seen.others.count() < fewest_unflagged) {
            return Serving::adapted(composition, seen);
        }
        return adapt_to_flagged(composition.model, *composition.adapter, composition.parameters, seen.flagged,
                                class_shares(composition.predict(seen.others), composition.model.classes()));
    }

    using Serving::decide;
    [[nodiscard]] Decision decide(const ServedComposition& composition, const sim::SampleBlock& window,
                                  const sim::SampleBlock& labelled, const DriftedStream& drifted) const override {
        Decision decision{.reason = Reason::few_samples, .samples = static_cast<std::int64_t>(window.count())};
        if (window.count() < fewest_samples()) {
            return decision;
        }
        if (composition.gate == nullptr) {
            decision.reason = Reason::no_reference;
            return decision;
        }
        if (all_equal(window)) {
            decision.reason = Reason::equal_samples;
            return decision;
        }
        const bool turned = can_tell_turns(composition.model.input(), labelled.count()) &&
                            align(decision, composition, window, labelled);
        if (turned || (restore && restore_cluttered(decision, composition, window, labelled)) ||
            (share_statistics && share_with_others(decision, composition, labelled, drifted))) {
            return decision;
        }
        if (!adapt(decision, composition, window, labelled) && class_mix) {
            weigh_classes(decision, composition, window, labelled);
        }
        return decision;
    }

private:
    /// A model may be surest of sensors' samples that are turned the wrong way, so labels have to judge.
    static bool can_tell_turns(const sim::SampleShape& shape, std::size_t labels) {
        return can_turn(shape) && (!shape.is_series() || labels >= fewest_labels);
    }

    /// Whether labelled samples, where there are enough, prove that other probabilities are better than the
    /// composition's.
    template <class Probabilities>
    static bool is_proved(Decision& decision, const ServedComposition& composition, const sim::SampleBlock& labelled,
                          Probabilities other) {
        if (labelled.count() < fewest_labels) {
            return true;
        }
        const PairedBenefit benefit = paired_benefit(composition.predict(labelled), other(labelled), labelled.labels(),
                                                     composition.model.classes());
        decision.labels = static_cast<std::int64_t>(benefit.samples);
        decision.benefit = benefit.mean;
        decision.benefit_bound = benefit.lower_bound;
        return benefit.lower_bound > 0.0;
    }

    /// Whether the gate flags many samples as they are, and not surely fewer once they are turned back (one-sided sign
    /// test on the samples of which its word has changed). It does not see a turn, so they have something else, such as
    /// stripes, by which entropy falls when they are turned.
    static bool has_something_else(std::span<const std::uint8_t> aligned, const ServedComposition& composition,
                                   const sim::SampleBlock& window) {
        std::vector<std::uint32_t> first(aligned.size());
        std::iota(first.begin(), first.end(), 0U);
        sim::SampleBlock as_they_are;
        as_they_are.take(window, first);
        const std::vector<std::uint8_t> flags = flags_of(composition, as_they_are);
        double fewer = 0.0;
        double changed = 0.0;
        for (std::size_t i = 0; i < flags.size(); ++i) {
            fewer += static_cast<double>(flags[i]) - static_cast<double>(aligned[i]);
            changed += flags[i] == aligned[i] ? 0.0 : 1.0;
        }
        return share(flagged_among(flags), flags.size()) > most_flagged_turned &&
               fewer <= one_sided_95 * std::sqrt(changed);
    }

    static bool align(Decision& decision, const ServedComposition& composition, const sim::SampleBlock& window,
                      const sim::SampleBlock& labelled) {
        const std::size_t count = std::min(alignment_samples, window.count());
        const LeastEntropy least = least_entropy(mean_by_angle(
            entropies_by_angle(window, count, composition.zero, composition.model.classes(), composition.predict)));
        decision.angle = least.angle;
        decision.gain = least.gain;
        decision.clean_gain = composition.clean_gain(count);
        if (std::abs(least.angle) <= smallest_turn || !(least.gain > decision.clean_gain)) {
            return false;
        }
        sim::SampleBlock upright;
        upright.turn(window, count, -least.angle, composition.zero);
        const std::vector<std::uint8_t> flags = flags_of(composition, upright);
        decision.flagged_aligned = share(flagged_among(flags), count);
        if (decision.flagged_aligned > most_flagged_aligned || has_something_else(flags, composition, window)) {
            return false;
        }
        const bool proved = is_proved(decision, composition, labelled, [&](const sim::SampleBlock& samples) {
            sim::SampleBlock turned_back;
            turned_back.turn(samples, samples.count(), -least.angle, composition.zero);
            return composition.predict(turned_back);
        });
        if (!proved) {
            return false;
        }
        decision.branch = Branch::aligned;
        decision.reason = Reason::turned;
        return true;
    }

    static bool restore_cluttered(Decision& decision, const ServedComposition& composition,
                                  const sim::SampleBlock& window, const sim::SampleBlock& labelled) {
        const Restorer* const restorer = composition.restorer();
        if (restorer == nullptr) {
            return false;
        }
        Parted seen = part(window, restorer->flags(window));
        const std::size_t cluttered = seen.flagged.count();
        const std::size_t to_open = restorer->flags_to_open(window.count());
        if (cluttered < to_open) {
            return false;
        }
        const std::size_t classes = composition.model.classes();
        std::vector<double> falls = entropies(composition.predict(seen.flagged), classes);
        restorer->restore(seen.flagged);
        const std::vector<double> restored = entropies(composition.predict(seen.flagged), classes);
        std::ranges::transform(falls, restored, falls.begin(), std::minus<>{});
        const Moments fall = moments_of(falls);
        const double flagged = share(flagged_among(flags_of(composition, seen.flagged)), cluttered);
        if (flagged > most_flagged_restored || fall.mean + one_sided_95 * fall.error < 0.0) {
            return false;
        }
        const bool proved = is_proved(decision, composition, labelled, [&](const sim::SampleBlock& samples) {
            return restored_probabilities(composition, *restorer, samples);
        });
        if (!proved) {
            return false;
        }
        decision.angle = Decision::absent;
        decision.clean_gain = Decision::absent;
        decision.gain = fall.mean;
        decision.flagged_aligned = flagged;
        decision.flagged = share(cluttered, window.count());
        decision.flagged_to_open = share(to_open, window.count());
        decision.branch = Branch::restored;
        decision.reason = Reason::cluttered;
        return true;
    }

    static bool share_with_others(Decision& decision, const ServedComposition& composition,
                                  const sim::SampleBlock& labelled, const DriftedStream& drifted) {
        decision.drift = drifted.distance;
        decision.clean_drift = drifted.clean_distance;
        decision.alike = drifted.clients;
        decision.mix_correction =
            drifted.shared == nullptr ? MixCorrection::no_group : drifted.shared->mix_correction();
        if (drifted.shared == nullptr || !is_proved(decision, composition, labelled, [&](const auto& samples) {
                return routed_probabilities(composition, drifted.shared->parameters(), samples,
                                            drifted.shared->drifted(composition, samples));
            })) {
            return false;
        }
        decision.branch = Branch::shared;
        decision.reason = Reason::drifted_alike;
        return true;
    }

    /// Whether the gate is open, whatever was made of it.
    bool adapt(Decision& decision, const ServedComposition& composition, const sim::SampleBlock& window,
               const sim::SampleBlock& labelled) const {
        const std::vector<std::uint8_t> flags = flags_of(composition, window);
        const std::size_t flagged = flagged_among(flags);
        const std::size_t to_open = composition.gate->flags_to_open(window.count());
        decision.flagged = share(flagged, window.count());
        decision.flagged_to_open = share(to_open, window.count());
        if (flagged < to_open) {
            decision.reason = decision.labels > 0 ? Reason::not_proved : Reason::gate_closed;
            return false;
        }
        if (composition.parameters.empty() || !composition.model.layout().has_batch_norm()) {
            decision.reason = Reason::no_batch_norm;
            return true;
        }
        decision.adapted_to = static_cast<std::int64_t>(std::min(most_adapted_samples, flagged));
        // What serves is fitted when it serves. Where no labels can refute it, nothing has to be fitted here.
        if (labelled.count() >= fewest_labels) {
            const auto model = adapted(composition, part(window, flags));
            if (!model) {
                decision.reason = Reason::diverged;
                return true;
            }
            const bool proved = is_proved(decision, composition, labelled, [&](const sim::SampleBlock& samples) {
                return routed_probabilities(composition, *model, samples);
            });
            if (!proved) {
                decision.reason = Reason::not_proved;
                return true;
            }
        }
        decision.branch = Branch::adapted;
        decision.reason = Reason::gate_open;
        return true;
    }

    /// The gate is closed: the samples look as the providers' do, so that their mix can be told.
    static void weigh_classes(Decision& decision, const ServedComposition& composition, const sim::SampleBlock& window,
                              const sim::SampleBlock& labelled) {
        const ClassShift shift = class_shift(composition, window);
        decision.classes_moved = shift.moved;
        if (shift.p > odds_of_false_shift) {
            return;
        }
        const bool proved = is_proved(decision, composition, labelled, [&](const sim::SampleBlock& samples) {
            std::vector<float> probabilities = composition.predict(samples);
            weigh(probabilities, shift.weights);
            return probabilities;
        });
        decision.branch = proved ? Branch::weighted : Branch::plain;
        decision.reason = proved ? Reason::classes_shifted : Reason::not_proved;
    }
};

void declare(sim::OptionVisitor& visitor, Route& options) {
    visitor.option(
        "class_mix", options.class_mix,
        {.doc = "Whether a client whose stream has another mix of classes than the providers gets predictions "
                "that are weighted by it (BBSE)"});
    visitor.option(
        "restore", options.restore,
        {.doc = "Whether samples with something on top of them, such as lines or noise, are served with what "
                "the providers' samples let expect below it"});
    visitor.option("share_statistics", options.share_statistics,
                   {.doc = "Whether clients whose streams have drifted alike share the statistics of batch norm that "
                           "drifted samples are served with. For series"});
    visitor.option("keep_classes", options.keep_classes,
                   {.doc = "Whether the model for flagged samples is to find each class as common among them as the "
                           "composition finds it among the window's other samples"});
    visitor.option("look_first", options.look_first,
                   {.doc = "Whether a window waits for its answers until it is there as a whole, is looked at, and is "
                           "served by what it shows itself. Else it is served by what the window before has shown"});
}

}  // namespace

sim::Kind<Serving> route_serving() {
    return sim::Kind<Serving>::of<Route>(
        "route",
        "samples that have turned are turned back, those of sensors only where labels prove it; else samples unlike "
        "the providers' go to a model adapted to them");
}

}  // namespace mlaasim::tta
