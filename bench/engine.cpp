// The fused engine against a bare LibTorch loop, in one thread: local training, evaluation of many models, aggregation.
//
//     bench_engine [turns [part of a row's name]]
//
// Everything is measured in turn (ours, LibTorch, ours, ...) in processor time, which others' work on the machine
// stretches least, and the best of each counts. MLAASIM_INSTRUCTION_SET chooses that of the fused kernels. Prints one
// JSON object per row: name, ours and reference in microseconds (aggregation: GB/s), and the arithmetic bound in the
// same unit: the products' floating-point operations at the rate of a 512 x 512 x 512 product, measured in the same
// run.
#include <ATen/Parallel.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <nlohmann/json.hpp>
#include <numeric>
#include <string>
#include <vector>

#include "bare_net.hpp"
#include "fl/aggregation/fixed_point_sum.hpp"
#include "fl/engine.hpp"
#include "processor_time.hpp"
#include "sim/core/clones.hpp"
#include "sim/data/cache.hpp"
#include "sim/drift/sample_block.hpp"
#include "sim/scenario_text/options_document.hpp"

namespace {

using namespace mlaasim;

struct Best {
    double ours = 1e30;
    double reference = 1e30;
};

Best in_turn(int turns, const std::function<void()>& ours, const std::function<void()>& reference) {
    Best best;
    for (int turn = 0; turn < turns; ++turn) {
        best.reference = std::min(best.reference, seconds_of(reference));
        best.ours = std::min(best.ours, seconds_of(ours));
    }
    return best;
}

/// Random bytes and labels that live as long as their sources.
class Pool {
public:
    Pool(const sim::SampleShape& shape, std::uint32_t classes, std::size_t count)
        : values_(count * shape.size()), labels_(count), indices_(count) {
        sim::RandomStream random{sim::Seed{1}, sim::Purpose::test, 0, 0};
        std::generate(values_.begin(), values_.end(), [&] { return static_cast<std::uint8_t>(random.below(256)); });
        std::generate(labels_.begin(), labels_.end(), [&] { return static_cast<std::uint8_t>(random.below(classes)); });
        std::iota(indices_.begin(), indices_.end(), 0U);
        pool_ = {shape, classes, values_, labels_};
    }
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    [[nodiscard]] sim::SampleSource source() const {
        return {.pool = &pool_, .mean = 0.5F, .deviation = 0.3F, .indices = indices_};
    }

private:
    std::vector<std::uint8_t> values_;
    std::vector<std::uint8_t> labels_;
    std::vector<std::uint32_t> indices_;
    sim::SamplePool pool_;
};

struct Work {
    std::string name;
    sim::Chosen<fl::Architecture> model{fl::architecture_kinds()};
    bare::Kind kind;
    std::int64_t hidden = 64;
    std::int64_t batch = 32;
};

/// As a scenario has it below `model`.
sim::Chosen<fl::Architecture> architecture(const std::string& options) {
    sim::Chosen<fl::Architecture> chosen{fl::architecture_kinds()};
    sim::OptionsDocument{options, "model"}.read([&](sim::OptionVisitor& visitor) {
        visitor.kind_beside("kind", chosen, fl::architecture_kinds(), {.doc = "the model"});
    });
    return chosen;
}

fl::Model model_of(const Work& work) {
    return {work.model, work.kind == bare::Kind::cnn1d ? sim::SampleShape{9, 1, 128} : sim::SampleShape{1, 28, 28},
            work.kind == bare::Kind::cnn1d ? 6U : 10U};
}

std::vector<std::int64_t> batch_shape(const fl::Model& model, std::int64_t n) {
    const sim::SampleShape& s = model.input();
    return s.height > 1 ? std::vector<std::int64_t>{n, s.channels, s.height, s.width}
                        : std::vector<std::int64_t>{n, s.channels, s.width};
}

/// Floating-point operations in the products of one sample's forward pass, and of forward, gradient of the weights and
/// gradient of the input, which the first layer does not need.
struct Operations {
    double forward = 0.0;
    double training = 0.0;
};
Operations operations(const fl::Model& model) {
    Operations count;
    for (const fl::Layer& layer : model.layers()) {
        double one = 0.0;
        if (layer.kind == fl::LayerKind::linear) {
            one = 2.0 * static_cast<double>(layer.out.size() * layer.in.size());
        } else if (layer.kind == fl::LayerKind::convolution) {
            one = 2.0 * layer.window.height * layer.window.width * static_cast<double>(layer.out.size()) *
                  layer.in.channels;
        }
        count.training += (count.forward == 0.0 ? 2.0 : 3.0) * one;
        count.forward += one;
    }
    return count;
}

/// Floating-point operations a second of LibTorch's matrix product.
double product_rate() {
    const at::NoGradGuard no_gradients;
    const at::Tensor a = at::randn({512, 512});
    const at::Tensor b = at::randn({512, 512});
    double best = 1e30;
    for (int turn = 0; turn < 30; ++turn) {
        best = std::min(best, seconds_of([&] { static_cast<void>(at::mm(a, b)); }));
    }
    return 2.0 * 512 * 512 * 512 / best;
}

void print(const std::string& name, double ours, double reference, double bound) {
    std::printf(
        "%s\n",
        nlohmann::json{{"name", name}, {"ours", ours}, {"reference", reference}, {"bound", bound}}.dump().c_str());
    std::fflush(stdout);
}

void train(const std::string& name, const Work& work, int turns, double rate) {
    constexpr std::int64_t steps = 10;
    const fl::Model model = model_of(work);
    const Pool pool{model.input(), model.classes(), static_cast<std::size_t>(steps * work.batch)};
    sim::AlignedVector<float> start(model.layout().size());
    model.initialise(start, {sim::Seed{1}, sim::Purpose::model_init, 0, 0});
    const auto trainer =
        fl::make_trainer({.fused = true}, model, {.batch_size = work.batch, .learning_rate = bare::learning_rate});
    const fl::TrainingJob job{sim::ServiceId{0}, pool.source(), start};
    bare::Net net{work.kind, work.hidden};
    const at::Tensor x = at::randn(batch_shape(model, steps * work.batch));
    const at::Tensor y = at::randint(net.classes(), {steps * work.batch}, at::kLong);
    const Best best = in_turn(
        turns,
        [&] {
            trainer->train({&job, 1}, sim::Seed{1}, sim::Round{1}, [](const fl::LocalUpdate&) {});
        },
        [&] { bare::train(net, x, y, work.batch); });
    print(name, best.ours / steps * 1e6, best.reference / steps * 1e6,
          operations(model).training * static_cast<double>(work.batch) / rate * 1e6);
}

constexpr std::int64_t evaluated_samples = 2000;

/// Random bytes, of which none repeats often.
sim::SampleBlock dense_samples(const fl::Model& model) {
    const Pool pool{model.input(), model.classes(), evaluated_samples};
    sim::SampleBlock block;
    block.read(pool.source());
    return block;
}

/// The first test images of MNIST when MLAASIM_DATA names a folder, else generated digits.
class Images {
public:
    Images() {
        const char* const folder = std::getenv("MLAASIM_DATA");
        const sim::ResolvedData resolved = sim::resolve_data({}, folder == nullptr ? "" : folder);
        const auto data = sim::open_data(resolved);
        std::vector<std::uint32_t> indices(evaluated_samples);
        std::iota(indices.begin(), indices.end(), 0U);
        block_.read({.pool = &data->dataset().test,
                     .mean = data->dataset().mean,
                     .deviation = data->dataset().deviation,
                     .indices = indices});
        source_ = resolved.source.word();
    }

