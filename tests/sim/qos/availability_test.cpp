#include "sim/qos/availability.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

constexpr Seed seed{11};

std::vector<std::uint8_t> states(const Availability& availability) {
    return {availability.all().begin(), availability.all().end()};
}

struct Watched {
    double up_share;
    double mean_outage;
};

Watched watch(const AvailabilityOptions& options, std::uint32_t services, std::uint32_t rounds) {
    Availability availability{options, services, seed};
    std::vector<std::uint8_t> before(services, 1);
    double up = 0.0;
    double outages = 0.0;
    for (std::uint32_t r = 1; r <= rounds; ++r) {
        availability.advance_to(Round{r});
        for (std::uint32_t i = 0; i < services; ++i) {
            const std::uint8_t now = availability.all()[i];
            up += now;
            outages += before[i] == 1 && now == 0 ? 1.0 : 0.0;
            before[i] = now;
        }
    }
    const double total = static_cast<double>(services) * rounds;
    return {up / total, (total - up) / outages};
}

TEST(Availability, LongRunShareAndOutageLength) {
    const Watched run = watch({.lowest = 0.8, .highest = 0.8, .outage_rounds = 3.0}, 200, 2000);
    EXPECT_NEAR(run.up_share, 0.8, 0.01);
    EXPECT_NEAR(run.mean_outage, 3.0, 0.1);
}

TEST(Availability, SmallSharesAreReachedByLongerOutages) {
    // One up round between outages of mean length 9 is the only way to be up a tenth of the time.
    const Watched run = watch({.lowest = 0.1, .highest = 0.1, .outage_rounds = 2.0}, 200, 2000);
    EXPECT_NEAR(run.up_share, 0.1, 0.01);
    EXPECT_NEAR(run.mean_outage, 9.0, 0.3);
    EXPECT_NEAR(watch({.lowest = 0.3, .highest = 0.3, .outage_rounds = 1.0}, 200, 2000).up_share, 0.3, 0.01);
}

TEST(Availability, EachServiceHasItsOwnShare) {
    const Availability availability{{.lowest = 0.5, .highest = 0.9}, 500, seed};
    double sum = 0.0;
    for (std::uint32_t i = 0; i < 500; ++i) {
        const double share = availability.long_run(ServiceId{i});
        EXPECT_GE(share, 0.5);
        EXPECT_LE(share, 0.9);
        sum += share;
    }
    EXPECT_NEAR(sum / 500, 0.7, 0.03);
    EXPECT_NE(availability.long_run(ServiceId{0}), availability.long_run(ServiceId{1}));
}

TEST(Availability, StepByStepOrAtOnceIsTheSame) {
    const AvailabilityOptions options{.lowest = 0.4, .highest = 0.95, .outage_rounds = 4.0};
    Availability steps{options, 100, seed};
    for (std::uint32_t r = 1; r <= 60; ++r) {
        steps.advance_to(Round{r});
        steps.advance_to(Round{r});
        Availability at_once{options, 100, seed};
        at_once.advance_to(Round{r});
        ASSERT_EQ(states(steps), states(at_once)) << r;
    }
}

TEST(Availability, AServiceDoesNotDependOnHowManyThereAre) {
    const AvailabilityOptions options{.lowest = 0.6, .highest = 0.6};
    Availability few{options, 10, seed};
    Availability many{options, 50, seed};
    few.advance_to(Round{30});
    many.advance_to(Round{30});
    for (std::uint32_t i = 0; i < 10; ++i) {
        EXPECT_EQ(few.up(ServiceId{i}), many.up(ServiceId{i}));
    }
}

TEST(Availability, AnotherSeedGivesOtherOutages) {
    const AvailabilityOptions options{.lowest = 0.5, .highest = 0.5};
    Availability one{options, 100, Seed{1}};
    Availability other{options, 100, Seed{2}};
    one.advance_to(Round{20});
    other.advance_to(Round{20});
    EXPECT_NE(states(one), states(other));
}

TEST(Availability, FullAvailabilityNeverFails) {
    Availability availability{{}, 50, seed};
    for (std::uint32_t r = 1; r <= 500; ++r) {
        availability.advance_to(Round{r});
        ASSERT_EQ(states(availability), std::vector<std::uint8_t>(50, 1));
    }
    EXPECT_EQ(availability.long_run(ServiceId{3}), 1.0);
}

TEST(Availability, EverybodyStartsUp) {
    const Availability availability{{.lowest = 0.1, .highest = 0.1}, 20, seed};
    EXPECT_EQ(states(availability), std::vector<std::uint8_t>(20, 1));
}

TEST(Availability, BadUse) {
    EXPECT_THROW((Availability{{.lowest = 0.9, .highest = 0.5}, 5, seed}), InputError);
    Availability availability{{}, 5, seed};
    availability.advance_to(Round{4});
    EXPECT_THROW(availability.advance_to(Round{3}), ContractViolation);
}

}  // namespace
}  // namespace mlaasim::sim
