// What techniques of adaptation at test time cost beside plain inference, in one thread.
//
//     bench_techniques [turns]
//
// All is measured in turn, in processor time, and the best of each counts. Prints a line for each figure.
#include <ATen/Parallel.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

#include "chosen.hpp"
#include "fl/engine.hpp"
#include "processor_time.hpp"
#include "sim/data/synthetic_digits.hpp"
#include "tta/features.hpp"
#include "tta/techniques/technique.hpp"
#include "tta/techniques/views.hpp"

namespace {

using namespace mlaasim;
using bench::chosen;

constexpr std::size_t window = 256;
constexpr std::size_t memo_samples = 16;
constexpr std::size_t memo_views = 32;

sim::SampleBlock digits(std::size_t count) {
    static const sim::DecodedDataset all = sim::generate_synthetic_digits({1}, window, 10);
    static const sim::SamplePool pool{all.shape, all.classes, all.train.values, all.train.labels};
    std::vector<std::uint32_t> indices(count);
    std::iota(indices.begin(), indices.end(), 0U);
    sim::SampleBlock block;
    block.read({.pool = &pool, .mean = 0.13F, .deviation = 0.3F, .indices = indices, .round = sim::Round{1}});
    return block;
}

void measure(const std::string& name, const std::string& architecture, int turns) {
    const sim::SampleBlock samples = digits(window);
    const sim::SampleBlock few = digits(memo_samples);
    const fl::Model model{chosen<fl::Architecture>(architecture, fl::architecture_kinds()), samples.shape(), 10};
    sim::AlignedVector<float> parameters(model.layout().size());
    model.initialise(parameters, {{1}, sim::Purpose::model_init, 0, 0});
    const fl::EngineChoice fused = fl::choose_engine(fl::Engine::automatic, model);
    fl::ModelEvaluator evaluator = fl::make_evaluator(fused, model, window);
    fl::ModelEvaluator reference = fl::make_evaluator({.fused = false}, model, window);
    tta::FeatureReader features{model, fused, window};
    const auto adapter = fl::make_batch_norm_adapter(fused, model);
    const auto lame = chosen<tta::Technique>("{kind: lame}", tta::technique_kinds());
    const auto memo = chosen<tta::Technique>("{kind: memo}", tta::technique_kinds());
    const auto stream = [&adapter](const sim::SampleBlock& block) {
        return tta::Stream{.samples = block,
                           .mean = 0.13F,
                           .deviation = 0.3F,
                           .random = {{1}, sim::Purpose::views, 0, 1},
                           .fused = true,
                           .adapter = adapter.get()};
    };
    const std::array<std::function<void()>, 5> works{
        [&] { static_cast<void>(evaluator.probabilities(parameters, samples)); },
        [&] { static_cast<void>(reference.probabilities(parameters, samples)); },
        [&] {
            const tta::FeaturedPredictions answers = features.read(parameters, samples);
            static_cast<void>(lame->adjusted(answers.features, answers.probabilities, 10));
        },
        [&] {
            sim::AlignedVector<float> adapted = parameters;
            tta::Memory memory;
            memo->adapt(model, adapted, memory, stream(few));
        },
        [&] {
            sim::RandomStream random = stream(few).random;
            tta::Views views{few.shape(), 0.13F, 0.3F, false};
            std::vector<float> view(few.shape().size());
            for (std::size_t i = 0; i < memo_samples * memo_views; ++i) {
                if (i % memo_views == 0) {
                    views.take({few.sample(i / memo_views), few.shape().size()});
                }
                views.draw(view, random);
            }
        }};
    std::array<double, works.size()> best{};
    best.fill(1e30);
    for (int turn = 0; turn < turns; ++turn) {
        for (std::size_t w = 0; w < works.size(); ++w) {
            best[w] = std::min(best[w], seconds_of(works[w]));
        }
    }
    if (model.layout().has_batch_norm()) {
        for (const char* const word : {"batch_norm", "tent", "rdumb", "rotta"}) {
            const auto one = chosen<tta::Technique>("{kind: " + std::string{word} + "}", tta::technique_kinds());
            double least = 1e30;
            for (int turn = 0; turn < turns; ++turn) {
                least = std::min(least, seconds_of([&] {
                                     sim::AlignedVector<float> adapted = parameters;
                                     tta::Memory memory;
                                     one->adapt(model, adapted, memory, stream(samples));
                                 }));
            }
            std::printf("%s: %s %.2f ms: %.2f times plain\n", name.c_str(), word, 1e3 * least, least / best[0]);
        }
    }
    const double plain = 1e6 * best[0] / window;
    const double torch = 1e6 * best[1] / window;
    const double with_lame = 1e6 * best[2] / window;
    const double with_memo = 1e6 * best[3] / memo_samples + plain;
    const double passes = 3.0 * (memo_views + 1);
    std::printf("%s: plain %.2f us a sample, on LibTorch %.2f\n", name.c_str(), plain, torch);
    std::printf("  lame %.2f us: %.2f times plain\n", with_lame, with_lame / plain);
    std::printf("  memo, %zu views: %.1f us; (3 x 33 plain) / memo = %.2f, of LibTorch's plain %.2f\n", memo_views,
                with_memo, passes * plain / with_memo, passes * torch / with_memo);
    std::printf("  views: %.1f %% of it\n", 100.0 * 1e6 * best[4] / memo_samples / with_memo);
}

}  // namespace

int main(int count, char** arguments) {
    at::set_num_threads(1);
    const int turns = count > 1 ? std::atoi(arguments[1]) : 20;
    measure("cnn [16, 32], hidden 64", "{kind: cnn, channels: [16, 32], hidden: [64]}", turns);
    measure("cnn [8, 16], hidden 32", "{kind: cnn, channels: [8, 16], hidden: [32]}", turns);
    measure("mlp 784-64-10", "{kind: mlp, hidden: [64]}", turns);
    return 0;
}
