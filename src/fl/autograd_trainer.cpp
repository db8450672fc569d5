#include <algorithm>
#include <numeric>

#include "fl/forward.hpp"
#include "fl/local_training.hpp"
#include "fl/torch.hpp"
#include "sim/aligned.hpp"
#include "sim/error.hpp"

namespace mlaasim::fl {
namespace {

/// Plain SGD with optional momentum and weight decay, as torch.optim.SGD: v = m v + (g + wd p); p = p - lr v.
class Sgd {
public:
    Sgd(const TrainingOptions& options, std::vector<at::Tensor>& leaves) : options_{options}, leaves_{leaves} {
        if (options.momentum > 0.0) {
            for (const at::Tensor& leaf : leaves) {
                velocities_.push_back(at::zeros_like(leaf));
            }
        }
    }

    void reset() {
        for (at::Tensor& velocity : velocities_) {
            velocity.zero_();
        }
    }

    void step() {
        const at::NoGradGuard no_gradients;
        for (std::size_t i = 0; i < leaves_.size(); ++i) {
            at::Tensor& gradient = leaves_[i].mutable_grad();
            if (options_.weight_decay > 0.0) {
                gradient.add_(leaves_[i], options_.weight_decay);
            }
            if (options_.momentum > 0.0) {
                velocities_[i].mul_(options_.momentum).add_(gradient);
            }
            leaves_[i].sub_(options_.momentum > 0.0 ? velocities_[i] : gradient, options_.learning_rate);
            gradient.reset();
        }
    }

private:
    const TrainingOptions& options_;
    std::vector<at::Tensor>& leaves_;
    std::vector<at::Tensor> velocities_;
};

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

class AutogradTrainer final : public CohortTrainer {
public:
    AutogradTrainer(const Model& model, const TrainingOptions& options)
        : model_{model},
          options_{options},
          working_(model.layout().size()),
          tensors_{model, working_, /*gradients=*/true},
          sgd_{options_, tensors_.leaves()} {}

    void train(std::span<const TrainingJob> cohort, sim::Seed seed, sim::Round round,
               const std::function<void(const LocalUpdate&)>& finished) override {
        for (const TrainingJob& job : cohort) {
            sim::expects(job.start.size() == working_.size(), "a job starts from parameters of this model");
            std::copy(job.start.begin(), job.start.end(), working_.begin());
            finished(train_one(job, {seed, sim::Purpose::shuffle, job.service.value(), round.value()}));
        }
    }

private:
    LocalUpdate train_one(const TrainingJob& job, sim::RandomStream shuffle) {
        const std::size_t count = job.samples.indices.size();
        const auto batch_size = static_cast<std::size_t>(options_.batch_size);
        order_.resize(count);
        std::iota(order_.begin(), order_.end(), 0U);
        BatchReader batches{job.samples, options_.epochs, all_, batch_};
        sgd_.reset();

        LocalUpdate update{.service = job.service, .parameters = working_};
        for (std::int64_t epoch = 0; epoch < options_.epochs; ++epoch) {
            shuffle.shuffle(order_);
            double epoch_loss = 0.0;
            for (std::size_t first = 0; first < count; first += batch_size) {
                const std::size_t size = std::min(batch_size, count - first);
                batches.read(std::span{order_}.subspan(first, size));
                epoch_loss += step() * static_cast<double>(size);
                ++update.steps;
            }
            update.loss = count > 0 ? epoch_loss / static_cast<double>(count) : 0.0;
            update.samples += static_cast<std::int64_t>(count);
        }
        return update;
    }

    /// One SGD step on batch_; returns the mean loss before it.
    double step() {
        const at::Tensor labels = at::from_blob(const_cast<std::int64_t*>(batch_.labels().data()),
                                                {static_cast<std::int64_t>(batch_.count())}, at::kLong);
        const at::Tensor logits =
            forward(model_, tensors_, batch_of(model_, batch_.sample(0), batch_.count()), BatchNormMode::training);
        const at::Tensor loss = at::cross_entropy_loss(logits, labels);
        loss.backward();
        sgd_.step();
        return static_cast<double>(*loss.const_data_ptr<float>());
    }

    const Model& model_;
    TrainingOptions options_;
    sim::AlignedVector<float> working_;
    ParameterTensors tensors_;
    Sgd sgd_;
    std::vector<std::uint32_t> order_;
    sim::SampleBlock all_;
    sim::SampleBlock batch_;
};

}  // namespace

void declare(sim::OptionVisitor& visitor, TrainingOptions& options) {
    visitor.option("epochs", options.epochs,
                   {.doc = "Passes over the local samples each round", .range = sim::at_least(1)});
    visitor.option("batch_size", options.batch_size,
                   {.doc = "Samples per SGD step; the last batch may be smaller", .range = sim::between(1, 65536)});
    visitor.option("learning_rate", options.learning_rate, {.doc = "SGD step size", .range = sim::positive()});
    visitor.option("momentum", options.momentum,
                   {.doc = "SGD momentum; velocities start at zero in every round",
                    .range = {.low = 0.0, .high = 1.0, .high_open = true}});
    visitor.option("weight_decay", options.weight_decay,
                   {.doc = "L2 penalty added to the gradient", .range = sim::at_least(0)});
}

std::unique_ptr<CohortTrainer> make_autograd_trainer(const Model& model, const TrainingOptions& options) {
    return std::make_unique<AutogradTrainer>(model, options);
}

}  // namespace mlaasim::fl
