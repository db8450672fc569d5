#include <algorithm>

#include "fl/torch.hpp"
#include "sim/core/error.hpp"
#include "tta/techniques/statistics.hpp"
#include "tta/techniques/technique.hpp"

namespace mlaasim::tta {
namespace {

/// The running statistics of batch norm move to those of the samples (move_statistics), prior being what is kept of the
/// source (Schneider et al. 2020; with prior 0 it is TTA-BN as it comes with TENT). With ema below 1 the service
/// remembers the stream: what it takes are the statistics remembered,
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
        sim::expects(model.layout().has_batch_norm(), "batch-norm adaptation needs batch norm");
        sim::expects(stream.samples.count() >= 2, "a variance needs two samples");
        const at::Tensor samples = fl::batch_of(model, stream.samples.sample(0), stream.samples.count());
        if (remembers()) {
            by_memory(model, parameters, memory, samples);
        } else {
            move_statistics(model, parameters, samples, prior);
        }
    }

private:
    /// The memory holds mean and variance of each layer, one after the other.
    void by_memory(const fl::Model& model, std::span<float> parameters, Memory& memory,
                   const at::Tensor& samples) const {
        sim::AlignedVector<float> remembered{parameters.begin(), parameters.end()};
        const bool first = memory.empty();
        std::size_t numbers = 0;
        for (const std::size_t block : statistics_blocks(model)) {
            numbers += model.layout().blocks()[block].count;
        }
        sim::expects(first || memory.size() == numbers, "the memory is one that batch_norm left of this model");
        auto number = memory.begin();
        for (const std::size_t block : first ? std::vector<std::size_t>{} : statistics_blocks(model)) {
            for (float& value : model.layout().view(std::span<float>{remembered}, model.layout().blocks()[block])) {
                value = static_cast<float>(*number++);
            }
        }
        move_statistics(model, remembered, samples, first ? 0.0 : 1.0 - ema);
        memory.clear();
        for (const std::size_t block : statistics_blocks(model)) {
            const auto taken = model.layout().view(std::span<const float>{remembered}, model.layout().blocks()[block]);
            memory.insert(memory.end(), taken.begin(), taken.end());
            const auto values = model.layout().view(parameters, model.layout().blocks()[block]);
            std::ranges::transform(values, taken, values.begin(), [&](float source, float stream) {
                return static_cast<float>(prior * static_cast<double>(source) +
                                          (1.0 - prior) * static_cast<double>(stream));
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
