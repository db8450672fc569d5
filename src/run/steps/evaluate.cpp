#include "run/steps/evaluate.hpp"

#include <algorithm>
#include <bit>
#include <functional>
#include <iterator>
#include <map>
#include <utility>

#include "run/steps/placement.hpp"
#include "sim/core/error.hpp"
#include "tta/class_shift.hpp"
#include "tta/routed.hpp"

namespace mlaasim::run {
namespace {

/// One client's scores.
struct Pair {
    fl::Confusion served;
    fl::Confusion plain;
    bool diverged = false;  ///< the adaptation to its samples: it is served plainly
};

class Scorer {
public:
    /// `looked_at`: the round of the windows that clients' states are of.
    Scorer(Worker& worker, const std::vector<sim::ServiceId>& members, sim::Round looked_at)
        : worker_{worker}, members_{members}, looked_at_{looked_at}, view_{worker.serving_view(members)} {}

    /// By the composition alone.
    fl::Confusion plain(const sim::SampleBlock& samples) {
        return votes_decide(worker_.world(), members_)
                   ? worker_.evaluator().score(worker_.vote_on(samples, members_), samples)
                   : worker_.evaluator().evaluate(worker_.models().parameters(served_model), samples);
    }

    Pair aligned(const sim::SampleBlock& samples, double angle) {
        turned_.turn(samples, samples.count(), -angle, view_.composition().zero);
        return {.served = plain(turned_), .plain = plain(samples)};
    }

    /// By a model adapted to what the gate flags among `window`. Where there is nothing to adapt to any more, or what
    /// comes of it can't be used, plainly.
    Pair adapted(const sim::SampleBlock& samples, const sim::SampleBlock& window) {
        view_.fit_gate();
        const tta::ServedComposition composition = view_.composition();
        if (composition.gate == nullptr) {
            return both(plain(samples));
        }
        const tta::Parted seen = tta::part(window, tta::flags_of(composition, window));
        if (seen.flagged.count() == 0) {
            return both(plain(samples));
        }
        const auto model = worker_.world().scenario().adaptation.serving->adapted(composition, seen);
        if (!model) {
            Pair scores = both(plain(samples));
            scores.diverged = true;
            return scores;
        }
        return routed(samples, tta::flags_of(composition, samples), *model);
    }

    /// By a model with the statistics of these clients' windows.
    Pair shared(const sim::SampleBlock& samples, std::span<const DriftedClient> alike) {
        view_.fit_mixes();
        const tta::ServedComposition composition = view_.composition();
        if (composition.mixes == nullptr) {
            return both(plain(samples));
        }
        const tta::SharedStatistics* const statistics = view_.shared(alike, looked_at_);
        if (statistics == nullptr) {
            Pair scores = both(plain(samples));
            scores.diverged = true;
            return scores;
        }
        return routed(samples, statistics->drifted(composition, samples), statistics->parameters());
    }

    Pair restored(const sim::SampleBlock& samples) {
        const tta::Restorer* const restorer = view_.composition().restorer();
        if (restorer == nullptr) {
            return both(plain(samples));
        }
        tta::Parted now = tta::part(samples, restorer->flags(samples));
        if (now.flagged.count() == 0) {
            return both(plain(samples));
        }
        Pair scores = both(now.others.count() == 0 ? fl::Confusion{worker_.world().classes()} : plain(now.others));
        scores.plain.add(plain(now.flagged));
        restorer->restore(now.flagged);
        scores.served.add(plain(now.flagged));
        return scores;
    }

    /// Weighted by the mix of classes in `window`.
    Pair weighted(const sim::SampleBlock& samples, const sim::SampleBlock& window) {
        const tta::ServedComposition composition = view_.composition();
        if (composition.reference().count() == 0) {
            return both(plain(samples));
        }
        std::vector<float> probabilities = composition.predict(samples);
        Pair scores = both(worker_.evaluator().score(probabilities, samples));
        tta::weigh(probabilities, tta::class_shift(composition, window).weights);
        scores.served = worker_.evaluator().score(probabilities, samples);
        return scores;
    }

