#include "run/adapted_services.hpp"

#include <gtest/gtest.h>

#include "run/checkpoint_archive.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::run {
namespace {

sim::ServiceId id(std::uint32_t value) { return sim::ServiceId{value}; }

AdaptedServices some() {
    AdaptedServices adapted;
    adapted.remember(id(3), 1, {0.1, -2.0, 3.0});
    adapted.remember(id(1), 0, {7.0});
    adapted.adjust(id(4), true);
    return adapted;
}

TEST(AdaptedServices, OutliveACheckpoint) {
    sim::Checkpoint checkpoint;
    CheckpointSaver saver{checkpoint, 9};
    AdaptedServices adapted = some();
    adapted.archive(saver);
    CheckpointLoader loader{checkpoint, 9};
    AdaptedServices again;
    again.remember(id(8), 0, {1.0});  // what was there before is gone
    again.archive(loader);
    EXPECT_EQ(again.memory(id(3), 1), (tta::Memory{0.1, -2.0, 3.0}));
    EXPECT_EQ(again.memory(id(1), 0), tta::Memory{7.0});
    EXPECT_TRUE(again.memory(id(3), 0).empty());
    EXPECT_TRUE(again.memory(id(8), 0).empty());
    EXPECT_EQ(again.adjusted(), std::set{id(4)});
}

TEST(AdaptedServices, AreForgottenWhenTheyLeave) {
    AdaptedServices adapted = some();
    EXPECT_TRUE(adapted.forget_all_but({id(1), id(2)})) << "one of them was adjusted";
    EXPECT_FALSE(adapted.forget_all_but({id(1), id(2)}));
    EXPECT_TRUE(adapted.memory(id(3), 1).empty());
    EXPECT_EQ(adapted.memory(id(1), 0), tta::Memory{7.0});
    EXPECT_TRUE(adapted.adjusted().empty());
    adapted.remember(id(1), 0, {});
    EXPECT_TRUE(adapted.memory(id(1), 0).empty());
}

TEST(AdaptedServices, DamagedSizesAreNamed) {
    sim::Checkpoint checkpoint;
    CheckpointSaver saver{checkpoint, 9};
    std::vector<sim::ServiceId> services{id(1)};
    std::vector<std::int64_t> techniques{0};
    std::vector<std::int64_t> sizes{5};
    std::vector<double> numbers{1.0};
    std::vector<sim::ServiceId> adjusted;
    saver.services("test_time.services", services);
    saver.integers("test_time.techniques", techniques);
    saver.integers("test_time.sizes", sizes);
    saver.numbers("test_time.memories", numbers);
    saver.services("test_time.adjusted", adjusted);
    CheckpointLoader loader{checkpoint, 9};
    AdaptedServices again;
    EXPECT_THROW(again.archive(loader), sim::InputError);
}

}  // namespace
}  // namespace mlaasim::run
