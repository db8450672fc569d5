// Techniques of adaptation at test time on streams, as a client sees them: each batch is predicted, then adapted to.
//
//     bench_streams FIRST_SEED LAST_SEED [DIR]
//
// Digits are those of MNIST where DIR holds it, else generated; windows of sensors are generated. A model is trained
// for each seed, and streams are drawn from the first half of the test samples. Prints a row for each data set,
// corruption, order, technique and seed: the accuracy over the stream, in points.
#include <ATen/Parallel.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <numeric>
#include <optional>
#include <string>
#include <vector>

#include "chosen.hpp"
#include "fl/engine.hpp"
#include "sim/data/idx_dataset.hpp"
#include "sim/data/synthetic_digits.hpp"
#include "sim/data/synthetic_sensors.hpp"
#include "sim/drift/schedule.hpp"
#include "tta/features.hpp"
#include "tta/techniques/batches.hpp"
#include "tta/techniques/technique.hpp"

namespace {

using namespace mlaasim;
using bench::chosen;

constexpr std::uint32_t trained_on = 2000;
constexpr std::uint32_t stream_length = 1024;
constexpr std::size_t batch = 64;

/// What a corruption does to a client from round 1 on; nothing where the text is empty.
sim::DriftState drifting(const std::string& text) {
    if (text.empty()) {
        return {};
    }
    std::vector<sim::DriftOptions> entries(1);
    sim::OptionsDocument{text, "bench"}.read([&](sim::OptionVisitor& visitor) { declare(visitor, entries.front()); });
    return sim::DriftSchedule{entries, 1, 1, 256, {1}}.client(sim::ClientId{0}, sim::Round{1});
}

struct World {
    std::string name;
    std::string model;
    std::string training;
    std::vector<std::pair<std::string, std::string>> corruptions;
    sim::DecodedDataset data;
};

/// Samples of the pool, in no order or in runs: the samples of each class are dealt to slots of 64 by Dirichlet(.1).
std::vector<std::uint32_t> order_of(const sim::SamplePool& pool, bool in_runs, sim::RandomStream& random) {
    std::vector<std::uint32_t> drawn(pool.count() / 2);
    std::iota(drawn.begin(), drawn.end(), 0U);
    random.shuffle(drawn);
    drawn.resize(std::min<std::size_t>(drawn.size(), stream_length));
    if (!in_runs) {
        return drawn;
    }
    std::vector<std::vector<std::uint32_t>> slots(drawn.size() / batch);
    for (std::uint32_t label = 0; label < pool.classes; ++label) {
        std::vector<double> shares;
        double total = 0.0;
        for (std::size_t s = 0; s < slots.size(); ++s) {
            shares.push_back(random.gamma(0.1));
            total += shares.back();
        }
        for (const std::uint32_t sample : drawn) {
            if (pool.labels[sample] != label) {
                continue;
            }
            double left = random.uniform() * total;
            std::size_t slot = 0;
            while (slot + 1 < slots.size() && left >= shares[slot]) {
                left -= shares[slot++];
            }
            slots[slot].push_back(sample);
        }
    }
    drawn.clear();
    for (auto& slot : slots) {
        random.shuffle(slot);
        drawn.insert(drawn.end(), slot.begin(), slot.end());
    }
    return drawn;
}

class Player {
public:
    Player(const World& world, std::uint64_t seed)
        : world_{world},
          seed_{seed},
          train_{world.data.shape, world.data.classes, world.data.train.values, world.data.train.labels},
          test_{world.data.shape, world.data.classes, world.data.test.values, world.data.test.labels},
          model_{chosen<fl::Architecture>(world.model, fl::architecture_kinds()), world.data.shape, world.data.classes},
          source_(model_.layout().size()),
          adapter_{fl::make_batch_norm_adapter(engine_, model_)},
          features_{model_, engine_, batch} {
        double sum = 0.0;
        double squares = 0.0;
        for (const std::uint8_t byte : train_.values) {
            sum += byte / 255.0;
            squares += byte / 255.0 * (byte / 255.0);
        }
        const auto count = static_cast<double>(train_.values.size());
        mean_ = static_cast<float>(sum / count);
        deviation_ = static_cast<float>(std::sqrt(squares / count - sum / count * (sum / count)));
        std::vector<std::uint32_t> own(train_.count());
        std::iota(own.begin(), own.end(), 0U);
        sim::RandomStream random{{seed}, sim::Purpose::test, 0, 0};
        random.shuffle(own);
        own.resize(trained_on);
        model_.initialise(source_, {{seed}, sim::Purpose::model_init, 0, 0});
        fl::TrainingOptions options;
        sim::OptionsDocument{world.training, "bench"}.read(
            [&](sim::OptionVisitor& visitor) { declare(visitor, options); });
        const fl::TrainingJob job{sim::ServiceId{0}, samples(train_, own, {}), source_};
        sim::AlignedVector<float> trained;
        fl::make_trainer(engine_, model_, options)
            ->train({&job, 1}, {seed}, sim::Round{1}, [&](const fl::LocalUpdate& update) {
                trained.assign(update.parameters().begin(), update.parameters().end());
            });
        source_ = trained;
    }