    static Pair both(const fl::Confusion& score) { return {.served = score, .plain = score}; }

private:
    /// Flagged samples by a model, the others plainly.
    Pair routed(const sim::SampleBlock& samples, std::span<const std::uint8_t> flags, std::span<const float> model) {
        const tta::Parted now = tta::part(samples, flags);
        Pair scores = both(plain(now.others));
        const std::span<const float> models[] = {worker_.models().parameters(served_model), model};
        worker_.evaluator().load(models);
        const std::vector<fl::Confusion> of_flagged = worker_.evaluator().evaluate(now.flagged);
        scores.plain.add(of_flagged[0]);
        scores.served.add(of_flagged[1]);
        return scores;
    }

    Worker& worker_;
    const std::vector<sim::ServiceId>& members_;
    sim::Round looked_at_;
    ServingView& view_;
    sim::SampleBlock turned_;
};

/// The clients of each group, in their order.
std::map<sim::ClientId, std::vector<DriftedClient>> groups_of(const std::vector<ServedState>& states) {
    std::map<sim::ClientId, std::vector<DriftedClient>> groups;
    for (const ServedState& state : states) {
        if (state.group.valid()) {
            groups[state.group].push_back({state.client, state.drifted_since});
        }
    }
    return groups;
}

/// What a score is of.
enum class Of : std::int64_t { served, plain, plain_as_adaptation_diverged };

/// Scores as they travel: client, what they are of, the bits of the loss, counts.
void pack(std::vector<std::int64_t>& packed, std::uint32_t client, Of of, const fl::Confusion& score) {
    packed.push_back(client);
    packed.push_back(static_cast<std::int64_t>(of));
    packed.push_back(std::bit_cast<std::int64_t>(score.loss_sum()));
    packed.insert(packed.end(), score.counts().begin(), score.counts().end());
}

std::size_t packed_numbers(const World& world) { return std::size_t{world.classes()} * world.classes() + 3; }

Scores unpack(const World& world, std::span<const std::int64_t> all) {
    const std::vector<fl::Confusion> none(world.clients(), fl::Confusion{world.classes()});
    Scores scores{.served = none, .plain = none, .diverged = {}};
    for (std::size_t at = 0; at < all.size(); at += packed_numbers(world)) {
        const auto client = static_cast<std::size_t>(all[at]);
        const fl::Confusion score = fl::Confusion::from(world.classes(), all.subspan(at + 3, packed_numbers(world) - 3),
                                                        std::bit_cast<double>(all[at + 2]));
        const auto of = static_cast<Of>(all[at + 1]);
        if (of == Of::served) {
            scores.served[client] = score;
        } else if (of == Of::plain_as_adaptation_diverged) {
            scores.diverged.emplace_back(static_cast<std::uint32_t>(client));
        }
        scores.plain[client] = score;  // of one client the plain one comes last
    }
    std::ranges::sort(scores.diverged);
    return scores;
}

/// Clients of an ensemble whose samples wait until enough are there for a vote.
class WaitingVotes {
public:
    using Take = std::function<void(std::uint32_t client, const fl::Confusion& score)>;

    WaitingVotes(Worker& worker, const std::vector<sim::ServiceId>& voters, Take take)
        : worker_{worker}, voters_{voters}, take_{std::move(take)} {}

    void add(std::uint32_t client, const sim::SampleBlock& block) {
        clients_.push_back(client);
        blocks_.push_back(block);
        samples_ += block.count();
        if (samples_ >= voted_samples_at_once) {
            vote();
        }
    }