    [[nodiscard]] const sim::SampleBlock& block() const { return block_; }
    /// The kind of data that was found.
    [[nodiscard]] const std::string& source() const { return source_; }

private:
    sim::SampleBlock block_;
    std::string source_;
};

void evaluate(const std::string& name, const Work& work, const sim::SampleBlock& block, int turns, double rate) {
    constexpr std::size_t models = 100;
    constexpr std::int64_t samples = evaluated_samples;
    const fl::Model model = model_of(work);
    std::vector<sim::AlignedVector<float>> parameters(models);
    std::vector<std::span<const float>> views;
    std::vector<bare::Net> nets;
    for (std::size_t m = 0; m < models; ++m) {
        parameters[m].resize(model.layout().size());
        model.initialise(parameters[m], {sim::Seed{m}, sim::Purpose::model_init, 0, 0});
        views.emplace_back(parameters[m]);
        nets.emplace_back(work.kind, work.hidden);
    }
    fl::ModelEvaluator evaluator = fl::make_evaluator({.fused = true}, model, 256);
    const at::Tensor x =
        at::from_blob(const_cast<float*>(block.sample(0)), batch_shape(model, samples), at::kFloat).clone();
    const at::Tensor y = at::from_blob(const_cast<std::int64_t*>(block.labels().data()), {samples}, at::kLong).clone();
    const Best best = in_turn(
        turns,
        [&] {
            evaluator.load(views);
            static_cast<void>(evaluator.evaluate(block));
        },
        [&] {
            for (const bare::Net& net : nets) {
                static_cast<void>(bare::correct(net, x, y, work.batch));
            }
        });
    print(name, best.ours * 1e6, best.reference * 1e6,
          operations(model).forward * static_cast<double>(samples * models) / rate * 1e6);
}

/// Adds up what `streams` pointers (1 or 4) read side by side.
MLAASIM_CLONES std::uint64_t add_up(const std::uint64_t* const* from, std::size_t streams, std::size_t count) {
    std::array<std::uint64_t, 32> sums{};
    for (std::size_t i = 0; i + 32 <= count; i += 32) {
        for (std::size_t s = 0; s < streams; ++s) {
            for (std::size_t k = 0; k < 32; ++k) {
                sums[k] += from[s][i + k];
            }
        }
    }
    return std::accumulate(sums.begin(), sums.end(), std::uint64_t{0});
}

/// Bytes a second that one thread reads from memory: the better of one and of four streams.
double read_rate(const std::vector<sim::AlignedVector<float>>& rows) {
    volatile std::uint64_t sink = 0;
    double best = 1e30;
    for (const std::size_t streams : {std::size_t{1}, std::size_t{4}}) {
        best = std::min(best, seconds_of([&] {
                            for (std::size_t r = 0; r + streams <= rows.size(); r += streams) {
                                std::array<const std::uint64_t*, 4> from{};
                                for (std::size_t s = 0; s < streams; ++s) {
                                    from[s] = reinterpret_cast<const std::uint64_t*>(rows[r + s].data());
                                }
                                sink = sink + add_up(from.data(), streams, rows[r].size() / 2);
                            }
                        }));
    }
    return static_cast<double>(rows.size() * rows.front().size() * sizeof(float)) / best;
}

void aggregate(const std::string& name, int turns) {
    constexpr std::size_t services = 1000;
    constexpr std::size_t size = 50896;  // MLP 784-64-10 in its layout
    sim::RandomStream random{sim::Seed{1}, sim::Purpose::test, 0, 0};
    std::vector<sim::AlignedVector<float>> rows(services, sim::AlignedVector<float>(size));
    std::vector<std::span<const float>> views;
    std::vector<std::int64_t> weights;
    for (sim::AlignedVector<float>& row : rows) {
        std::generate(row.begin(), row.end(), [&] { return static_cast<float>(random.uniform(-1.0, 1.0)); });
        views.emplace_back(row);
        weights.push_back(1 + random.below(300));
    }
    sim::AlignedVector<float> mean(size);
    fl::FixedPointSum sum{size, {256.0, 300, 300 * static_cast<std::int64_t>(services)}};
    const double bytes = static_cast<double>(services * size * sizeof(float));
    double ours = 1e30;
    double reading = 0.0;
    for (int turn = 0; turn < turns; ++turn) {
        reading = std::max(reading, read_rate(rows));
        ours = std::min(ours, seconds_of([&] {
                            static_cast<void>(sum.add(views, weights));
                            sum.mean(mean);
                        }));
    }
    print(name, bytes / ours / 1e9, reading / 1e9, reading / 1e9);
}

/// Rows whose name holds `wanted`; what makes them is called for those alone.
class Rows {
public:
    explicit Rows(std::string wanted) : wanted_{std::move(wanted)} {}

