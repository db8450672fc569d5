#include "composition/marketplace.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "composition/adapting_composition.hpp"
#include "composition/composed_attributes.hpp"
#include "composition/test_market.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::composition {
namespace {

using testing::id;
using testing::make_market;
using testing::MemoryArchive;
using testing::plain_service;

/// All that rounds teach.
void expect_equal(const Marketplace& a, const Marketplace& b) {
    ASSERT_EQ(a.size(), b.size());
    for (std::uint32_t i = 0; i < a.size(); ++i) {
        EXPECT_EQ(a.effectiveness(id(i)), b.effectiveness(id(i))) << i;
        EXPECT_EQ(a.quality(id(i)), b.quality(id(i))) << i;
        EXPECT_EQ(a.response_ms(id(i)), b.response_ms(id(i))) << i;
        EXPECT_EQ(a.reliability(id(i)), b.reliability(id(i))) << i;
        EXPECT_TRUE(std::ranges::equal(a.quality_history(id(i)), b.quality_history(id(i)))) << i;
    }
}

TEST(Quality, IsAnExponentialMovingAverage) { EXPECT_DOUBLE_EQ(updated_quality(0.5, 1.0, 0.3), 0.65); }

TEST(Service, OutOfRangeIsNamed) {
    Service service = plain_service(7);
    service.reliability = 1.2;
    try {
        check(service);
        FAIL() << "a reliability of 1.2 was accepted";
    } catch (const sim::InputError& error) {
        EXPECT_NE(std::string{error.what()}.find("service 7: reliability"), std::string::npos) << error.what();
        EXPECT_NE(std::string{error.what()}.find("[0, 1]"), std::string::npos) << error.what();
    }
}

TEST(Service, NotANumberIsRefused) {
    Service service = plain_service(0);
    service.effectiveness = std::numeric_limits<double>::quiet_NaN();
    EXPECT_THROW(check(service), sim::InputError);
}

TEST(Marketplace, GivesBackWhatWasAdded) {
    const Marketplace market = make_market(3, [](Service& s) {
        s.quality = 0.1 * s.id.value();
        s.class_histogram = {1.0 * s.id.value(), 2};
        s.quality_history = {0.4, 0.5};
        s.function.architecture = s.id.value() == 1 ? "other" : "mlp:4-2";
    });
    ASSERT_EQ(market.size(), 3U);
    const Service service = market.service(id(1));
    EXPECT_EQ(service.function.architecture, "other");
    EXPECT_EQ(service.class_histogram, (std::vector<double>{1, 2}));
    EXPECT_EQ(service.quality_history, (std::vector<double>{0.4, 0.5}));
    EXPECT_DOUBLE_EQ(service.quality, 0.1);
    EXPECT_EQ(market.spec_index(id(0)), market.spec_index(id(2)));
    EXPECT_NE(market.spec_index(id(0)), market.spec_index(id(1)));
    EXPECT_TRUE(market.changed().empty());
}

TEST(Marketplace, RefusesHistogramsOfOtherClasses) {
    Marketplace market{3, {}};
    EXPECT_THROW(market.add(plain_service(0)), sim::InputError);
}

TEST(Marketplace, UnknownServiceIsABug) {
    const Marketplace market = make_market(1, [](Service&) {});
    EXPECT_THROW((void)market.quality(id(1)), sim::ContractViolation);
    EXPECT_THROW((void)market.quality(sim::ServiceId{}), sim::ContractViolation);
}

TEST(Marketplace, QualityHistoryIsBoundedAndOldestFirst) {
    Marketplace market = make_market(2, [](Service&) {}, {.quality_weight = 0.5, .length = 3});
    for (const double q : {0.1, 0.2, 0.3, 0.4}) {
        market.observe_quality(id(1), q);
    }
    const auto history = market.quality_history(id(1));
    EXPECT_EQ((std::vector<double>{history.begin(), history.end()}), (std::vector<double>{0.2, 0.3, 0.4}));
    EXPECT_TRUE(market.quality_history(id(0)).empty());
    // The first observation takes the place of the advertised .5: (((.1 + .2)/2 + .3)/2 + .4)/2
    EXPECT_DOUBLE_EQ(market.quality(id(1)), 0.3125);
}

TEST(Marketplace, ReliabilityIsTheMeanOverTasksWithTheAdvertisedOneAsPrior) {
    Marketplace market = make_market(1, [](Service&) {}, {.reliability_prior_tasks = 10});
    market.observe_task(id(0), true);
    EXPECT_NEAR(market.reliability(id(0)), 10.0 / 11, 1e-15);
    market.observe_task(id(0), false);
    EXPECT_NEAR(market.reliability(id(0)), 10.0 / 12, 1e-15);
}

TEST(Marketplace, StateOfChangedServicesRestoresTheSameBits) {
    const auto change = [](Service& s) { s.quality = 0.1 + 0.2 * s.id.value(); };
    Marketplace market = make_market(4, change);
    market.observe_quality(id(2), 1.0 / 3);
    market.observe_task(id(2), false);
    market.set_effectiveness(id(0), 0.77);
    market.set_response_ms(id(0), 12.5);
    ASSERT_EQ(market.changed(), (std::vector{id(0), id(2)}));

    MemoryArchive archive;
    market.archive(archive);
    archive.load();
    Marketplace restored = make_market(4, change);
    restored.archive(archive);
    expect_equal(restored, market);
    EXPECT_EQ(restored.changed(), market.changed());
    market.observe_quality(id(2), 0.9);
    restored.observe_quality(id(2), 0.9);
    expect_equal(restored, market);
}

TEST(Marketplace, AHistoryThatIsFullSurvives) {
    Marketplace market = make_market(2, [](Service&) {}, {.length = 3});
    for (const double quality : {0.1, 0.2, 0.3, 0.4}) {
        market.observe_quality(id(1), quality);
    }
    market.observe_task(id(0), true);
    MemoryArchive archive;
    market.archive(archive);
    EXPECT_EQ(archive.doubles.at("market/histories"), (std::vector{0.2, 0.3, 0.4}));
    archive.load();
    Marketplace restored = make_market(2, [](Service&) {}, {.length = 3});
    restored.archive(archive);
    expect_equal(restored, market);
}

TEST(Marketplace, AColumnInWhichAllAgreeIsOneNumber) {
    Marketplace market = make_market(4, [](Service&) {});
    for (const std::uint32_t service : {1U, 2U, 3U}) {
        market.set_response_ms(id(service), 10.0 + service);
        market.observe_task(id(service), true);
    }
    MemoryArchive archive;
    market.archive(archive);
    EXPECT_EQ(archive.ints.at("market/services"), (std::vector<std::int64_t>{1, 3}));
    EXPECT_EQ(archive.doubles.at("market/tasks"), std::vector{11.0});
    EXPECT_EQ(archive.doubles.at("market/response_ms"), (std::vector{11.0, 12.0, 13.0}));
    EXPECT_TRUE(archive.doubles.at("market/histories").empty());
}

TEST(Marketplace, StateOfAnotherShapeIsRefused) {
    Marketplace market = make_market(3, [](Service&) {});
    for (const std::uint32_t service : {0U, 1U, 2U}) {
        market.observe_quality(id(service), 0.1 * service);
    }
    MemoryArchive whole;
    market.archive(whole);
    whole.load();
    for (const char* const name : {"market/quality", "market/histories"}) {
        MemoryArchive archive = whole;
        archive.doubles.at(name).pop_back();
        EXPECT_THROW(market.archive(archive), sim::InputError) << name;
    }
    EXPECT_NO_THROW(market.archive(whole));
}

TEST(Marketplace, WhatIsAdvertisedGivesWayToWhatIsObserved) {
    Marketplace market = make_market(2, [](Service&) {});
    market.advertise(id(1), 0.7);
    EXPECT_EQ(market.effectiveness(id(1)), 0.7);
    EXPECT_EQ(market.quality(id(1)), 0.7);
    EXPECT_TRUE(market.quality_history(id(1)).empty());
    EXPECT_EQ(market.reliability(id(1)), 0.9);
    EXPECT_EQ(market.changed(), std::vector{id(1)});
    market.observe_quality(id(1), 0.2);
    EXPECT_EQ(market.quality(id(1)), 0.2);
}

TEST(ComposedAttributes, SumMeanAndSlowest) {
    const Marketplace market = make_market(3, [](Service& s) {
        s.class_histogram = {1.0 + s.id.value(), 10};
        s.response_ms = 10.0 * (3 - s.id.value());
        s.quality = 0.2 * s.id.value();
        if (s.id.value() == 1) s.quality_history = {0.9};
        if (s.id.value() == 2) s.quality_history = {0.3, 0.5};
    });
    const std::vector members{id(1), id(2)};
    EXPECT_EQ(composed_histogram(market, members), (std::vector<double>{5, 20}));
    EXPECT_DOUBLE_EQ(mean_quality(market, members), 0.3);
    EXPECT_DOUBLE_EQ(slowest_response_ms(market, members), 20);
    // Aligned at the newest: (0.9 + 0.5) / 2; before it only 0.3.
    const auto history = composed_quality_history(market, members);
    ASSERT_EQ(history.size(), 2U);
    EXPECT_DOUBLE_EQ(history[0], 0.3);
    EXPECT_DOUBLE_EQ(history[1], 0.7);
    EXPECT_TRUE(composed_quality_history(market, std::vector{id(0)}).empty());
    EXPECT_EQ(mean_quality(market, {}), 0);
}

}  // namespace
}  // namespace mlaasim::composition