    void vote() {
        std::vector<const sim::SampleBlock*> voted;
        std::ranges::transform(blocks_, std::back_inserter(voted), [](const auto& block) { return &block; });
        const std::vector<fl::SoftVote> votes = worker_.votes(voted, voters_);
        for (std::size_t i = 0; i < clients_.size(); ++i) {
            take_(clients_[i], worker_.evaluator().score(votes[i].mean(), blocks_[i]));
        }
        clients_.clear();
        blocks_.clear();
        samples_ = 0;
    }

private:
    Worker& worker_;
    const std::vector<sim::ServiceId>& voters_;
    Take take_;
    std::vector<std::uint32_t> clients_;
    std::vector<sim::SampleBlock> blocks_;
    std::size_t samples_ = 0;
};

}  // namespace

Scores EvaluateStep::carry_out(Worker& worker) const {
    Stopwatch stopwatch = worker.stopwatch("evaluate");
    const World& world = worker.world();
    std::vector<std::int64_t> packed;
    std::vector<std::uint32_t> indices;
    sim::SampleBlock& block = worker.scratch();
    sim::SampleBlock window;
    const auto groups = groups_of(states);
    const sim::Round looked_at{worker.round().value() - (looked_first ? 0 : 1)};
    Scorer scorer{worker, members, looked_at};
    WaitingVotes waiting{worker, members, [&](std::uint32_t client, const fl::Confusion& score) {
                             pack(packed, client, Of::served, score);
                         }};
    const sim::Communicator& communicator = worker.communicator();
    const sim::Decomposition placement = clients_on_ranks(world, communicator.size());
    for (const std::uint32_t item : placement.items(communicator.rank())) {
        const sim::ClientId client{item};
        block.read(world.client_stream(client, worker.round(), indices));
        ++stopwatch.items;
        const auto state = std::ranges::find(states, client, &ServedState::client);
        if (state == states.end() || state->branch == tta::Branch::plain) {
            if (votes_decide(world, members)) {
                waiting.add(item, block);
            } else {
                pack(packed, item, Of::served, scorer.plain(block));
            }
            continue;
        }
        const auto looked_at_window = [&]() -> const sim::SampleBlock& {
            if (looked_first) {
                return block;
            }
            window.read(world.client_stream(client, looked_at, indices));
            return window;
        };
        const auto score = [&] {
            switch (state->branch) {
                case tta::Branch::plain: break;
                case tta::Branch::aligned: return scorer.aligned(block, state->angle);
                case tta::Branch::adapted: return scorer.adapted(block, looked_at_window());
                case tta::Branch::weighted: return scorer.weighted(block, looked_at_window());
                case tta::Branch::restored: return scorer.restored(block);
                case tta::Branch::shared: return scorer.shared(block, groups.at(state->group));
            }
            return Scorer::both(scorer.plain(block));
        };
        const Pair scores = score();
        pack(packed, item, Of::served, scores.served);
        pack(packed, item, scores.diverged ? Of::plain_as_adaptation_diverged : Of::plain, scores.plain);
    }
    waiting.vote();
    const std::vector<std::int64_t> all = communicator.gather_records(packed);
    return communicator.is_root() ? unpack(world, all) : Scores{};
}

std::vector<StepCost> EvaluateStep::costs(const World& world, int ranks) const {
    const double models = votes_decide(world, members) ? static_cast<double>(members.size()) : 1.0;
    const sim::Decomposition placement = clients_on_ranks(world, ranks);
    std::vector<StepCost> costs(static_cast<std::size_t>(ranks));
    for (int rank = 0; rank < ranks; ++rank) {
        StepCost& cost = costs[static_cast<std::size_t>(rank)];
        cost.gathers = 1;
        for (const std::uint32_t client : placement.items(rank)) {
            cost.predictions += models * samples_of_client(world, sim::ClientId{client});
            cost.sent_bytes += rank == 0 ? 0.0 : static_cast<double>(packed_numbers(world) * sizeof(std::int64_t));
        }
    }
    return costs;
}

}  // namespace mlaasim::run
