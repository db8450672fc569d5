#include "run/checkpoint_archive.hpp"

#include <gtest/gtest.h>

#include "sim/core/error.hpp"

namespace mlaasim::run {
namespace {

using Ids = std::vector<sim::ServiceId>;

TEST(CheckpointArchive, GivesBackWhatItSaved) {
    sim::Checkpoint checkpoint;
    CheckpointSaver saver{checkpoint, 9};
    Ids members{sim::ServiceId{8}, sim::ServiceId{0}};
    std::vector<double> learnt{0.1, -0.0};
    saver.services("members", members);
    saver.numbers("bandit", learnt);
    EXPECT_FALSE(saver.loads());
    EXPECT_EQ(checkpoint.integers("members"), (std::vector<std::int64_t>{8, 1, 0, 1}));
    EXPECT_EQ(checkpoint.doubles("bandit"), learnt);

    CheckpointLoader loader{checkpoint, 9};
    EXPECT_TRUE(loader.loads());
    Ids members_again{sim::ServiceId{1}};
    std::vector<double> learnt_again{7};
    loader.services("members", members_again);
    loader.numbers("bandit", learnt_again);
    EXPECT_EQ(members_again, members);
    EXPECT_EQ(learnt_again, learnt);
}

TEST(CheckpointArchive, GivesBackModels) {
    sim::Checkpoint checkpoint;
    CheckpointSaver saver{checkpoint, 9};
    std::vector<float> served{1.5F, -0.0F};
    const sim::ServiceId one{1};
    const sim::ServiceId other{7};
    composition::ServiceStates states{.stateful = {one, other}, .rows = {{other, {0.25F}}}};
    saver.parameters("composition", served);
    saver.states(states);
    EXPECT_EQ(checkpoint.stateful, (std::set{one, other})) << "the state of 1 is as it was saved last";
    EXPECT_EQ(checkpoint.service_state.size(), 1U);

    checkpoint.service_state[one] = {0.5F};  // as the file has it
    CheckpointLoader loader{checkpoint, 9};
    std::vector<float> served_again;
    composition::ServiceStates again;
    loader.parameters("composition", served_again);
    loader.states(again);
    EXPECT_EQ(served_again, served);
    EXPECT_EQ(again.rows.at(one), std::vector{0.5F});
    EXPECT_EQ(again.rows.at(other), std::vector{0.25F});
    EXPECT_EQ(again.stateful, (std::set{one, other}));
}

TEST(CheckpointArchive, NamesTheServiceThatIsNotThere) {
    sim::Checkpoint checkpoint;
    CheckpointSaver saver{checkpoint, 9};
    Ids members{sim::ServiceId{8}};
    saver.services("members", members);
    try {
        CheckpointLoader{checkpoint, 8}.services("members", members);
        FAIL() << "accepted";
    } catch (const sim::InputError& error) {
        EXPECT_NE(std::string{error.what()}.find("service 8"), std::string::npos) << error.what();
    }
}

TEST(CheckpointArchive, MissingOrOtherArraysAreDamage) {
    sim::Checkpoint checkpoint;
    CheckpointSaver saver{checkpoint, 9};
    std::vector<double> learnt{0.5};
    saver.numbers("bandit", learnt);
    CheckpointLoader loader{checkpoint, 9};
    std::vector<std::int64_t> integers;
    EXPECT_THROW(loader.integers("bandit", integers), sim::InputError);
    EXPECT_THROW(loader.numbers("market/state", learnt), sim::InputError);
}

}  // namespace
}  // namespace mlaasim::run