    void add(const std::string& name, const std::function<void(const std::string& name)>& measure) const {
        const std::string full = name + ", " + fl::fused_instruction_set();
        if (full.find(wanted_) != std::string::npos) {
            measure(full);
        }
    }

private:
    std::string wanted_;
};

}  // namespace

int main(int argc, char** argv) {
    const int turns = argc > 1 ? std::max(1, std::atoi(argv[1])) : 5;
    const Rows rows{argc > 2 ? argv[2] : ""};
    if (const char* const set = std::getenv("MLAASIM_INSTRUCTION_SET"); set != nullptr && *set != '\0') {
        fl::choose_instruction_set(set);
    }
    fl::use_one_thread();
    at::manual_seed(1);
    const double rate = product_rate();
    std::fprintf(stderr, "matrix product 512 x 512 x 512: %.1f GFLOP/s\n", rate / 1e9);
    const auto mlp64 = architecture("{kind: mlp, hidden: [64]}");
    const auto cnn = architecture("{kind: cnn}");
    const auto training = [&](const Work& work, int repeat) {
        rows.add("training step: " + work.name, [&](const std::string& name) { train(name, work, repeat, rate); });
    };
    training({"MLP 784-64-10, batch 32", mlp64, bare::Kind::mlp}, 4 * turns);
    training({"MLP 784-16-10, batch 32", architecture("{kind: mlp, hidden: [16]}"), bare::Kind::mlp, 16}, 4 * turns);
    training({"CNN 1-16-32 (BN), fc 64, batch 32", cnn, bare::Kind::cnn}, turns);
    training({"CNN 1-16-32 (BN), fc 64, batch 256", cnn, bare::Kind::cnn, 64, 256}, turns);
    training({"cnn1d 9-16-32 (BN), fc 64, 128 time steps, batch 32", architecture("{kind: cnn1d}"), bare::Kind::cnn1d},
             turns);
    const Images images;
    const auto evaluation = [&](const Work& work, const std::string& samples, const sim::SampleBlock& block,
                                int repeat) {
        rows.add("evaluation: 100 " + work.name + " on 2,000 samples" + samples,
                 [&](const std::string& name) { evaluate(name, work, block, repeat, rate); });
    };
    const Work mlps{"MLPs 784-64-10", mlp64, bare::Kind::mlp, 64, 256};
    evaluation(mlps, ", " + images.source(), images.block(), turns);
    evaluation(mlps, ", random bytes", dense_samples(model_of(mlps)), turns);
    evaluation({"CNNs 1-16-32", cnn, bare::Kind::cnn, 64, 256}, "", images.block(), std::max(1, turns / 2));
    rows.add("aggregation: weighted mean of 1,000 services x 50,890 parameters, kept in memory, against reading them",
             [&](const std::string& name) { aggregate(name, turns); });
    return 0;
}
