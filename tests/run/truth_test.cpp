// Who harms and who fits, by the schedule of drift.
#include "run/truth.hpp"

#include <gtest/gtest.h>

#include "support/drifting.hpp"

namespace mlaasim::run {
namespace {

/// "harmful" or "fits" or "", by service.
std::vector<std::string> truth(std::initializer_list<std::string> entries, std::uint32_t round,
                               std::uint32_t clients = 3) {
    const sim::DriftSchedule drift{testing::drift_entries(entries), 6, clients, 10, sim::Seed{1}};
    std::vector<std::string> words;
    for (const composition::ServiceTruth& service : truth_of(drift, 6, clients, sim::Round{round})) {
        EXPECT_FALSE(service.harmful && service.fits);
        words.emplace_back(service.harmful ? "harmful" : service.fits ? "fits" : "");
    }
    return words;
}

using Words = std::vector<std::string>;

TEST(Truth, InAWorldWithoutDriftNobodyHarmsAndNobodyFitsBetter) { EXPECT_EQ(truth({}, 1), Words(6)); }

TEST(Truth, WhoIsTurnedAsTheClientsFits) {
    const std::initializer_list<std::string> entries{
        "kind: rotation, target: clients, pattern: gradual, start: 2, duration: 3, magnitude: 30",
        "kind: rotation, target: services, start: 2, magnitude: 30, ids: [1]",
        "kind: rotation, target: services, start: 2, magnitude: -30, ids: [2]",
        "kind: noise, target: services, magnitude: 0.1, ids: [3]",
        "kind: rotation, target: services, start: 2, magnitude: 20, ids: [4]",
    };
    EXPECT_EQ(truth(entries, 1), Words(6)) << "before the clients turn";
    EXPECT_EQ(truth(entries, 2), Words(6)) << "at 10 degrees untouched images are nearer than those at 30";
    EXPECT_EQ(truth(entries, 3), (Words{"", "fits", "", "", "fits", ""})) << "20 degrees";
    EXPECT_EQ(truth(entries, 4), (Words{"", "fits", "", "", "fits", ""})) << "30 degrees";
}

TEST(Truth, WhoseLabelsMeanSomethingElseHarms) {
    const std::initializer_list<std::string> entries{
        "kind: label_swap, target: services, start: 2, magnitude: 0.9, ids: [1, 2]",
        "kind: rotation, target: services, magnitude: 30, ids: [2, 3]",
        "kind: rotation, target: clients, magnitude: 30",
    };
    EXPECT_EQ(truth(entries, 1), (Words{"", "", "fits", "fits", "", ""}));
    EXPECT_EQ(truth(entries, 2), (Words{"", "harmful", "harmful", "fits", "", ""}));
}

TEST(Truth, MostClientsDecide) {
    const std::string turned = "kind: rotation, target: services, magnitude: 30, ids: [1]";
    EXPECT_EQ(truth({turned, "kind: rotation, target: clients, magnitude: 30, ids: [0, 2]"}, 1)[1], "fits");
    EXPECT_EQ(truth({turned, "kind: rotation, target: clients, magnitude: 30, ids: [2]"}, 1)[1], "");
    // One client each way: the one with the smaller id.
    EXPECT_EQ(truth({turned, "kind: rotation, target: clients, magnitude: 30, ids: [0]"}, 1, 2)[1], "fits");
    EXPECT_EQ(truth({turned, "kind: rotation, target: clients, magnitude: 30, ids: [1]"}, 1, 2)[1], "");
    // Where most clients' labels swap, those that do not swap theirs are wrong.
    EXPECT_EQ(truth({"kind: label_swap, target: clients, magnitude: 1",
                     "kind: label_swap, target: services, magnitude: 1, ids: [0, 1, 2, 3, 4]"},
                    1),
              (Words{"", "", "", "", "", "harmful"}));
}

}  // namespace
}  // namespace mlaasim::run
