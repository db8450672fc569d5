#include "fl/local_training.hpp"

#include <algorithm>
#include <numeric>
#include <utility>
#include <vector>

#include "sim/core/error.hpp"
#include "sim/core/limits.hpp"

namespace mlaasim::fl {
namespace {

/// Reads batches of one job. Undrifted samples come straight from the pool; drifted ones, when they are needed for
/// several epochs, from a copy that was drifted once.
class BatchReader {
public:
    BatchReader(const sim::SampleSource& samples, std::int64_t epochs, sim::SampleBlock& all, sim::SampleBlock& batch)
        : source_{samples},
          samples_{samples.indices},
          from_copy_{epochs > 1 && !samples.drift.none()},
          all_{all},
          batch_{batch} {
        if (from_copy_) {
            all_.read(samples);
        }
    }

    /// The samples at these positions of the job's list.
    void read(std::span<const std::uint32_t> positions) {
        if (from_copy_) {
            batch_.take(all_, positions);
            return;
        }
        indices_.resize(positions.size());
        std::transform(positions.begin(), positions.end(), indices_.begin(),
                       [&](std::uint32_t position) { return samples_[position]; });
        source_.indices = indices_;
        batch_.read(source_);
    }

private:
    sim::SampleSource source_;
    std::span<const std::uint32_t> samples_;
    bool from_copy_;
    sim::SampleBlock& all_;
    sim::SampleBlock& batch_;
    std::vector<std::uint32_t> indices_;
};

class OneByOne final : public CohortTrainer {
public:
    OneByOne(std::unique_ptr<ModelTrainer> trainer, TrainingOptions options)
        : trainer_{std::move(trainer)}, options_{std::move(options)} {}

    void train_each(const NextJob& next, sim::Seed seed, sim::Round round, const Finished& finished,
                    FixedPointSum* sum) override {
        while (const std::optional<TrainingJob> job = next()) {
            const std::uint64_t entity = (std::uint64_t{job->attempt} << 32U) | job->service.value();
            finished(train_one(*job, {seed, sim::Purpose::shuffle, entity, round.value()}, sum));
        }
        if (sum != nullptr) {
            trainer_->complete(*sum);
        }
    }

private:
    LocalUpdate train_one(const TrainingJob& job, sim::RandomStream shuffle, FixedPointSum* sum) {
        const std::size_t count = job.samples.indices.size();
        const auto batch_size = static_cast<std::size_t>(options_.batch_size);
        order_.resize(count);
        std::iota(order_.begin(), order_.end(), 0U);
        BatchReader batches{job.samples, options_.epochs, all_, batch_};
        trainer_->begin(job.start);

        LocalUpdate update{.service = job.service, .trainer = trainer_.get()};
        for (std::int64_t epoch = 0; epoch < options_.epochs; ++epoch) {
            shuffle.shuffle(order_);
            double epoch_loss = 0.0;
            for (std::size_t first = 0; first < count; first += batch_size) {
                const std::size_t size = std::min(batch_size, count - first);
                batches.read(std::span{order_}.subspan(first, size));
                const bool is_last = epoch + 1 == options_.epochs && first + size == count;
                double loss = 0.0;
                if (is_last && sum != nullptr) {
                    const ModelTrainer::SummedStep last = trainer_->step_and_add(batch_, *sum, job.weight);
                    loss = last.loss;
                    update.outcome = last.outcome;
                } else {
                    loss = trainer_->step(batch_);
                }
                epoch_loss += loss * static_cast<double>(size);
                ++update.steps;
            }
            update.loss = count > 0 ? epoch_loss / static_cast<double>(count) : 0.0;
            update.samples += static_cast<std::int64_t>(count);
        }
        if (count == 0 && sum != nullptr) {
            update.outcome = sum->add(trainer_->parameters(), job.weight);
        }
        return update;
    }

    std::unique_ptr<ModelTrainer> trainer_;
    TrainingOptions options_;
    std::vector<std::uint32_t> order_;
    sim::SampleBlock all_;
    sim::SampleBlock batch_;
};

}  // namespace

void declare(sim::OptionVisitor& visitor, TrainingOptions& options) {
    visitor.option("epochs", options.epochs,
                   {.doc = "Passes over the local samples each round", .range = sim::between(1, sim::most_rounds)});
    visitor.option("batch_size", options.batch_size,
                   {.doc = "Samples per step; the last batch may be smaller", .range = sim::between(1, 65536)});
    visitor.option("learning_rate", options.learning_rate, {.doc = "Step size", .range = sim::positive()});
    visitor.kind_beside("optimizer", options.optimizer, optimizer_kinds(),
                        {.doc = "How a gradient changes the parameters"});
    visitor.option("weight_decay", options.weight_decay,
                   {.doc = "L2 penalty added to the gradient", .range = sim::at_least(0)});
    visitor.option(
        "proximal", options.proximal,
        {.doc = "FedProx: weight mu of the penalty mu/2 |w - w_start|^2; 0 = none", .range = sim::at_least(0)});
}

void CohortTrainer::train(std::span<const TrainingJob> cohort, sim::Seed seed, sim::Round round,
                          const Finished& finished, FixedPointSum* sum) {
    std::size_t begun = 0;
    const auto next = [&] { return begun < cohort.size() ? std::optional{cohort[begun++]} : std::nullopt; };
    train_each(next, seed, round, finished, sum);
}

std::unique_ptr<CohortTrainer> make_cohort_trainer(std::unique_ptr<ModelTrainer> trainer,
                                                   const TrainingOptions& options) {
    return std::make_unique<OneByOne>(std::move(trainer), options);
}

}  // namespace mlaasim::fl
