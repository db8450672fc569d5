// The composition of a round with all that serving clients by it needs.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "run/worker.hpp"
#include "sim/drift/sample_block.hpp"
#include "tta/serving/serving.hpp"
#include "tta/shared_statistics.hpp"

namespace mlaasim::run {

/// What stands between a client and the composition. It outlives the round in which the client's window showed it.
struct ServedState {
    double angle = 0.0;  ///< by which samples are turned back, in degrees
    sim::ClientId client{};
    tta::Branch branch = tta::Branch::plain;
    sim::ClientId group{};  ///< names those whose windows have drifted alike, its own among them; at least two
    /// The first and the last round in which its window had drifted, where statistics are shared. A drift goes on until
    /// tta::usual_mix_windows rounds in a row are without a drifted window; one that can't be looked at is none.
    sim::Round drifted_since{};
    sim::Round drifted_last{};
};

/// A client whose stream has drifted.
struct DriftedClient {
    sim::ClientId client{};
    sim::Round since{};  ///< as ServedState::drifted_since
};

/// Providers' samples that clients' are compared with: of each of the first 1,024 members the first of those that it
/// holds out, or else of those that it trains on; 1,024 divided by the members of each, at least one.
[[nodiscard]] sim::SampleBlock reference_samples(const World& world, sim::Round round,
                                                 const std::vector<sim::ServiceId>& members);
/// Whether a client's window has samples enough, and not one and the same all over.
[[nodiscard]] bool can_be_looked_at(const World& world, const sim::SampleBlock& window);
/// How many of them alignment is calibrated on, at most.
inline constexpr std::size_t most_calibration_samples = 256;

/// Of one rank and one round; the model that serves stays the same as long as this object lives.
class ServingView {
public:
    /// `members`: whose samples are the reference, and who vote in an ensemble.
    ServingView(Worker& worker, const std::vector<sim::ServiceId>& members);

    /// Whether this is the view with these members as long as the model that serves has had this version.
    [[nodiscard]] bool is_of(const std::vector<sim::ServiceId>& members, std::int64_t served_version) const {
        return members == members_ && served_version == served_version_;
    }

    /// The composition, without a reference where none was made.
    [[nodiscard]] tta::ServedComposition composition();

    /// Fits the gate, unless it is there already. Every rank that needs it does all of it.
    void fit_gate();
    /// Fits the class mixes, where that can be done and the composition can share statistics: a model of series with
    /// batch norm that does not vote. Every rank that needs them does all of it.
    void fit_mixes();
    /// A model with the statistics of these clients' windows in a round: of whole windows until 4,096 samples are
    /// there, and of two at least; null where it can't be used. It is kept for the same first client and round.
    /// The mix of their classes is given as known where each of these clients had a usual one before it drifted.
    /// Preconditions: the composition has class mixes, and there are clients.
    [[nodiscard]] const tta::SharedStatistics* shared(std::span<const DriftedClient> clients, sim::Round round);
    /// How far a window has drifted, and what clean windows with its mix of classes rarely exceed (squared lengths).
    struct WindowDrift {
        tta::Drift drift{};
        double distance = 0.0;
        double clean_distance = 0.0;
    };
    /// Of a client's window in a round, this one or one before. Preconditions as those of shared(); the window has
    /// samples.
    [[nodiscard]] WindowDrift drift_of(sim::ClientId client, sim::Round round, const sim::SampleBlock& window);
    /// Finds out what alignment gains on clean windows. Collective: every rank does its part.
    void calibrate_alignment();

private:
    [[nodiscard]] const sim::SampleBlock& reference();
    [[nodiscard]] const tta::Restorer* restorer();
    [[nodiscard]] bool votes() const;
    /// The mix of classes that a client usually has, of the windows before it drifted; nothing where one of them can't
    /// be looked at.
    [[nodiscard]] std::optional<std::vector<double>> mix_before(const DriftedClient& client);

    Worker& worker_;
    std::vector<sim::ServiceId> members_;
    std::int64_t served_version_;
    std::optional<sim::SampleBlock> reference_{};
    std::vector<float> predicted_reference_{};
    std::optional<fl::BatchNormMoments> reference_moments_{};
    std::optional<tta::Gate> gate_{};
    std::optional<tta::ClassMixes> mixes_{};
    std::map<std::pair<sim::Round, sim::ClientId>, std::optional<tta::SharedStatistics>> shared_{};
    std::optional<std::optional<tta::Restorer>> restorer_{};  ///< the outer one: was it looked for?
    tta::EntropyTable clean_{};
    std::map<std::size_t, double> clean_gains_{};  ///< by samples of a window
};

}  // namespace mlaasim::run
