#include <algorithm>

#include "sim/core/aligned.hpp"
#include "sim/core/error.hpp"
#include "tta/techniques/technique.hpp"

namespace mlaasim::tta {
namespace {

/// Layer by layer, front to back, the running statistics of batch norm become
///     prior * source + (1 - prior) * those of the samples,
/// and each layer sees inputs that the layers before it normalised by their new statistics (Schneider et al. 2020; with
/// prior 0 it is TTA-BN as it comes with TENT). With ema below 1 the service remembers the stream: what it takes are
/// the statistics remembered,
///     remembered = (1 - ema) remembered + ema batch.
struct BatchNorm final : Technique {
    double prior = 0.0;
    double ema = 1.0;

    [[nodiscard]] Changes changes() const override { return Changes::statistics; }
    [[nodiscard]] bool remembers() const override { return ema < 1.0; }
    [[nodiscard]] sim::Needs needs() const override { return {sim::Need::batch_norm}; }
    /// For a variance.
    [[nodiscard]] std::int64_t fewest_samples() const override { return 2; }

    void adapt(const fl::Model& model, std::span<float> parameters, Memory& memory,
               const Stream& stream) const override {
        sim::expects(stream.samples.count() >= 2, "a variance needs two samples");
        if (remembers()) {
            by_memory(model, parameters, memory, stream);
        } else {
            move(stream, parameters, 1.0 - prior);
        }
    }

private:
    static void move(const Stream& stream, std::span<float> parameters, double share) {
        stream.adapter->adapt(parameters, stream.samples, stream.samples.count(), {.share = share});
    }

    /// Mean and variance of each layer of batch norm, from the front.
    static std::vector<std::span<float>> statistics_of(const fl::Model& model, std::span<float> parameters) {
        std::vector<std::span<float>> all;
        for (const sim::ParameterBlock& block : model.layout().blocks()) {
            if (!block.trainable()) {
                all.push_back(model.layout().view(parameters, block));
            }
        }
        return all;
    }

    /// The memory holds mean and variance of each layer, one after the other.
    void by_memory(const fl::Model& model, std::span<float> parameters, Memory& memory, const Stream& stream) const {
        sim::AlignedVector<float> remembered{parameters.begin(), parameters.end()};
        const auto taken = statistics_of(model, remembered);
        const bool first = memory.empty();
        std::size_t numbers = 0;
        for (const std::span<float> values : taken) {
            numbers += values.size();
        }
        sim::expects(first || memory.size() == numbers, "the memory is one that batch_norm left of this model");
        auto number = memory.begin();
        for (const std::span<float> values : first ? std::vector<std::span<float>>{} : taken) {
            std::ranges::generate(values, [&] { return static_cast<float>(*number++); });
        }
        move(stream, remembered, first ? 1.0 : ema);
        memory.clear();
        const auto own = statistics_of(model, parameters);
        for (std::size_t i = 0; i < own.size(); ++i) {
            memory.insert(memory.end(), taken[i].begin(), taken[i].end());
            std::ranges::transform(own[i], taken[i], own[i].begin(), [&](float source, float of_stream) {
                return static_cast<float>(prior * static_cast<double>(source) +
                                          (1.0 - prior) * static_cast<double>(of_stream));
            });
        }
    }
};

void declare(sim::OptionVisitor& visitor, BatchNorm& options) {
    visitor.option(
        "prior", options.prior,
        {.doc = "Weight of the source statistics; 0 = those of the stream alone", .range = sim::between(0, 1)});
    visitor.option("ema", options.ema,
                   {.doc = "Weight of the newest batch in the statistics of the stream; below 1 those of earlier "
                           "adaptations are remembered",
                    .range = {.low = 0, .high = 1, .low_open = true}});
}

}  // namespace

sim::Kind<Technique> batch_norm_technique() {
    return sim::Kind<Technique>::of<BatchNorm>("batch_norm", "batch norm takes the mean and variance of the stream");
}

}  // namespace mlaasim::tta
