#include <algorithm>

#include "fl/forward.hpp"
#include "fl/local_training.hpp"
#include "fl/torch.hpp"
#include "sim/core/aligned.hpp"
#include "sim/core/error.hpp"

namespace mlaasim::fl {
namespace {

/// The steps of the chosen optimiser, in the order of torch.optim: the gradient takes the FedProx term and the weight
/// decay in first.
class OptimizerSteps {
public:
    OptimizerSteps(const TrainingOptions& options, std::vector<at::Tensor>& leaves)
        : options_{options}, moments_{options.optimizer->moments()}, leaves_{leaves} {
        for (const at::Tensor& leaf : leaves) {
            if (moments_.first) {
                first_.push_back(at::zeros_like(leaf));
            }
            if (moments_.second) {
                second_.push_back(at::zeros_like(leaf));
            }
            if (options.proximal > 0.0) {
                start_.push_back(at::zeros_like(leaf));
            }
        }
    }

    /// The parameters are those that local training starts from.
    void reset() {
        const at::NoGradGuard no_gradients;
        steps_ = 0;
        for (std::vector<at::Tensor>* state : {&first_, &second_}) {
            for (at::Tensor& tensor : *state) {
                tensor.zero_();
            }
        }
        for (std::size_t i = 0; i < start_.size(); ++i) {
            start_[i].copy_(leaves_[i]);
        }
    }

    void step() {
        const at::NoGradGuard no_gradients;
        const UpdateRule rule = options_.optimizer->rule(options_.learning_rate, ++steps_);
        for (std::size_t i = 0; i < leaves_.size(); ++i) {
            at::Tensor& gradient = leaves_[i].mutable_grad();
            if (options_.proximal > 0.0) {
                gradient.add_(leaves_[i] - start_[i], options_.proximal);
            }
            if (options_.weight_decay > 0.0) {
                gradient.add_(leaves_[i], options_.weight_decay);
            }
            update(i, rule, gradient);
            gradient.reset();
        }
    }

private:
    void update(std::size_t i, const UpdateRule& rule, const at::Tensor& gradient) {
        at::Tensor direction = gradient;
        if (moments_.first) {
            direction = first_[i].mul_(rule.first_decay).add_(gradient, rule.first_gain);
        }
        if (moments_.second) {
            second_[i].mul_(rule.second_decay).addcmul_(gradient, gradient, rule.second_gain);
            leaves_[i].addcdiv_(direction, second_[i].sqrt().div_(rule.correction).add_(rule.epsilon), -rule.rate);
        } else {
            leaves_[i].sub_(direction, rule.rate);
        }
    }

    const TrainingOptions& options_;
    Moments moments_;
    std::vector<at::Tensor>& leaves_;
    std::vector<at::Tensor> first_;
    std::vector<at::Tensor> second_;
    std::vector<at::Tensor> start_;
    std::int64_t steps_ = 0;
};

class AutogradTrainer final : public ModelTrainer {
public:
    AutogradTrainer(const Model& model, TrainingOptions options)
        : model_{model},
          options_{std::move(options)},
          working_(model.layout().size()),
          tensors_{model, working_, /*gradients=*/true},
          optimizer_{options_, tensors_.leaves()} {}

    void begin(std::span<const float> start) override {
        sim::expects(start.size() == working_.size(), "training starts from parameters of this model");
        std::copy(start.begin(), start.end(), working_.begin());
        optimizer_.reset();
    }

    double step(const sim::SampleBlock& batch) override {
        const at::Tensor labels = at::from_blob(const_cast<std::int64_t*>(batch.labels().data()),
                                                {static_cast<std::int64_t>(batch.count())}, at::kLong);
        const at::Tensor logits =
            forward(model_, tensors_, batch_of(model_, batch.sample(0), batch.count()), BatchNormMode::training);
        const at::Tensor loss = at::cross_entropy_loss(logits, labels);
        loss.backward();
        optimizer_.step();
        return static_cast<double>(*loss.const_data_ptr<float>());
    }

    std::span<const float> parameters() override { return working_; }

private:
    const Model& model_;
    TrainingOptions options_;
    sim::AlignedVector<float> working_;
    ParameterTensors tensors_;
    OptimizerSteps optimizer_;
};

}  // namespace

std::unique_ptr<ModelTrainer> make_autograd_trainer(const Model& model, const TrainingOptions& options) {
    return std::make_unique<AutogradTrainer>(model, options);
}

}  // namespace mlaasim::fl
