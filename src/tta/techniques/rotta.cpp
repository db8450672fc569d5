#include <algorithm>
#include <cmath>
#include <string_view>

#include "sim/core/aligned.hpp"
#include "sim/core/error.hpp"
#include "tta/softmax.hpp"
#include "tta/techniques/balanced_memory.hpp"
#include "tta/techniques/batches.hpp"
#include "tta/techniques/technique.hpp"
#include "tta/techniques/views.hpp"

namespace mlaasim::tta {
namespace {

/// RoTTA (Yuan et al. 2023), for streams whose classes come in runs. A teacher predicts the stream sample by sample,
/// and a memory keeps about equally many samples of each predicted class. After every `every` samples
///  - statistics of teacher and student move to those of the memory: (1 - alpha) running + alpha memory,
///  - Adam takes a step on the student's gamma and beta. The loss is the mean, over the memory, of the cross-entropy
///    between the teacher's prediction of a sample and the student's of a view of it, times the sample's timeliness
///    exp(-a) / (1 + exp(-a)), a = age / capacity,
///  - teacher = (1 - nu) teacher + nu student.
/// The statistics count as constants in the gradient: there it departs from the authors' code, whose
/// gradient passes through the batch's part of them. The teacher is the result. Memory, Adam and the count of samples
/// are remembered; teacher and student start as the model that training gives.
struct RoTta final : Technique {
    std::int64_t capacity = 64;
    std::int64_t every = 64;
    double alpha = 0.05;
    double nu = 0.001;
    double rate = 1e-3;

    [[nodiscard]] Changes changes() const override { return Changes::affine; }
    [[nodiscard]] double passes() const override { return 9.0; }
    [[nodiscard]] bool remembers() const override { return true; }
    [[nodiscard]] sim::Needs needs() const override { return {sim::Need::batch_norm}; }

    void adapt(const fl::Model& model, std::span<float> parameters, Memory& memory,
               const Stream& stream) const override {
        BalancedMemory kept{static_cast<std::size_t>(capacity), model.classes()};
        fl::AffineAdam adam;
        double shown = load(memory, kept, adam, stream.samples.shape().size());
        sim::AlignedVector<float> student{parameters.begin(), parameters.end()};
        sim::RandomStream random = stream.random;
        Views views{stream.samples.shape(), stream.mean, stream.deviation, /*mirror=*/false};
        std::size_t done = 0;
        while (done < stream.samples.count()) {
            const auto to_step = static_cast<std::size_t>(every) -
                                 static_cast<std::size_t>(std::fmod(shown, static_cast<double>(every)));
            const std::size_t count = std::min(to_step, stream.samples.count() - done);
            show(*stream.adapter, parameters, stream.samples, {done, count}, model.classes(), kept);
            done += count;
            shown += static_cast<double>(count);
            if (count == to_step && !kept.items().empty()) {
                step(model, *stream.adapter, parameters, student, kept, adam, views, random);
            }
        }
        memory = {shown, adam.steps, static_cast<double>(adam.first.size())};
        memory.insert(memory.end(), adam.first.begin(), adam.first.end());
        memory.insert(memory.end(), adam.second.begin(), adam.second.end());
        kept.save(memory);
    }

    /// Of the cross-entropy between predictions of the samples and of views of them, all samples alike.
    [[nodiscard]] std::vector<float> gradient(const fl::Model& model, std::span<const float> parameters,
                                              const Stream& stream) const override {
        sim::RandomStream random = stream.random;
        Views views{stream.samples.shape(), stream.mean, stream.deviation, /*mirror=*/false};
        Rows rows{stream.samples.count(), stream.samples.shape().size()};
        for (std::size_t i = 0; i < stream.samples.count(); ++i) {
            std::copy_n(stream.samples.sample(i), rows.size, rows.plain(i).begin());
            views.draw(rows.plain(i), rows.view(i), random);
        }
        sim::AlignedVector<float> at{parameters.begin(), parameters.end()};
        stream.adapter->begin(at, rows.plain(0).data(), rows.count);
        const std::vector<double> wanted = predictions(*stream.adapter, rows.count, model.classes());
        std::vector<float> gradient(parameters.size());
        stream.adapter->begin(at, rows.view(0).data(), rows.count);
        follow(*stream.adapter, wanted, std::vector<double>(rows.count, 1.0), gradient);
        return gradient;
    }

private:
    /// Samples and a view of each, as kernels read them.
    struct Rows {
        Rows(std::size_t samples, std::size_t sample_size)
            : count{samples},
              size{sample_size},
              stride{sim::padded_floats(sample_size)},
              values(2 * samples * stride, 0.0F) {}
        [[nodiscard]] std::span<float> plain(std::size_t i) { return {values.data() + i * stride, size}; }
        [[nodiscard]] std::span<float> view(std::size_t i) { return {values.data() + (count + i) * stride, size}; }

        std::size_t count;
        std::size_t size;
        std::size_t stride;
        sim::AlignedVector<float> values;
    };

