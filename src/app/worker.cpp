#include "app/worker.hpp"

#include <algorithm>
#include <bit>
#include <cstring>
#include <limits>
#include <numeric>
#include <utility>

#include "app/process.hpp"
#include "composition/assessment/functional.hpp"
#include "sim/decomposition.hpp"
#include "sim/error.hpp"
#include "tta/batch_norm.hpp"
#include "tta/composability.hpp"

namespace mlaasim::app {
namespace {

template <class Record>
std::vector<Record> by_service(std::vector<Record> records) {
    std::sort(records.begin(), records.end(), [](const Record& a, const Record& b) { return a.service < b.service; });
    return records;
}

}  // namespace

/// Adds a timing row for the phase when it goes out of scope.
class Worker::Stopwatch {
public:
    Stopwatch(Worker& worker, sim::Round round, std::string_view phase)
        : worker_{worker}, round_{round}, phase_{phase} {}
    Stopwatch(const Stopwatch&) = delete;
    Stopwatch& operator=(const Stopwatch&) = delete;
    ~Stopwatch() {
        const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start_;
        worker_.timing_.push_back({.round = round_.value(),
                                   .rank = static_cast<std::uint32_t>(worker_.communicator_.rank()),
                                   .phase = phase_,
                                   .seconds = seconds.count(),
                                   .resident_mib = resident_mib(),
                                   .items = items});
    }

