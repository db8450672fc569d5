// A rank that is held up while services train: others take over what it has not begun, and no bit differs.
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "run/steps_fixture.hpp"

namespace mlaasim::run {
namespace {

using namespace std::chrono_literals;

/// Every rank has the world of the fixture, a worker that is alone, and one that is a rank among others.
class TakingOver : public StepsTest {
protected:
    struct Trained {
        std::vector<ServiceReport> reports;
        std::vector<float> model;
        std::vector<std::int64_t> units;
        std::vector<std::vector<float>> rows;  ///< of the services, on rank 0
    };

    static Trained train(Worker& rank, const Ids& services, StartFrom start) {
        rank.enter(sim::Round{rank.round().valid() ? rank.round().value() + 1 : 1});
        Trained trained;
        const TrainStep step{.start = start, .keep = Keep::yes, .becomes = served_model, .services = services};
        trained.reports = step.carry_out(rank);
        trained.model = floats(rank.models().parameters(served_model));
        trained.units = units(*rank.models().at(served_model).sum);
        trained.rows = rank.updates().gather(services, rank.communicator());
        return trained;
    }

    /// Makes the last rank wait within its first service until the others have trained all that is not begun.
    void hold_up_last(Worker& rank, std::size_t services) {
        const int last = ranks.size() - 1;
        const std::string file = folder / ("round" + std::to_string(++held_up_));
        std::string agreed = file;
        ranks.broadcast(agreed);  // folders differ by rank
        trained_here_ = 0;
        rank.watch_training([this, agreed, last, services](const TrainingProgress&) {
            ++trained_here_;
            if (ranks.rank() != last) {
                std::ofstream{agreed, std::ios::app} << '.' << std::flush;
                return;
            }
            const auto others_done = [&] {
                std::ifstream dots{agreed};
                return std::string{std::istreambuf_iterator<char>{dots}, {}}.size() + trained_here_ >= services;
            };
            for (const auto until = std::chrono::steady_clock::now() + 60s;
                 !others_done() && std::chrono::steady_clock::now() < until;) {
                std::this_thread::sleep_for(1ms);
            }
        });
    }

    const sim::Communicator ranks = sim::Communicator::mpi();
    std::size_t trained_here_ = 0;

private:
    int held_up_ = 0;
};

TEST_F(TakingOver, NoBitDependsOnWhoTrains) {
    scenario.services.count = 12;
    scenario.services.holdout = 0.2;
    for (const char* aggregation : {"fedavg", "soft_vote"}) {
        SCOPED_TRACE(aggregation);
        scenario.composition.aggregation = testing::chosen(fl::aggregator_kinds(), "kind: " + std::string{aggregation});
        build();
        Worker one_of_many{*world, ranks};
        const Ids services = ids({0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
        const StartFrom start = scenario.is_ensemble() ? StartFrom::own : StartFrom::model;
        for (int round = 1; round <= 3; ++round) {
            if (ranks.size() > 1 && round < 3) {
                hold_up_last(one_of_many, services.size());
            } else {
                one_of_many.watch_training({});
            }
            const Trained expected = train(*worker, services, start);
            const Trained found = train(one_of_many, services, start);
            EXPECT_EQ(found.model, expected.model);
            EXPECT_EQ(found.units, expected.units);
            if (ranks.is_root()) {
                EXPECT_EQ(found.rows, expected.rows);
                EXPECT_EQ(found.reports, expected.reports);
            }
            if (ranks.size() > 1 && round < 3 && ranks.rank() == ranks.size() - 1) {
                EXPECT_LE(trained_here_, 1U) << "the others did the rest of its share";
            }
        }
    }
}

/// A candidate that is tried again in a round may come to another rank; its row has one owner all the same.
TEST_F(TakingOver, ARowHasOneOwnerWhoeverTrainedItBefore) {
    build();
    Worker one_of_many{*world, ranks};
    const Ids services = ids({0, 1, 2, 3, 4, 5});
    one_of_many.enter(sim::Round{1});
    for (std::uint32_t attempt = 0; attempt < 3; ++attempt) {
        if (attempt == 1 && ranks.size() > 1) {
            hold_up_last(one_of_many, services.size());
        } else {
            one_of_many.watch_training({});
        }
        TrainStep{.keep = Keep::yes, .services = services, .attempt = attempt}.carry_out(one_of_many);
        std::vector<std::int64_t> owners;
        for (const sim::ServiceId service : services) {
            owners.push_back(one_of_many.updates().owns(service) ? 1 : 0);
        }
        ranks.sum(owners);
        EXPECT_EQ(owners, std::vector<std::int64_t>(services.size(), 1));
    }
}

}  // namespace
}  // namespace mlaasim::run
