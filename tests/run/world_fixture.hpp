// A small world of generated digits.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "run/world.hpp"
#include "sim/data/synthetic_digits.hpp"
#include "sim/data/temporary_folder.hpp"
#include "support/chosen.hpp"

namespace mlaasim::run {

using Indices = std::vector<std::uint32_t>;

class WorldTest : public ::testing::Test {
protected:
    WorldTest() {
        sim::write_cache(folder / "digits", sim::generate_synthetic_digits(sim::Seed{1}, 400, 120));
        scenario.seed = 3;
        scenario.services.count = 6;
        scenario.clients.count = 3;
        scenario.clients.stream = 15;
        scenario.adaptation.evidence.labels = 0;  // every sample is scored
        scenario.adaptation.strategy = mlaasim::testing::chosen(composition::strategy_kinds(), "kind: substitute");
    }

    [[nodiscard]] World world() const { return {scenario, std::make_unique<sim::MappedDataset>(folder / "digits")}; }

    static Indices indices_of(const sim::SampleSource& source) {
        return {source.indices.begin(), source.indices.end()};
    }

    static Indices stream(const World& world, std::uint32_t client, std::uint32_t round, std::int64_t limit = 0) {
        Indices indices;
        const sim::SampleSource source = world.client_stream(sim::ClientId{client}, sim::Round{round}, indices, limit);
        EXPECT_EQ(source.indices.data(), indices.data());
        EXPECT_EQ(source.indices.size(), indices.size());
        return indices;
    }

    const sim::testing::TemporaryFolder folder;
    Scenario scenario;
};

}  // namespace mlaasim::run
