#include "fl/evaluation.hpp"

#include <algorithm>
#include <cmath>

#include "fl/forward.hpp"
#include "fl/torch.hpp"
#include "sim/error.hpp"

namespace mlaasim::fl {
namespace {

/// ln(sum(exp(row))), in double and in order.
double log_sum_exp(std::span<const float> row) {
    const double largest = *std::max_element(row.begin(), row.end());
    double sum = 0.0;
    for (const float value : row) {
        sum += std::exp(static_cast<double>(value) - largest);
    }
    return largest + std::log(sum);
}

std::uint32_t arg_max(std::span<const float> row) {
    return static_cast<std::uint32_t>(std::max_element(row.begin(), row.end()) - row.begin());
}

std::vector<float> mean_of_others(std::span<const std::vector<float>> members, std::size_t left_out) {
    sim::expects(!members.empty(), "a vote has members");
    std::vector<double> sum(members.front().size(), 0.0);
    std::size_t voters = 0;
    for (std::size_t m = 0; m < members.size(); ++m) {
        if (m == left_out) {
            continue;
        }
        sim::expects(members[m].size() == sum.size(), "members vote on the same samples");
        for (std::size_t i = 0; i < sum.size(); ++i) {
            sum[i] += members[m][i];
        }
        ++voters;
    }
    sim::expects(voters > 0, "somebody votes");
    std::vector<float> vote(sum.size());
    std::transform(sum.begin(), sum.end(), vote.begin(),
                   [&](double value) { return static_cast<float>(value / static_cast<double>(voters)); });
    return vote;
}

}  // namespace

ModelEvaluator::ModelEvaluator(const Model& model, std::int64_t batch_size)
    : model_{model}, batch_size_{static_cast<std::size_t>(batch_size)} {
    sim::expects(batch_size > 0, "a batch holds samples");
}

template <class Row>
void ModelEvaluator::each_logit_row(std::span<const float> parameters, const sim::SampleBlock& samples, Row row) const {
    const at::NoGradGuard no_gradients;
    // The tensors are only read; from_blob has no const form.
    const std::span<float> flat{const_cast<float*>(parameters.data()), parameters.size()};
    const ParameterTensors tensors{model_, flat, /*gradients=*/false};
    for (std::size_t first = 0; first < samples.count(); first += batch_size_) {
        const std::size_t size = std::min(batch_size_, samples.count() - first);
        const at::Tensor logits =
            forward(model_, tensors, batch_of(model_, samples.sample(first), size), BatchNormMode::evaluation)
                .contiguous();
        const auto* values = logits.const_data_ptr<float>();
        for (std::size_t i = 0; i < size; ++i) {
            row(first + i, std::span<const float>{values + i * model_.classes(), model_.classes()});
        }
    }
}

std::vector<float> ModelEvaluator::probabilities(std::span<const float> parameters,
                                                 const sim::SampleBlock& samples) const {
    std::vector<float> all(samples.count() * model_.classes());
    each_logit_row(parameters, samples, [&](std::size_t i, std::span<const float> logits) {
        const double normaliser = log_sum_exp(logits);
        for (std::size_t c = 0; c < logits.size(); ++c) {
            all[i * logits.size() + c] = static_cast<float>(std::exp(static_cast<double>(logits[c]) - normaliser));
        }
    });
    return all;
}

Confusion ModelEvaluator::evaluate(std::span<const float> parameters, const sim::SampleBlock& samples) const {
    Confusion confusion{model_.classes()};
    each_logit_row(parameters, samples, [&](std::size_t i, std::span<const float> logits) {
        const auto truth = static_cast<std::uint32_t>(samples.labels()[i]);
        confusion.add(truth, arg_max(logits), log_sum_exp(logits) - static_cast<double>(logits[truth]));
    });
    return confusion;
}

Confusion ModelEvaluator::score(std::span<const float> probabilities, const sim::SampleBlock& samples) const {
    sim::expects(probabilities.size() == samples.count() * model_.classes(), "one row of probabilities per sample");
    Confusion confusion{model_.classes()};
    for (std::size_t i = 0; i < samples.count(); ++i) {
        const auto row = probabilities.subspan(i * model_.classes(), model_.classes());
        const auto truth = static_cast<std::uint32_t>(samples.labels()[i]);
        confusion.add(truth, arg_max(row), -std::log(std::max(1e-12, static_cast<double>(row[truth]))));
    }
    return confusion;
}

std::vector<float> soft_vote(std::span<const std::vector<float>> members) {
    return mean_of_others(members, members.size());
}

std::vector<float> soft_vote_without(std::span<const std::vector<float>> members, std::size_t left_out) {
    return mean_of_others(members, left_out);
}

}  // namespace mlaasim::fl