    /// Gives the samples shown so far.
    static double load(const Memory& memory, BalancedMemory& kept, fl::AffineAdam& adam, std::size_t sample_size) {
        if (memory.empty()) {
            return 0.0;
        }
        constexpr std::string_view why = "the memory is one that rotta left";
        const auto numbers = static_cast<double>(memory.size());
        sim::expects(memory.size() >= 4 && memory[2] >= 0.0 && 4.0 + 2.0 * memory[2] <= numbers, why);
        const double items = memory[3 + 2 * static_cast<std::size_t>(memory[2])];
        sim::expects(4.0 + 2.0 * memory[2] + items * (3.0 + static_cast<double>(sample_size)) == numbers, why);
        adam.steps = memory[1];
        const auto moments = static_cast<std::ptrdiff_t>(memory[2]);
        const auto first = memory.begin() + 3;
        adam.first.assign(first, first + moments);
        adam.second.assign(first + moments, first + 2 * moments);
        kept.load(first + 2 * moments, sample_size);
        return memory[0];
    }

    /// Samples x classes, of the samples and the model that the adapter is at.
    static std::vector<double> predictions(fl::BatchNormAdapter& adapter, std::size_t samples, std::size_t classes) {
        std::vector<double> all(samples * classes);
        adapter.gradient(
            fl::BatchNormAdapter::Normaliser::model,
            [&](const fl::LogitsPart& part) {
                for (std::size_t i = 0; i < part.count; ++i) {
                    static_cast<void>(softmax(std::span<const float>{part.logits + i * part.stride, classes},
                                              std::span{all}.subspan((part.first + i) * classes, classes)));
                }
                return false;
            },
            {});
        return all;
    }

    static void show(fl::BatchNormAdapter& adapter, std::span<float> teacher, const sim::SampleBlock& samples,
                     const Batch& batch, std::size_t classes, BalancedMemory& kept) {
        adapter.begin(teacher, samples.sample(batch.first), batch.count);
        const std::vector<double> all = predictions(adapter, batch.count, classes);
        for (std::size_t i = 0; i < batch.count; ++i) {
            const auto p = std::span{all}.subspan(i * classes, classes);
            const float* const values = samples.sample(batch.first + i);
            kept.show({.label = static_cast<std::uint32_t>(std::ranges::max_element(p) - p.begin()),
                       .uncertainty = entropy_of(p),
                       .values = {values, values + samples.shape().size()}});
        }
    }

    void step(const fl::Model& model, fl::BatchNormAdapter& adapter, std::span<float> teacher, std::span<float> student,
              const BalancedMemory& kept, fl::AffineAdam& adam, Views& views, sim::RandomStream& random) const {
        Rows rows{kept.items().size(), kept.items().front().values.size()};
        std::vector<double> weights;
        for (std::size_t i = 0; i < rows.count; ++i) {
            const BalancedMemory::Item& item = kept.items()[i];
            std::ranges::copy(item.values, rows.plain(i).begin());
            views.draw(item.values, rows.view(i), random);
            weights.push_back(kept.timeliness(item));
        }
        adapter.begin(teacher, rows.plain(0).data(), rows.count);
        adapter.move_statistics(alpha, fl::BatchNormAdapter::Spread::none);
        const std::vector<double> wanted = predictions(adapter, rows.count, model.classes());
        adapter.begin(student, rows.view(0).data(), rows.count);
        adapter.move_statistics(alpha, fl::BatchNormAdapter::Spread::none);
        std::vector<float> gradient(student.size());
        follow(adapter, wanted, weights, gradient);
        adam.step(model, student, gradient, rate);
        for (const sim::ParameterBlock& block : model.layout().blocks()) {
            for (std::size_t i = block.offset; fl::is_affine(block) && i < block.offset + block.count; ++i) {
                teacher[i] = static_cast<float>((1.0 - nu) * static_cast<double>(teacher[i]) +
                                                nu * static_cast<double>(student[i]));
            }
        }
    }

    /// The gradient of the mean of weight x cross-entropy between what is wanted and what the adapter's model predicts.
    static void follow(fl::BatchNormAdapter& adapter, const std::vector<double>& wanted,
                       const std::vector<double>& weights, std::span<float> gradient) {
        const std::size_t classes = wanted.size() / weights.size();
        std::vector<double> given(classes);
        adapter.gradient(
            fl::BatchNormAdapter::Normaliser::model,
            [&](const fl::LogitsPart& part) {
                for (std::size_t i = 0; i < part.count; ++i) {
                    float* const row = part.logits + i * part.stride;
                    static_cast<void>(softmax(std::span<const float>{row, classes}, std::span{given}));
                    const std::size_t sample = part.first + i;
                    for (std::size_t c = 0; c < classes; ++c) {
                        row[c] = static_cast<float>(weights[sample] / static_cast<double>(weights.size()) *
                                                    (given[c] - wanted[sample * classes + c]));
                    }
                }
                return true;
            },
            gradient);
    }
};

void declare(sim::OptionVisitor& visitor, RoTta& options) {
    visitor.option("capacity", options.capacity, {.doc = "Samples in the memory", .range = sim::between(1, 4096)});
    visitor.option("every", options.every,
                   {.doc = "Samples from one step to the next", .range = sim::between(1, 65536)});
    visitor.option("alpha", options.alpha,
                   {.doc = "Weight of the memory's statistics in a step", .range = sim::between(0, 1)});
    visitor.option("nu", options.nu,
                   {.doc = "Weight of the student in the teacher after a step", .range = sim::between(0, 1)});
    visitor.option("rate", options.rate, {.doc = "Learning rate of Adam", .range = sim::positive()});
}

}  // namespace

sim::Kind<Technique> rotta_technique() {
    return sim::Kind<Technique>::of<RoTta>("rotta",
                                           "a memory balanced by class, for streams whose classes come in runs");
}

}  // namespace mlaasim::tta