    std::int64_t items = 0;

private:
    Worker& worker_;
    sim::Round round_;
    std::string_view phase_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

Worker::Worker(const World& world, sim::Communicator communicator)
    : world_{world},
      communicator_{std::move(communicator)},
      evaluator_{world.model(), world.scenario().evaluation.batch_size},
      trainer_{fl::make_autograd_trainer(world.model(), world.scenario().training)},
      initial_(world.model().layout().size()) {
    world.model().initialise(initial_, {world.scenario().random_seed(), sim::Purpose::model_init, 0, 0});
    composition_ = initial_;
    previous_ = initial_;
}

void Worker::serve() {
    for (;;) {
        std::vector<std::byte> bytes;
        communicator_.broadcast(bytes);
        const Command command = Command::unpack(bytes);
        if (command.kind == CommandKind::stop) {
            return;
        }
        dispatch(command);
    }
}

void Worker::dispatch(const Command& command) {
    switch (command.kind) {
        case CommandKind::train: static_cast<void>(train(command)); break;
        case CommandKind::compose: compose(command); break;
        case CommandKind::evaluate: static_cast<void>(evaluate(command)); break;
        case CommandKind::leave_one_out: static_cast<void>(leave_one_out(command)); break;
        case CommandKind::update_distances: static_cast<void>(update_distances(command)); break;
        case CommandKind::fetch_rows: static_cast<void>(fetch_rows(command)); break;
        case CommandKind::adapt: static_cast<void>(adapt(command)); break;
        case CommandKind::forget: forget(command); break;
        case CommandKind::restore: restore(command); break;
        case CommandKind::collect_timing: static_cast<void>(collect_timing()); break;
        case CommandKind::vote_to_stop: static_cast<void>(vote_to_stop()); break;
        case CommandKind::stop: break;
    }
}

std::int64_t Worker::weight(sim::ServiceId service) const {
    return fl::aggregation_weight(world_.scenario().composition.aggregation, world_.training_count(service));
}

fl::FixedPointScale Worker::scale_for(std::span<const sim::ServiceId> services,
                                      std::span<const float> reference) const {
    std::int64_t largest = 1;
    std::int64_t total = 0;
    for (const sim::ServiceId service : services) {
        largest = std::max(largest, weight(service));
        total += weight(service);
    }
    return {fl::divergence_bound(reference), largest, std::max(largest, total)};
}

std::vector<sim::ServiceId> Worker::mine(std::span<const sim::ServiceId> services) const {
    std::vector<double> costs(services.size());
    std::transform(services.begin(), services.end(), costs.begin(),
                   [&](sim::ServiceId service) { return world_.training_cost(service); });
    const auto placement = sim::Decomposition::balance(costs, communicator_.size());
    std::vector<sim::ServiceId> own;
    for (const std::uint32_t item : placement.items(communicator_.rank())) {
        own.push_back(services[item]);
    }
    return own;
}

std::vector<sim::ClientId> Worker::my_clients() const {
    const std::vector<double> costs(world_.clients(), 1.0);
    const auto placement = sim::Decomposition::balance(costs, communicator_.size());
    std::vector<sim::ClientId> own;
    for (const std::uint32_t item : placement.items(communicator_.rank())) {
        own.emplace_back(item);
    }
    return own;
}

std::vector<sim::ServiceId> Worker::owned(std::span<const sim::ServiceId> services) const {
    std::vector<sim::ServiceId> result;
    for (const sim::ServiceId service : services) {
        const auto row = rows_.find(service);
        if (row != rows_.end() && row->second.owned) {
            result.push_back(service);
        }
    }
    return result;
}

std::span<const float> Worker::start_of(sim::ServiceId service, StartFrom start) const {
    if (start == StartFrom::composition) {
        return composition_;
    }
    const auto row = rows_.find(service);
    return row == rows_.end() ? std::span<const float>{initial_} : row->second.values;
}

void Worker::keep(sim::ServiceId service, std::span<const float> parameters) {
    Row& row = rows_[service];
    row.values.assign(parameters.begin(), parameters.end());
    row.owned = true;
}

void Worker::share_rows(std::span<const sim::ServiceId> services) {
    const std::size_t size = initial_.size();
    const std::vector<sim::ServiceId> own = owned(services);
    std::vector<float> packed;
    packed.reserve(own.size() * size);
    for (const sim::ServiceId service : own) {
        const auto& values = rows_.at(service).values;
        packed.insert(packed.end(), values.begin(), values.end());
    }
    const auto ids = communicator_.gather_everywhere(std::as_bytes(std::span{own}));
    const auto values = communicator_.gather_everywhere(std::as_bytes(std::span{packed}));
    for (std::size_t rank = 0; rank < ids.size(); ++rank) {
        if (static_cast<int>(rank) == communicator_.rank()) {
            continue;
        }
        for (std::size_t i = 0; i < ids[rank].size() / sizeof(sim::ServiceId); ++i) {
            sim::ServiceId service;
            std::memcpy(&service, ids[rank].data() + i * sizeof service, sizeof service);
            Row& row = rows_[service];
            row.values.resize(size);
            row.owned = false;
            std::memcpy(row.values.data(), values[rank].data() + i * size * sizeof(float), size * sizeof(float));
        }
    }
}

void Worker::measure_holdout(ServiceReport& report, std::span<const float> parameters, sim::Round round) {
    const sim::SampleSource held_out = world_.holdout_samples(report.service, round);
    if (held_out.indices.empty()) {
        return;
    }
    block_.read(held_out);
    const fl::Confusion confusion = evaluator_.evaluate(parameters, block_);
    report.holdout_correct = confusion.correct();
    report.holdout_total = confusion.total();
}

std::vector<ServiceReport> Worker::train(const Command& command) {
    const bool ensemble = world_.scenario().is_ensemble();
    if (command.install) {
        previous_ = composition_;
        if (!ensemble) {
            rows_.clear();
        }
    }
    fl::FixedPointSum sum{initial_.size(), scale_for(command.services, composition_)};
    std::vector<ServiceReport> reports;
    {
        Stopwatch stopwatch{*this, command.round, command.install ? "train" : "trial"};
        std::vector<fl::TrainingJob> jobs;
        for (const sim::ServiceId service : mine(command.services)) {
            jobs.push_back(
                {service, world_.training_samples(service, command.round), start_of(service, command.start)});
        }
        stopwatch.items = static_cast<std::int64_t>(jobs.size());
        trainer_->train(jobs, world_.scenario().random_seed(), command.round, [&](const fl::LocalUpdate& update) {
            ServiceReport report{.service = update.service, .samples = update.samples, .loss = update.loss};
            if (sum.add(update.parameters, weight(update.service)) == fl::FixedPointSum::Outcome::added) {
                measure_holdout(report, update.parameters, command.round);
                if (command.keep == Keep::yes) {
                    keep(update.service, update.parameters);
                }
            } else {
                report.status = TrainingStatus::diverged;
                report.loss = 0.0;
            }
            reports.push_back(report);
        });
    }
    if (command.install) {
        const Stopwatch stopwatch{*this, command.round, "aggregate"};
        communicator_.sum(sum.units());
        if (sum.weight() > 0) {
            sum.mean(composition_);
        }
        sum_ = std::move(sum);
    }
    if (ensemble && command.keep == Keep::yes) {
        // A row that another rank trained before this round is replaced by the one that arrives.
        share_rows(mine(command.services));
    }
    return by_service(communicator_.gather_records(reports));
}

void Worker::compose(const Command& command) {
    fl::FixedPointSum sum{initial_.size(), scale_for(command.services, previous_)};
    for (const sim::ServiceId service : owned(command.services)) {
        static_cast<void>(sum.add(rows_.at(service).values, weight(service)));
    }
    communicator_.sum(sum.units());
    sim::expects(sum.weight() > 0, "a composition has members with updates");
    set_aside_.resize(initial_.size());
    sum.mean(set_aside_);
    if (command.install) {
        composition_ = set_aside_;
    }
}

std::vector<std::vector<float>> Worker::votes(const sim::SampleBlock& block,
                                              std::span<const sim::ServiceId> voters) const {
    std::vector<std::vector<float>> probabilities;
    for (const sim::ServiceId voter : voters) {
        const auto row = rows_.find(voter);
        probabilities.push_back(evaluator_.probabilities(
            row == rows_.end() ? std::span<const float>{initial_} : row->second.values, block));
    }
    return probabilities;
}

fl::Confusion Worker::evaluate_composition(const sim::SampleBlock& block,
                                           std::span<const sim::ServiceId> voters) const {
    if (!world_.scenario().is_ensemble() || voters.empty()) {
        return evaluator_.evaluate(composition_, block);
    }
    return evaluator_.score(fl::soft_vote(votes(block, voters)), block);
}

std::vector<fl::Confusion> Worker::evaluate(const Command& command) {
    Stopwatch stopwatch{*this, command.round, "evaluate"};
    const std::size_t cells = std::size_t{world_.classes()} * world_.classes();
    std::vector<std::int64_t> packed;  // per client: id, the bits of the loss, counts
    std::vector<std::uint32_t> indices;
    for (const sim::ClientId client : my_clients()) {
        block_.read(world_.client_stream(client, command.round, indices));
        const fl::Confusion confusion = evaluate_composition(block_, command.services);
        packed.push_back(client.value());
        packed.push_back(std::bit_cast<std::int64_t>(confusion.loss_sum()));
        packed.insert(packed.end(), confusion.counts().begin(), confusion.counts().end());
        ++stopwatch.items;
    }
    const std::vector<std::int64_t> all = communicator_.gather_records(packed);
    std::vector<fl::Confusion> by_client;
    if (communicator_.is_root()) {
        by_client.assign(world_.clients(), fl::Confusion{world_.classes()});
        for (std::size_t at = 0; at < all.size(); at += cells + 2) {
            by_client[static_cast<std::size_t>(all[at])] = fl::Confusion::from(
                world_.classes(), std::span{all}.subspan(at + 2, cells), std::bit_cast<double>(all[at + 1]));
        }
    }
    return by_client;
}

void Worker::read_assessment_blocks(sim::Round round) {
    if (assessment_round_ == round) {
        return;
    }
    assessment_blocks_.resize(world_.clients());
    std::vector<std::uint32_t> indices;
    for (std::uint32_t c = 0; c < world_.clients(); ++c) {
        assessment_blocks_[c].read(
            world_.client_stream(sim::ClientId{c}, round, indices, world_.scenario().evaluation.assessment_samples));
    }
    assessment_round_ = round;
}

std::vector<double> Worker::leave_one_out(const Command& command) {
    Stopwatch stopwatch{*this, command.round, "assess"};
    sim::expects(command.services.size() >= 2, "leaving one out leaves another");
    read_assessment_blocks(command.round);
    // correct[0]: of the whole composition; correct[1 + i]: without the i-th member.
    std::vector<std::int64_t> correct(command.services.size() + 1, 0);
    if (world_.scenario().is_ensemble()) {
        for (const sim::ClientId client : my_clients()) {
            const sim::SampleBlock& block = assessment_blocks_[client.value()];
            const auto members = votes(block, command.services);
            correct[0] += evaluator_.score(fl::soft_vote(members), block).correct();
            for (std::size_t i = 0; i < members.size(); ++i) {
                correct[1 + i] += evaluator_.score(fl::soft_vote_without(members, i), block).correct();
            }
        }
    } else {
        for (const sim::ClientId client : my_clients()) {
            correct[0] += evaluator_.evaluate(composition_, assessment_blocks_[client.value()]).correct();
        }
        sim::AlignedVector<float> without(initial_.size());
        for (std::size_t i = 0; i < command.services.size(); ++i) {
            const auto row = rows_.find(command.services[i]);
            if (row == rows_.end() || !row->second.owned) {
                continue;
            }
            fl::FixedPointSum others = *sum_;
            others.subtract(row->second.values, weight(command.services[i]));
            others.mean(without);
            for (const sim::SampleBlock& block : assessment_blocks_) {
                correct[1 + i] += evaluator_.evaluate(without, block).correct();
            }
            ++stopwatch.items;
        }
    }
    communicator_.sum(correct);
    std::int64_t samples = 0;
    for (const sim::SampleBlock& block : assessment_blocks_) {
        samples += static_cast<std::int64_t>(block.count());
    }
    std::vector<double> accuracies(correct.size());
    std::transform(correct.begin(), correct.end(), accuracies.begin(), [&](std::int64_t hits) {
        return samples > 0 ? static_cast<double>(hits) / static_cast<double>(samples) : 0.0;
    });
    return accuracies;
}

std::vector<ServiceValue> Worker::update_distances(const Command& command) {
    std::vector<ServiceValue> distances;
    for (const sim::ServiceId service : owned(command.services)) {
        distances.push_back({service, composition::update_distance(rows_.at(service).values, previous_, composition_,
                                                                   world_.model().layout(), command.distance)});
    }
    return by_service(communicator_.gather_records(distances));
}

std::vector<std::vector<float>> Worker::fetch_rows(const Command& command) {
    const std::size_t size = initial_.size();
    const std::vector<sim::ServiceId> own = owned(command.services);
    std::vector<float> packed;
    for (const sim::ServiceId service : own) {
        const auto& values = rows_.at(service).values;
        packed.insert(packed.end(), values.begin(), values.end());
    }
    const std::vector<sim::ServiceId> ids = communicator_.gather_records(own);
    const std::vector<float> values = communicator_.gather_records(packed);
    std::vector<std::vector<float>> rows(command.services.size());
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto at = std::find(command.services.begin(), command.services.end(), ids[i]) - command.services.begin();
        const auto first = values.begin() + static_cast<std::ptrdiff_t>(i * size);
        rows[static_cast<std::size_t>(at)].assign(first, first + static_cast<std::ptrdiff_t>(size));
    }
    return rows;
}

sim::SampleBlock Worker::read_adaptation_batch(sim::Round round) const {
    sim::SampleBlock batch;
    std::vector<std::uint32_t> indices;
    for (std::uint32_t c = 0; c < world_.clients(); ++c) {
        batch.append(world_.client_stream(sim::ClientId{c}, round, indices, world_.scenario().test_time.samples));
    }
    return batch;
}

std::vector<AdaptationReport> Worker::adapt(const Command& command) {
    Stopwatch stopwatch{*this, command.round, "adapt"};
    const TestTimeOptions& options = world_.scenario().test_time;
    const std::vector<sim::ServiceId> own = owned(command.services);
    std::vector<AdaptationReport> reports;
    if (!own.empty()) {
        const sim::SampleBlock batch = read_adaptation_batch(command.round);
        const std::vector<float> expected = evaluator_.probabilities(set_aside_, batch);
        for (const sim::ServiceId service : own) {
            sim::AlignedVector<float> adapted = rows_.at(service).values;
            tta::adapt_batch_norm(world_.model(), adapted, batch, options.prior);
            const std::vector<float> predicted = evaluator_.probabilities(adapted, batch);
            const tta::Composability fit = tta::composability({.adapted = adapted,
                                                               .composition = set_aside_,
                                                               .adapted_probabilities = predicted,
                                                               .composition_probabilities = expected,
                                                               .classes = world_.classes()},
                                                              world_.model().layout(), options.composability);
            constexpr double absent = std::numeric_limits<double>::quiet_NaN();
            reports.push_back({.service = service,
                               .samples = static_cast<std::int64_t>(batch.count()),
                               .wdm = fit.wdm.value_or(absent),
                               .ucs = fit.ucs.value_or(absent),
                               .bnuas = fit.bnuas.value_or(absent),
                               .bndas = fit.bndas.value_or(absent),
                               .pdam = fit.pdam.value_or(absent),
                               .score = fit.score,
                               .composable = fit.composable ? std::uint8_t{1} : std::uint8_t{0}});
            if (fit.composable) {
                rows_.at(service).values = std::move(adapted);
            }
            ++stopwatch.items;
        }
    }
    if (world_.scenario().is_ensemble()) {
        share_rows(command.services);
    }
    return by_service(communicator_.gather_records(reports));
}

void Worker::forget(const Command& command) {
    std::erase_if(rows_, [&](const auto& row) {
        return std::find(command.services.begin(), command.services.end(), row.first) == command.services.end();
    });
}

void Worker::restore(const Command& command) {
    const std::size_t size = initial_.size();
    sim::expects(command.parameters.size() == size * (1 + command.services.size()), "a checkpoint fits the model");
    const auto row_at = [&](std::size_t i) { return std::span{command.parameters}.subspan(i * size, size); };
    std::copy_n(row_at(0).begin(), size, composition_.begin());
    for (std::size_t i = 0; i < command.services.size(); ++i) {
        keep(command.services[i], row_at(i + 1));
        rows_.at(command.services[i]).owned = communicator_.is_root();
    }
}

std::vector<sim::TimingRecord> Worker::collect_timing() {
    return communicator_.gather_records(std::exchange(timing_, {}));
}

bool Worker::vote_to_stop() { return communicator_.maximum(asked_to_stop() ? 1 : 0) != 0; }

}  // namespace mlaasim::app
