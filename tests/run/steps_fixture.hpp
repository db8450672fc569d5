// A world and one rank, on which steps are carried out one by one.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <span>
#include <vector>

#include "run/steps/step.hpp"
#include "sim/data/synthetic_digits.hpp"
#include "sim/data/temporary_folder.hpp"
#include "support/chosen.hpp"

namespace mlaasim::run {

using Ids = std::vector<sim::ServiceId>;

inline Ids ids(std::initializer_list<std::uint32_t> values) {
    Ids list;
    for (const std::uint32_t value : values) {
        list.emplace_back(value);
    }
    return list;
}

class StepsTest : public ::testing::Test {
protected:
    StepsTest() {
        sim::write_cache(folder / "digits", sim::generate_synthetic_digits(sim::Seed{1}, 400, 120));
        scenario.seed = 3;
        scenario.model = testing::chosen(fl::architecture_kinds(), "kind: mlp, hidden: [8]");
        scenario.services.count = 6;
        scenario.composition.members = 4;
        scenario.clients.count = 3;
        scenario.clients.stream = 15;
        scenario.adaptation.serving = testing::chosen(tta::serving_kinds(), "kind: plain");
    }

    /// `data`: the name of a cache in the folder.
    void build(const char* data = "digits") {
        world = std::make_unique<World>(scenario, std::make_unique<sim::MappedDataset>(folder / data));
        worker = std::make_unique<Worker>(*world, sim::Communicator::serial());
    }

    /// The members' training of a round.
    std::vector<ServiceReport> train(std::uint32_t round, const Ids& members) {
        worker->enter(sim::Round{round});
        return TrainStep{.keep = Keep::yes, .becomes = served_model, .services = members}.carry_out(*worker);
    }

    static std::vector<std::int64_t> units(fl::FixedPointSum sum) { return {sum.units().begin(), sum.units().end()}; }
    static std::vector<float> floats(std::span<const float> values) { return {values.begin(), values.end()}; }

    const sim::testing::TemporaryFolder folder;
    Scenario scenario;
    std::unique_ptr<World> world;
    std::unique_ptr<Worker> worker;
};

}  // namespace mlaasim::run
