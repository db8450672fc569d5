// A service's update is the same to the bit whoever trains beside it, in which slot, from which address, after whom.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <numeric>
#include <string>
#include <tuple>
#include <vector>

#include "fl/architectures.hpp"
#include "fl/engines.hpp"
#include "fl/optimizers.hpp"
#include "fl/test_samples.hpp"

namespace mlaasim::fl {
namespace {

constexpr sim::SampleShape shape{1, 28, 28};
constexpr std::uint32_t classes = 10;
constexpr sim::Seed seed{4};
constexpr sim::Round round{3};

const std::map<std::string, sim::Chosen<Architecture>> models{{"mlp", testing::mlp({16, 10})},
                                                              {"cnn", testing::cnn({4, 8}, {16})},
                                                              {"padded_mlp", testing::mlp({30, 20})},
                                                              {"wide_cnn", testing::cnn({16, 20}, {16})}};

/// Samples of the services by id: with batches of 16, a last batch of each awkward size, and one alone.
constexpr std::array<std::size_t, 8> samples_of{33, 16, 5, 50, 18, 35, 64, 1};

/// What has to be equal, as bits.
struct Bits {
    std::vector<std::uint32_t> parameters;
    std::uint64_t loss = 0;
    std::int64_t steps = 0;
    friend bool operator==(const Bits&, const Bits&) = default;
};
using BitsByService = std::map<std::uint32_t, Bits>;

/// Room for copies of start parameters at chosen addresses, all 64-byte aligned.
class StartParameters {
public:
    explicit StartParameters(const Model& model) : values_{testing::initial(model)} {}

    /// A copy that lies `lines` times 64 bytes behind the begin of a block of 4 KiB pages.
    std::span<const float> copy_at(std::size_t lines) {
        constexpr std::size_t page = 4096 / sizeof(float);
        constexpr std::size_t line = sim::kernel_alignment / sizeof(float);
        auto& room = rooms_.emplace_back(values_.size() + 2 * page);
        const std::size_t past_page = reinterpret_cast<std::uintptr_t>(room.data()) % 4096 / sizeof(float);
        const std::span<float> copy = std::span{room}.subspan((page - past_page) % page + lines * line, values_.size());
        std::copy(values_.begin(), values_.end(), copy.begin());
        return copy;
    }

private:
    sim::AlignedVector<float> values_;
    std::vector<sim::AlignedVector<float>> rooms_;
};

class CohortInvariance : public ::testing::TestWithParam<std::tuple<std::string, EngineChoice>> {
protected:
    /// Trains services in this order, each from parameters at an address drawn from `random`.
    BitsByService train(CohortTrainer& trainer, const std::vector<std::uint32_t>& services,
                        sim::RandomStream& random) const {
        StartParameters start{model_};
        std::vector<TrainingJob> cohort;
        for (const std::uint32_t service : services) {
            cohort.push_back({.service = sim::ServiceId{service},
                              .samples = pool_.source(samples_of[service]),
                              .start = start.copy_at(random.below(64))});
        }
        BitsByService trained;
        trainer.train(cohort, seed, round, [&](const LocalUpdate& update) {
            Bits& bits = trained[update.service.value()];
            bits.parameters.resize(update.parameters().size());
            std::memcpy(bits.parameters.data(), update.parameters().data(), update.parameters().size_bytes());
            bits.loss = std::bit_cast<std::uint64_t>(update.loss);
            bits.steps = update.steps;
        });
        return trained;
    }
    BitsByService train_anew(const std::vector<std::uint32_t>& services, sim::RandomStream& random) const {
        return train(*make_trainer(engine_, model_, options_), services, random);
    }
    /// Each service by a trainer of its own that has trained nothing else.
    [[nodiscard]] BitsByService each_alone() const {
        BitsByService alone;
        for (std::uint32_t service = 0; service < samples_of.size(); ++service) {
            sim::RandomStream random{seed, sim::Purpose::test, service, 0};
            alone.merge(train_anew({service}, random));
        }
        return alone;
    }

