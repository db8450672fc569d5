// Streams whose classes come in runs, and labels that are drawn from them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <set>
#include <string>

#include "run/worker.hpp"
#include "run/world_fixture.hpp"
#include "support/drifting.hpp"

namespace mlaasim::run {
namespace {

using sim::ClientId;
using sim::Round;

/// Two thousand samples to stream, 1,000 of each client and about 100 of each class.
class ClassRunsTest : public WorldTest {
protected:
    ClassRunsTest() {
        sim::write_cache(folder / "many", sim::generate_synthetic_digits(sim::Seed{2}, 10, 2000));
        scenario.services.count = 1;
        scenario.clients.count = 2;
        scenario.clients.stream = 40;
        in_runs("kind: class_runs, alpha: 0.2");
    }

    void in_runs(const std::string& options) {
        scenario.clients.order = mlaasim::testing::chosen(sim::stream_order_kinds(), options);
    }
    [[nodiscard]] World world() const { return {scenario, std::make_unique<sim::MappedDataset>(folder / "many")}; }

    static std::optional<std::uint32_t> only_class(const World& world, Round round) {
        Worker worker{world, sim::Communicator::serial()};
        worker.enter(round);
        return worker.only_labelled_class();
    }

    static std::vector<double> counts(const World& world, const Indices& samples) {
        std::vector<double> counts(10, 0.0);
        for (const std::uint32_t sample : samples) {
            counts[world.data().test.labels[sample]] += 1.0;
        }
        return counts;
    }
    /// Over rounds, per sample of the first: how much likelier than chance a sample of the second has the same class.
    template <class First, class Second>
    static double likeness(const World& world, First first, Second second) {
        double same = 0.0;
        for (std::uint32_t round = 1; round <= 100; ++round) {
            const auto a = counts(world, first(round));
            const auto b = counts(world, second(round));
            same += std::inner_product(a.begin(), a.end(), b.begin(), 0.0) / std::accumulate(a.begin(), a.end(), 0.0) /
                    std::accumulate(b.begin(), b.end(), 0.0) / 100;
        }
        return 10.0 * same;
    }
};

TEST_F(ClassRunsTest, WindowsHaveTheMixOfTheirRound) {
    const World world = this->world();
    const World again = this->world();
    for (std::uint32_t round = 1; round <= 50; ++round) {
        const Indices window = stream(world, 0, round);
        EXPECT_EQ(window.size(), 40U);
        EXPECT_EQ(std::set<std::uint32_t>(window.begin(), window.end()).size(), 40U);
        EXPECT_EQ(stream(again, 0, round), window);
        EXPECT_EQ(stream(world, 0, round, 5), Indices(window.begin(), window.begin() + 5));
        const auto mix = scenario.clients.order->class_mix(10, ClientId{0}, Round{round}, sim::Seed{3});
        const auto found = counts(world, window);
        for (std::size_t label = 0; label < 10; ++label) {
            const double deviation = std::sqrt(40 * mix[label] * (1 - mix[label]));
            EXPECT_NEAR(found[label], 40 * mix[label], 5 * deviation + 1) << "round " << round;
        }
    }
}

/// Two samples of one mix have the same class with probability (alpha + 1) / (10 alpha + 1): 4 times chance for .2.
TEST_F(ClassRunsTest, ClientsShareTheMixUnlessEachHasItsOwn) {
    const auto of_client = [&](const World& world, std::uint32_t client) {
        return [&world, client](std::uint32_t round) { return stream(world, client, round); };
    };
    const World shared = world();
    EXPECT_NEAR(likeness(shared, of_client(shared, 0), of_client(shared, 1)), 4.0, 0.8);
    in_runs("kind: class_runs, alpha: 0.2, shared: false");
    const World unshared = world();
    EXPECT_NEAR(likeness(unshared, of_client(unshared, 0), of_client(unshared, 1)), 1.0, 0.35);
    in_runs("kind: shuffled");
    const World shuffled = world();
    EXPECT_NEAR(likeness(shuffled, of_client(shuffled, 0), of_client(shuffled, 1)), 1.0, 0.1);
}

/// Labels are granted of what comes at the time.
TEST_F(ClassRunsTest, LabelledSamplesHaveTheMixOfTheirRound) {
    scenario.adaptation.evidence.labels = 80;
    const World world = this->world();
    Indices indices;
    const auto labelled = [&](std::uint32_t round) {
        return indices_of(world.assessment_samples(ClientId{1}, Round{round}, indices));
    };
    EXPECT_EQ(labelled(3).size(), 40U);
    EXPECT_EQ(labelled(3), labelled(3));
    EXPECT_NEAR(likeness(
                    world, [&](std::uint32_t round) { return stream(world, 1, round); }, labelled),
                4.0, 0.8);
    const Indices window = stream(world, 1, 3);
    for (const std::uint32_t sample : labelled(3)) {
        EXPECT_EQ(std::ranges::count(window, sample), 0) << "labelled samples are never scored";
    }
}

TEST_F(ClassRunsTest, LabelledSamplesOfOneClassAreFound) {
    scenario.adaptation.evidence.labels = 80;
    EXPECT_EQ(only_class(world(), Round{3}), std::nullopt) << "a mix";
    in_runs("kind: class_runs, alpha: 1e-9");
    const World shared = world();
    Indices indices;
    for (std::uint32_t round = 1; round <= 5; ++round) {
        const Indices labelled = indices_of(shared.assessment_samples(ClientId{1}, Round{round}, indices));
        EXPECT_EQ(only_class(shared, Round{round}), shared.data().test.labels[labelled.front()]);
    }
    scenario.drift = mlaasim::testing::drift_entries({"kind: label_swap, magnitude: 0.5"});
    const World swapped = world();
    EXPECT_EQ(only_class(swapped, Round{2}), std::nullopt) << "half of the samples have another label";
    scenario.drift.clear();
    in_runs("kind: class_runs, alpha: 1e-9, shared: false");
    const World unshared = world();
    std::size_t rounds_of_two = 0;
    for (std::uint32_t round = 1; round <= 5; ++round) {
        rounds_of_two += only_class(unshared, Round{round}) ? 0 : 1;
    }
    EXPECT_GE(rounds_of_two, 3U) << "each client has one class, and seldom the same";
    scenario.adaptation.evidence.labels = 0;
    EXPECT_EQ(only_class(world(), Round{1}), std::nullopt) << "no labels";
}

TEST_F(ClassRunsTest, AWindowKeepsItsLengthWhereAClassRunsOut) {
    in_runs("kind: class_runs, alpha: 1e-9");
    scenario.clients.stream = 300;
    const World world = this->world();
    const auto found = counts(world, stream(world, 1, 2));
    EXPECT_EQ(std::accumulate(found.begin(), found.end(), 0.0), 300.0);
    scenario.clients.stream = 0;
    const auto all = counts(this->world(), stream(this->world(), 1, 2));
    EXPECT_EQ(std::ranges::max(found), all[static_cast<std::size_t>(std::ranges::max_element(found) - found.begin())])
        << "all that the client has of the class that comes";
}

}  // namespace
}  // namespace mlaasim::run
