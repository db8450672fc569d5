#include "run/checkpoint_archive.hpp"
#include "run/coordinator.hpp"

namespace mlaasim::run {

void Coordinator::archive(composition::Archive& archive) {
    archive.services("members", members_);
    trigger_.archive(archive);
    assessor_->archive(archive);
    strategy_->archive(archive);
    market_.archive(archive);
    models_.archive(archive, members_);
}

sim::Checkpoint Coordinator::checkpoint(sim::Round round) {
    sim::Checkpoint checkpoint{.round = round};
    CheckpointSaver saver{checkpoint, world_.services()};
    archive(saver);
    return checkpoint;
}

void Coordinator::restore(const sim::Checkpoint& checkpoint) {
    CheckpointLoader loader{checkpoint, world_.services()};
    archive(loader);
}

}  // namespace mlaasim::run