    Model model_{models.at(std::get<0>(GetParam())), shape, classes};
    EngineChoice engine_ = std::get<1>(GetParam());
    TrainingOptions options_{.epochs = 2, .batch_size = 16, .optimizer = testing::sgd(0.9), .weight_decay = 1e-4};
    testing::TestPool pool_{shape, classes, testing::random_samples(shape, classes, 64)};
};

void expect_same(const BitsByService& trained, const BitsByService& alone, const std::string& what) {
    ASSERT_FALSE(trained.empty());
    for (const auto& [service, bits] : trained) {
        EXPECT_TRUE(bits == alone.at(service)) << "service " << service << " " << what;
    }
}

TEST_P(CohortInvariance, SlotAndCohortSize) {
    const BitsByService alone = each_alone();
    sim::RandomStream random{seed, sim::Purpose::test, 0, 1};
    for (std::size_t size = 2; size <= samples_of.size(); size += 3) {
        std::vector<std::uint32_t> services(samples_of.size());
        std::iota(services.begin(), services.end(), 0U);
        random.shuffle(services);
        services.resize(size);
        expect_same(train_anew(services, random), alone, "in a cohort of " + std::to_string(size));
    }
}

TEST_P(CohortInvariance, TrainerThatHasTrainedOthers) {
    const BitsByService alone = each_alone();
    const auto trainer = make_trainer(engine_, model_, options_);
    sim::RandomStream random{seed, sim::Purpose::test, 0, 2};
    for (const std::vector<std::uint32_t>& services :
         {std::vector<std::uint32_t>{6, 2}, {7}, {2, 6, 0}, {4, 1}, {3, 5, 7, 0}}) {
        expect_same(train(*trainer, services, random), alone, "after others");
    }
}

TEST_P(CohortInvariance, TrainerWhoseLastModelDiverged) {
    const BitsByService alone = each_alone();
    const auto trainer = make_trainer(engine_, model_, options_);
    auto broken = testing::initial(model_);
    for (const sim::ParameterBlock& block : model_.layout().blocks()) {
        const auto values = model_.layout().view(std::span<float>{broken}, block);
        std::fill(values.begin(), values.end(), std::numeric_limits<float>::quiet_NaN());
    }
    const TrainingJob job{.service = sim::ServiceId{77}, .samples = pool_.source(40), .start = broken};
    bool all_finite = true;
    trainer->train({&job, 1}, seed, round, [&](const LocalUpdate& update) {
        all_finite = std::all_of(update.parameters().begin(), update.parameters().end(),
                                 [](float value) { return std::isfinite(value); });
    });
    EXPECT_FALSE(all_finite);
    sim::RandomStream random{seed, sim::Purpose::test, 0, 4};
    expect_same(train(*trainer, {0, 5}, random), alone, "after one that diverged");
}

TEST_P(CohortInvariance, AddressOfTheStartParameters) {
    const auto trainer = make_trainer(engine_, model_, options_);
    sim::RandomStream random{seed, sim::Purpose::test, 0, 3};
    const BitsByService first = train_anew({4}, random);
    for (int repetition = 0; repetition < 16; ++repetition) {
        // Moves whatever the kernels allocate next.
        const std::vector<char> junk(random.below(100'000));
        expect_same(train(*trainer, {4}, random), first, "in repetition " + std::to_string(repetition));
    }
}

/// What the comparisons above rest on: another service gives other bits.
TEST_P(CohortInvariance, OtherJobsGiveOtherBits) {
    const BitsByService alone = each_alone();
    for (std::uint32_t service = 1; service < samples_of.size(); ++service) {
        EXPECT_FALSE(alone.at(service) == alone.at(0)) << service;
    }
}

INSTANTIATE_TEST_SUITE_P(Models, CohortInvariance,
                         ::testing::Combine(::testing::Values("mlp", "cnn", "padded_mlp", "wide_cnn"),
                                            ::testing::Values(testing::autograd, testing::fused)),
                         [](const auto& tested) {
                             return std::get<0>(tested.param) + testing::name_of(std::get<1>(tested.param));
                         });

}  // namespace
}  // namespace mlaasim::fl
