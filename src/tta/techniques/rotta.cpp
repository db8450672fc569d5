#include <algorithm>
#include <cmath>
#include <string_view>

#include "sim/core/aligned.hpp"
#include "sim/core/error.hpp"
#include "tta/techniques/balanced_memory.hpp"
#include "tta/techniques/gradient_steps.hpp"
#include "tta/techniques/statistics.hpp"
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
    [[nodiscard]] double passes() const override { return 11.0; }
    [[nodiscard]] bool remembers() const override { return true; }
    [[nodiscard]] sim::Needs needs() const override { return {sim::Need::batch_norm}; }

    void adapt(const fl::Model& model, std::span<float> parameters, Memory& memory,
               const Stream& stream) const override {
        sim::expects(model.layout().has_batch_norm(), "a memory for batch norm needs batch norm");
        BalancedMemory kept{static_cast<std::size_t>(capacity), model.classes()};
        Adam adam;
        double shown = load(memory, kept, adam, stream.samples.shape().size());
        sim::AlignedVector<float> student{parameters.begin(), parameters.end()};
        sim::RandomStream random = stream.random;
        Views views{stream.samples.shape(), stream.mean, stream.deviation, /*mirror=*/false};
        std::size_t done = 0;
        while (done < stream.samples.count()) {
            const auto to_step = static_cast<std::size_t>(every) -
                                 static_cast<std::size_t>(std::fmod(shown, static_cast<double>(every)));
            const std::size_t count = std::min(to_step, stream.samples.count() - done);
            show(model, parameters, stream.samples, {done, count}, kept);
            done += count;
            shown += static_cast<double>(count);
            if (count == to_step && !kept.items().empty()) {
                step(model, parameters, student, kept, adam, views, random);
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
        const std::vector<double> weights(rows.count, 1.0);
        return gradient_at(model, parameters, Leaves::affine, [&](const fl::ParameterTensors& tensors) {
            cross_entropy(model, tensors, tensors, rows, weights).backward();
        });
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
    static double load(const Memory& memory, BalancedMemory& kept, Adam& adam, std::size_t sample_size) {
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

    static void show(const fl::Model& model, std::span<float> teacher, const sim::SampleBlock& samples,
                     const Batch& batch, BalancedMemory& kept) {
        const at::NoGradGuard no_gradients;
        const fl::ParameterTensors tensors{model, teacher, /*gradients=*/false};
        const at::Tensor logits =
            fl::forward(model, tensors, fl::batch_of(model, samples.sample(batch.first), batch.count),
                        fl::BatchNormMode::evaluation);
        const at::Tensor labels = logits.argmax(1).contiguous();
        const at::Tensor uncertain = entropies(logits).to(at::kDouble).contiguous();
        const std::size_t size = samples.shape().size();
        for (std::size_t i = 0; i < batch.count; ++i) {
            const float* const values = samples.sample(batch.first + i);
            kept.show({.label = static_cast<std::uint32_t>(labels.const_data_ptr<std::int64_t>()[i]),
                       .uncertainty = uncertain.const_data_ptr<double>()[i],
                       .values = {values, values + size}});
        }
    }

    void step(const fl::Model& model, std::span<float> teacher, std::span<float> student, const BalancedMemory& kept,
              Adam& adam, Views& views, sim::RandomStream& random) const {
        Rows rows{kept.items().size(), kept.items().front().values.size()};
        std::vector<double> weights;
        for (std::size_t i = 0; i < rows.count; ++i) {
            const BalancedMemory::Item& item = kept.items()[i];
            std::ranges::copy(item.values, rows.plain(i).begin());
            views.draw(item.values, rows.view(i), random);
            weights.push_back(kept.timeliness(item));
        }
        move_statistics(model, teacher, fl::batch_of(model, rows.plain(0).data(), rows.count), 1.0 - alpha);
        move_statistics(model, student, fl::batch_of(model, rows.view(0).data(), rows.count), 1.0 - alpha);
        {
            const fl::ParameterTensors of_teacher{model, teacher, /*gradients=*/false};
            Differentiable of_student{model, student, Leaves::affine};
            cross_entropy(model, of_teacher, of_student.tensors(), rows, weights).backward();
            adam.step(of_student.leaves(), rate);
        }
        for (const sim::ParameterBlock& block : model.layout().blocks()) {
            if (block.kind == sim::ParameterKind::bn_gamma || block.kind == sim::ParameterKind::bn_beta) {
                for (std::size_t i = block.offset; i < block.offset + block.count; ++i) {
                    teacher[i] = static_cast<float>((1.0 - nu) * static_cast<double>(teacher[i]) +
                                                    nu * static_cast<double>(student[i]));
                }
            }
        }
    }

    static at::Tensor cross_entropy(const fl::Model& model, const fl::ParameterTensors& teacher,
                                    const fl::ParameterTensors& student, Rows& rows,
                                    const std::vector<double>& weights) {
        const at::Tensor plain = fl::batch_of(model, rows.plain(0).data(), rows.count);
        const at::Tensor wanted =
            at::softmax(fl::forward(model, teacher, plain, fl::BatchNormMode::evaluation), 1).detach();
        const at::Tensor views = fl::batch_of(model, rows.view(0).data(), rows.count);
        const at::Tensor given = at::log_softmax(fl::forward(model, student, views, fl::BatchNormMode::evaluation), 1);
        return (-(wanted * given).sum(1) * at::tensor(weights, at::kDouble).to(at::kFloat)).mean();
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
