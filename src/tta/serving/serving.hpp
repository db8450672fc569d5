// How the composition serves a client whose stream has moved away from what it has learnt: kinds of serving.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "fl/batch_norm_adapter.hpp"
#include "fl/model.hpp"
#include "sim/core/aligned.hpp"
#include "sim/drift/sample_block.hpp"
#include "sim/options/options.hpp"
#include "tta/alignment.hpp"
#include "tta/class_mixes.hpp"
#include "tta/gate.hpp"
#include "tta/restorer.hpp"

namespace mlaasim::tta {

/// What stands between a client's samples and the composition.
enum class Branch : std::uint32_t {
    plain,     ///< nothing
    aligned,   ///< its samples are turned back
    adapted,   ///< samples that the gate flags go to a model whose batch norm was adapted to them
    weighted,  ///< predictions are weighted by how common the classes are in its stream
    restored,  ///< cluttered samples are restored
    shared,    ///< drifted samples go to a model with the statistics of all clients that have drifted alike
};
[[nodiscard]] std::string_view name_of(Branch branch);

/// Why a client is served by its branch.
enum class Reason : std::uint32_t {
    plain,          ///< nobody looked
    few_samples,    ///< in the window
    equal_samples,  ///< one and the same, all over the window
    no_reference,   ///< too few samples of providers to compare with
    turned,         ///< and turned back the samples look as they should
    gate_closed,    ///< not more samples are flagged than of a clean window
    no_batch_norm,  ///< that could be adapted
    diverged,       ///< the adaptation that labels were to judge
    not_proved,     ///< on labelled samples, that the adaptation is worth anything
    gate_open,
    classes_shifted,  ///< the mix of classes is another than that of the providers
    cluttered,        ///< and restored the samples look as they should
    drifted_alike,    ///< with other clients
};
[[nodiscard]] std::string_view name_of(Reason reason);

/// The mix of classes that shared statistics are corrected for.
enum class MixCorrection : std::uint32_t {
    no_group,   ///< there are no shared statistics
    none,       ///< they are not corrected: no mix passed the checks
    known,      ///< that of the windows before the drift
    estimated,  ///< estimated from the drifted samples
};
[[nodiscard]] std::string_view name_of(MixCorrection correction);

/// The composition that serves, as serving sees it.
struct ServedComposition {
    const fl::Model& model;
    std::span<const float> parameters{};  ///< 64-byte aligned; empty for votes
    Predict predict{};
    /// Of another model of the architecture; unused for votes.
    std::function<std::vector<float>(std::span<const float> parameters, const sim::SampleBlock& samples)>
        predict_with{};
    fl::BatchNormAdapter* adapter = nullptr;  ///< of the model; unused for votes
    float zero = 0.0F;                        ///< of a value in a block: tta::zero_of()
    /// Labelled samples of the providers; may be none.
    std::function<const sim::SampleBlock&()> reference{};
    /// Fitted to providers' samples; null when they are too few.
    std::function<const Restorer*()> restorer{};
    /// What `predict` says of the reference; it is made once.
    std::function<const std::vector<float>&()> predicted_reference{};
    const ClassMixes* mixes = nullptr;  ///< of the reference; null where there are too few, or nobody asks
    /// Of the reference under the composition, where there are class mixes; they are found once.
    std::function<const fl::BatchNormMoments&()> reference_moments{};
    const Gate* gate = nullptr;  ///< fitted to providers' samples under this composition; null when they are too few
    /// The gain of alignment that clean windows of so many samples rarely exceed.
    std::function<double(std::size_t window)> clean_gain{};
};

struct Parted;
class SharedStatistics;

/// How far a client's stream has drifted, and with whom.
struct DriftedStream {
    double distance = std::numeric_limits<double>::quiet_NaN();  ///< |Drift::vector|^2 of the window; NaN: not asked
    double clean_distance = std::numeric_limits<double>::quiet_NaN();  ///< that clean windows rarely exceed
    std::int64_t clients = 0;                  ///< that have drifted alike, with this one; 0: it has not drifted
    const SharedStatistics* shared = nullptr;  ///< of these clients; null where it is of no use
};

/// What a client's window shows, and how the client is therefore served in the next one, or in this one where the
/// serving looks first. What was not found out is NaN.
struct Decision {
    static constexpr double absent = std::numeric_limits<double>::quiet_NaN();

    Branch branch = Branch::plain;
    Reason reason = Reason::plain;
    std::int64_t samples = 0;         ///< of the window
    double angle = absent;            ///< by which the samples have turned, counter-clockwise, in degrees
    double gain = absent;             ///< of entropy by turning them back, or restoring them, in nat
    double clean_gain = absent;       ///< that clean windows rarely exceed
    double flagged_aligned = absent;  ///< share of the samples that the gate flags once they are turned back
    double flagged = absent;          ///< share that the gate flags as they are
    double flagged_to_open = absent;  ///< from which share on the gate is open
    std::int64_t adapted_to = 0;      ///< flagged samples that batch norm was adapted to
    double classes_moved = absent;    ///< total variation between the mixes of classes in window and at providers
    double drift = absent;            ///< squared length of what no mix of classes explains of the mean features
    double clean_drift = absent;      ///< that clean windows rarely exceed
    std::int64_t alike = 0;           ///< clients whose streams have drifted alike, with this one
    MixCorrection mix_correction = MixCorrection::no_group;  ///< of their statistics
    std::int64_t labels = 0;                                 ///< labelled samples that the adaptation was checked on
    double benefit = absent;                                 ///< on them: by how much half the Brier loss falls
    double benefit_bound = absent;                           ///< its lower bound
};

/// The options of a kind of serving, and what follows from them.
struct Serving {
    virtual ~Serving() = default;

    /// Whether it looks at the clients' windows at all.
    [[nodiscard]] virtual bool looks() const = 0;
    /// A client's window of fewer samples is not looked at.
    [[nodiscard]] virtual std::size_t fewest_samples() const { return 0; }
    /// Whether a window is looked at before it is scored, and served by what it shows itself; else the next one is.
    [[nodiscard]] virtual bool looks_first() const { return false; }
    /// Whether clients whose streams have drifted alike are looked for.
    [[nodiscard]] virtual bool shares() const { return false; }
    /// Looks at a client's window. Labels of `window` are not looked at. `labelled`: labelled
    /// samples of the same stream that are never scored; may be empty. `drifted`: where `shares()`.
    [[nodiscard]] virtual Decision decide(const ServedComposition& composition, const sim::SampleBlock& window,
                                          const sim::SampleBlock& labelled, const DriftedStream& drifted) const = 0;
    [[nodiscard]] Decision decide(const ServedComposition& composition, const sim::SampleBlock& window,
                                  const sim::SampleBlock& labelled) const {
        return decide(composition, window, labelled, {});
    }
    /// The model for samples that the gate flags, of a window whose samples it has parted; nothing where it can't be
    /// used. Preconditions: the composition's model has batch norm, and samples are flagged.
    [[nodiscard]] virtual std::optional<sim::AlignedVector<float>> adapted(const ServedComposition& composition,
                                                                           const Parted& seen) const;
};

/// The kinds of serving; the first is the default.
[[nodiscard]] std::span<const sim::Kind<Serving>> serving_kinds();

}  // namespace mlaasim::tta
