// The sequential test of harm: by hand, on planted members, and at the edges.
#include "composition/assessment/harm_detector.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "composition/adapting_composition.hpp"
#include "sim/core/error.hpp"
#include "sim/core/random.hpp"

namespace mlaasim::composition {
namespace {

using testing::id;
using testing::Ids;
using Harms = std::vector<std::vector<double>>;

sim::RandomStream stream(std::uint32_t round) { return {sim::Seed{7}, sim::Purpose::test, 0, round}; }

/// `samples` of each mean, with the spread that losses of real members have.
Harms drawn(const std::vector<double>& means, std::size_t samples, sim::RandomStream random) {
    Harms harms(means.size());
    for (std::size_t i = 0; i < means.size(); ++i) {
        for (std::size_t s = 0; s < samples; ++s) {
            harms[i].push_back(means[i] + 0.02 * random.normal());
        }
    }
    return harms;
}

Ids members_of(std::size_t count) {
    Ids members;
    for (std::uint32_t i = 0; i < count; ++i) {
        members.push_back(id(i));
    }
    return members;
}

TEST(HarmDetector, ByHand) {
    HarmDetector test{{.tolerance = 0.01}};
    EXPECT_EQ(test.observe(Ids{id(0)}, Harms{{0.02, -0.02}}), std::vector{0.0}) << "the first round learns the scale";
    // B = 1.5 * 0.02 = 0.03. Two samples: 0.03 (at the bound) and 0.
    double likelihood = 0;
    for (const double bet : {0.1, 0.3, 0.6, 0.9}) {
        likelihood += (1 + bet / 0.04 * 0.02) * (1 + bet / 0.04 * -0.01) / 4;
    }
    EXPECT_NEAR(test.observe(Ids{id(0)}, Harms{{0.05, 0.0}})[0], std::log1p(likelihood), 1e-14);
    // Now B = 0.8 * 0.03 + 0.2 * 1.5 * 0.05 = 0.039; R = (1 + R) L.
    double second = 0;
    for (const double bet : {0.1, 0.3, 0.6, 0.9}) {
        second += (1 + bet / 0.049 * 0.02) / 4;
    }
    EXPECT_NEAR(test.observe(Ids{id(0)}, Harms{{0.03}})[0], std::log1p((1 + likelihood) * second), 1e-13);
    EXPECT_DOUBLE_EQ(test.threshold(20), std::log(4001.0));
}

/// Three of twenty members harm by what a member with 90 % of its labels swapped does.
TEST(HarmDetector, FindsThoseThatHarmWithinRounds) {
    const Ids members = members_of(20);
    std::vector<double> means(20, 0.0);
    means[3] = means[8] = means[19] = 0.017;
    HarmDetector test{{}};
    std::vector<double> evidence;
    for (std::uint32_t round = 1; round <= 4; ++round) {
        evidence = test.observe(members, drawn(means, 200, stream(round)));
    }
    for (std::size_t i = 0; i < 20; ++i) {
        EXPECT_EQ(evidence[i] > test.threshold(20), means[i] > 0) << "member " << i;
    }
}

/// At the border of harm a false flag within 200 rounds may happen to some runs, never to most.
TEST(HarmDetector, SeldomFlagsMembersAtTheBorder) {
    const Ids members = members_of(10);
    int flagged = 0;
    for (std::uint32_t run = 0; run < 10; ++run) {
        HarmDetector test{{}};
        bool any = false;
        for (std::uint32_t round = 1; round <= 50; ++round) {
            for (const double e :
                 test.observe(members, drawn(std::vector(10, 0.002), 100, stream(1000 * run + round)))) {
                any = any || e > test.threshold(10);
            }
        }
        flagged += any ? 1 : 0;
    }
    EXPECT_LE(flagged, 3) << "50 of 200 rounds: at most a quarter of the runs on average";
}

TEST(HarmDetector, SwappedAxesWouldBeSeen) {
    // The member's own samples count, not the samples' members: one that harms on few samples strongly.
    HarmDetector test{{}};
    const Ids members = members_of(2);
    for (int round = 0; round < 6; ++round) {
        static_cast<void>(test.observe(members, Harms{{0.04, 0.04, 0.04, 0.04}, {-0.04, -0.04, -0.04, -0.04}}));
    }
    const std::vector<double> evidence = test.observe(members, Harms{{0.04, 0.04, 0.04}, {-0.04, -0.04, -0.04}});
    EXPECT_GT(evidence[0], 5.0);
    EXPECT_LT(evidence[1], 1.0);
}

TEST(HarmDetector, ForgetsWhoLeaves) {
    HarmDetector test{{}};
    const Ids members = members_of(2);
    const Harms harms{{0.04, 0.04, 0.04, 0.04}, {0.04, 0.04, 0.04, 0.04}};
    for (int round = 0; round < 4; ++round) {
        static_cast<void>(test.observe(members, harms));
    }
    test.keep_only(Ids{id(1), id(5)});
    const std::vector<double> evidence = test.observe(members, harms);
    EXPECT_LT(evidence[0], evidence[1] / 2) << "0 came back and begins anew";
}

TEST(HarmDetector, WithoutDifferencesOrSamplesNothingHarms) {
    HarmDetector test{{}};
    const Ids members = members_of(2);
    for (int round = 0; round < 3; ++round) {
        EXPECT_EQ(test.observe(members, Harms{{0, 0}, {0, 0}}), (std::vector{0.0, 0.0}));
        EXPECT_EQ(test.observe(members, Harms{{}, {}}), (std::vector{0.0, 0.0}));
    }
}

TEST(HarmDetector, EvidenceStaysFinite) {
    HarmDetector test{{}};
    const Ids members = members_of(1);
    for (int round = 0; round < 50; ++round) {
        EXPECT_TRUE(std::isfinite(test.observe(members, Harms{std::vector(400, 0.3)})[0]));
    }
}

TEST(HarmDetector, ArchiveGoesOnWithTheSameBits) {
    const Ids members = members_of(5);
    const std::vector<double> means{0, 0.01, -0.01, 0.005, 0};
    HarmDetector undisturbed{{}};
    for (std::uint32_t round = 1; round <= 3; ++round) {
        static_cast<void>(undisturbed.observe(members, drawn(means, 50, stream(round))));
    }
    testing::MemoryArchive archive;
    undisturbed.archive(archive);
    archive.load();
    HarmDetector resumed{{}};
    resumed.archive(archive);
    EXPECT_EQ(resumed.observe(members, drawn(means, 50, stream(4))),
              undisturbed.observe(members, drawn(means, 50, stream(4))));
    archive.doubles["harm/evidence"].pop_back();
    EXPECT_THROW(resumed.archive(archive), sim::InputError);
}

}  // namespace
}  // namespace mlaasim::composition