    void play() {
        for (const auto& [name, corruption] : world_.corruptions) {
            for (const bool in_runs : {false, true}) {
                sim::RandomStream random{{seed_}, sim::Purpose::test, 1, 0};
                const std::vector<std::uint32_t> order = order_of(test_, in_runs, random);
                sim::SampleBlock stream;
                stream.read(samples(test_, order, drifting(corruption)));
                const std::string row = world_.name + "," + name + "," + (in_runs ? "runs" : "iid") + ",";
                for (const char* const word : {"none", "batch_norm", "rotta", "lame"}) {
                    report(row + word, by_technique(word, stream));
                }
            }
        }
    }

private:
    [[nodiscard]] sim::SampleSource samples(const sim::SamplePool& pool, std::span<const std::uint32_t> indices,
                                            sim::DriftState drift) const {
        return {.pool = &pool,
                .mean = mean_,
                .deviation = deviation_,
                .indices = indices,
                .drift = std::move(drift),
                .seed = {seed_},
                .round = sim::Round{1}};
    }

    double by_technique(const std::string& word, const sim::SampleBlock& stream) {
        std::optional<sim::Chosen<tta::Technique>> technique;
        if (word != "none") {
            technique =
                chosen<tta::Technique>(word == "batch_norm" ? "{kind: batch_norm, ema: 0.05}" : "{kind: " + word + "}",
                                       tta::technique_kinds());
        }
        sim::AlignedVector<float> parameters = source_;
        tta::Memory memory;
        double right = 0.0;
        std::uint32_t round = 0;
        for (const tta::Batch& part : tta::batches_of(stream.count(), batch)) {
            std::vector<std::uint32_t> indices(part.count);
            std::iota(indices.begin(), indices.end(), static_cast<std::uint32_t>(part.first));
            sim::SampleBlock now;
            now.take(stream, indices);
            const tta::FeaturedPredictions answers = features_.read(parameters, now);
            right += right_among(stream, part,
                                 technique
                                     ? (*technique)->adjusted(answers.features, answers.probabilities, model_.classes())
                                     : answers.probabilities);
            if (technique) {
                (*technique)
                    ->adapt(model_, parameters, memory,
                            {.samples = now,
                             .mean = mean_,
                             .deviation = deviation_,
                             .random = {{seed_}, sim::Purpose::views, 0, ++round},
                             .fused = true,
                             .adapter = adapter_.get()});
            }
        }
        return right / static_cast<double>(stream.count());
    }

    [[nodiscard]] double right_among(const sim::SampleBlock& stream, const tta::Batch& part,
                                     const std::vector<float>& probabilities) const {
        double right = 0.0;
        for (std::size_t i = 0; i < part.count; ++i) {
            const auto row = probabilities.begin() + static_cast<std::ptrdiff_t>(i * model_.classes());
            const auto best = std::max_element(row, row + model_.classes()) - row;
            right += best == stream.labels()[part.first + i] ? 1.0 : 0.0;
        }
        return right;
    }

    void report(const std::string& row, double accuracy) const {
        std::printf("%s,%llu,%.3f\n", row.c_str(), static_cast<unsigned long long>(seed_), 100.0 * accuracy);
    }

    const World& world_;
    std::uint64_t seed_;
    sim::SamplePool train_;
    sim::SamplePool test_;
    fl::EngineChoice engine_{.fused = true, .reason = "measured"};
    fl::Model model_;
    sim::AlignedVector<float> source_;
    std::unique_ptr<fl::BatchNormAdapter> adapter_;
    tta::FeatureReader features_;
    float mean_ = 0.0F;
    float deviation_ = 1.0F;
};

}  // namespace

int main(int count, char** arguments) {
    at::set_num_threads(1);
    if (count < 3) {
        std::fprintf(stderr, "bench_streams FIRST_SEED LAST_SEED [DIR]\n");
        return 2;
    }
    const std::vector<World> worlds{
        {"digits",
         "{kind: cnn, channels: [16, 32], hidden: [64]}",
         "{epochs: 6, batch_size: 32, learning_rate: 0.03, momentum: 0.9}",
         {{"clean", ""},
          {"brightness", "{kind: brightness, magnitude: 0.5}"},
          {"fog", "{kind: fog}"},
          {"glass_blur", "{kind: glass_blur}"},
          {"stripe", "{kind: stripe}"},
          {"impulse_noise", "{kind: impulse_noise}"}},
         count > 3 ? sim::decode_idx(sim::find_idx_files(
                         {.source = "mnist", .usual = "mnist", .of_torchvision = "MNIST/raw"}, arguments[3]))
                   : sim::generate_synthetic_digits({1}, 4000, 4000)},
        {"sensors",
         "{kind: cnn1d, channels: [16, 32], hidden: [64]}",
         "{epochs: 6, batch_size: 32, learning_rate: 0.01, momentum: 0.9}",
         {{"clean", ""},
          {"gain", "{kind: gain}"},
          {"bias", "{kind: bias}"},
          {"axis_rotation", "{kind: axis_rotation, magnitude: 30}"},
          {"missing_channel", "{kind: missing_channel}"}},
         sim::generate_synthetic_sensors({1}, 4000, 4000)}};
    for (std::uint64_t seed = std::strtoull(arguments[1], nullptr, 10);
         seed <= std::strtoull(arguments[2], nullptr, 10); ++seed) {
        for (const World& world : worlds) {
            Player{world, seed}.play();
        }
        std::fflush(stdout);
    }
    return 0;
}
