#include "run/memory_needs.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "run/needs.hpp"
#include "run/scenario_checks.hpp"
#include "sim/core/aligned.hpp"
#include "sim/core/counted.hpp"
#include "sim/core/limits.hpp"

namespace mlaasim::run {
namespace {

constexpr double float_bytes = sizeof(float);
constexpr double number_bytes = sizeof(double);

/// Adds up what the parts of a run hold.
class Needs {
public:
    explicit Needs(const Scenario& scenario)
        : scenario_{scenario},
          data_{scenario.data.source->known()},
          model_{model_of(scenario, data_.shape, data_.classes)} {}

    std::vector<MemoryNeed> take() {
        if (data_.generated) {
            add_data();
        }
        add_model();
        add_services();
        add_clients();
        add_drift();
        if (scenario_.is_ensemble()) {
            add_ensemble();
        }
        add_batches();
        return std::move(needs_);
    }

private:
    void add(std::string path, std::string what, double bytes) {
        needs_.push_back({.path = std::move(path), .what = std::move(what), .bytes = bytes});
    }

    [[nodiscard]] double parameters() const { return static_cast<double>(model_.layout().size()); }
    [[nodiscard]] double sample_floats() const { return static_cast<double>(sim::padded_floats(data_.shape.size())); }

    void add_data() {
        const auto train = static_cast<double>(data_.most_train);
        const auto test = static_cast<double>(data_.most_test);
        const double each = static_cast<double>(data_.shape.size()) + 1.0;  // values and label
        add(train >= test ? "data.synthetic_train" : "data.synthetic_test",
            fmt::format("{:.0f} generated samples take", train + test), (train + test) * each);
        needs_.back().passing = true;
    }

    /// The start, the composition, the one before, the sums that make the next (over flat and packed parameters), and
    /// what is being trained.
    void add_model() {
        double floats = 4.0;
        const fl::Moments moments = scenario_.training.optimizer->moments();
        floats += (moments.first ? 1.0 : 0.0) + (moments.second ? 1.0 : 0.0);
        floats += scenario_.training.proximal > 0.0 ? 1.0 : 0.0;
        const auto blocks = model_.layout().blocks();
        const auto largest = std::max_element(blocks.begin(), blocks.end(),
                                              [](const auto& a, const auto& b) { return a.count < b.count; });
        add(option_of_layer(largest->layer),
            fmt::format("copies of a model of {} parameters take", model_.layout().parameter_count()),
            parameters() * (floats * float_bytes + 2.0 * number_bytes));
    }

    /// What says how large a layer is: its own option, or that of the nearest layer below that has one.
    [[nodiscard]] std::string option_of_layer(std::uint32_t layer) const {
        for (std::uint32_t below = layer + 1; below-- > 0;) {
            if (const std::string_view option = model_.layers()[below].option; !option.empty()) {
                return "model." + std::string{option};
            }
        }
        return "model";
    }

    void add_services() {
        const auto services = static_cast<double>(scenario_.services.count);
        const auto length = static_cast<double>(scenario_.services.history.length);
        constexpr double columns = 20.0;  // of the marketplace, availability, and the partition
        add(length > columns + data_.classes ? "services.history.length" : "services.count",
            fmt::format("the records of {} take", sim::counted(scenario_.services.count, "service")),
            services * number_bytes * (columns + data_.classes + length));
    }

    void add_clients() {
        const double cells = static_cast<double>(data_.classes) * data_.classes;
        add("clients.count", fmt::format("the results of {} take", sim::counted(scenario_.clients.count, "client")),
            static_cast<double>(scenario_.clients.count) * number_bytes * cells);
    }

    /// A bit for each service or client that an entry may affect.
    void add_drift() {
        double bits = 0.0;
        for (const sim::DriftOptions& entry : scenario_.drift) {
            bits += static_cast<double>(entry.target == sim::DriftTarget::services ? scenario_.services.count
                                                                                   : scenario_.clients.count);
        }
        add("drift", "whom it affects takes", bits / 8.0);
    }

    /// Every rank keeps every model, and collects those of the others.
    void add_ensemble() {
        add("composition.members",
            fmt::format("the models of {} take", sim::counted(scenario_.most_members(), "member")),
            2.0 * scenario_.most_members() * parameters() * float_bytes);
    }

    /// How many samples of all clients' streams are looked at together, `each` of a client at most. Clients may hold
    /// very unequal numbers of samples.
    [[nodiscard]] double stream_samples(std::int64_t each, double clients) const {
        if (!data_.generated) {
            return 0.0;
        }
        const auto pool = static_cast<double>(data_.most_test);
        const auto held = scenario_.clients.partition->samples > 0
                              ? static_cast<double>(scenario_.clients.partition->samples)
                              : pool / static_cast<double>(scenario_.clients.count);
        const auto wanted =
            static_cast<double>(scenario_.clients.stream > 0 ? std::min(each, scenario_.clients.stream) : each);
        return scenario_.clients.partition->has_equal_shares() ? clients * std::min(wanted, held)
                                                               : std::min(wanted, held);
    }

    void add_samples(std::string path, double samples) {
        add(std::move(path), fmt::format("{:.0f} samples at once take", samples),
            samples * sample_floats() * float_bytes);
    }

    void add_labels(double samples) {
        add_samples("adaptation.evidence.labels", samples);
        if (scenario_.assessment->compares_losses()) {
            const std::uint32_t members = scenario_.most_members();
            add("adaptation.evidence.labels",
                fmt::format("the losses of {} on {:.0f} samples take", sim::counted(members, "member"), samples),
                samples * (1.0 + members) * number_bytes);
        }
    }

    /// Techniques on gamma and beta take the gradient of their loss on the whole stream at once.
    void add_adaptation(double samples) {
        add_samples("test_time.samples", samples);
        const auto techniques = scenario_.test_time.techniques();
        const bool takes_gradient = std::ranges::any_of(
            techniques, [](const auto* technique) { return (*technique)->changes() == tta::Changes::affine; });
        if (takes_gradient && can_adapt(scenario_, model_)) {
            add("test_time.samples", fmt::format("the layers' outputs for {:.0f} samples take", samples),
                samples * model_.activation_count() * float_bytes);
        }
    }

    void add_batches() {
        const auto clients = static_cast<double>(scenario_.clients.count);
        // Serving reads a client's window, the one before, and a copy of it.
        const double windows = scenario_.adaptation.serving->looks() ? 3.0 : 1.0;
        add_samples("clients.stream", windows * stream_samples(static_cast<std::int64_t>(sim::most_samples), 1.0));
        if (scenario_.assesses()) {
            add_labels(std::min(static_cast<double>(scenario_.adaptation.evidence.labels),
                                static_cast<double>(data_.most_test) / 2.0));
        }
        if (adapts_at_test_time(scenario_)) {
            add_adaptation(stream_samples(scenario_.test_time.samples, clients));
        }
        const auto services = static_cast<double>(scenario_.services.count);
        auto held = static_cast<double>(scenario_.services.partition->samples);
        if (held == 0.0 && data_.generated) {
            held = static_cast<double>(data_.most_train) / services;
        }
        const double trained = held * (1.0 - scenario_.services.holdout);
        const double batch = std::min(static_cast<double>(scenario_.training.batch_size), trained);
        add("training.batch_size", fmt::format("the layers' outputs for a batch of {:.0f} samples take", batch),
            batch * model_.activation_count() * float_bytes);
    }

    const Scenario& scenario_;
    sim::KnownData data_;
    fl::Model model_;
    std::vector<MemoryNeed> needs_;
};

std::string gibibytes(double bytes) { return fmt::format("{:.1f} GiB", bytes / (1024.0 * 1024.0 * 1024.0)); }

sim::Problem problem_of(const MemoryNeed& need, const MemoryLimit& limit, const std::string& together) {
    return {.what = fmt::format("{}: {} at least {:.0f} bytes ({}){}", need.path, need.what, need.bytes,
                                gibibytes(need.bytes), together),
            .expected = fmt::format("at most {}, {}", gibibytes(limit.bytes), limit.whose),
            .hint = "lower it, or run where there is more memory",
            .path = need.path};
}

}  // namespace

std::vector<MemoryNeed> memory_needs(const Scenario& scenario) { return Needs{scenario}.take(); }

std::vector<sim::Problem> beyond_memory(const std::vector<MemoryNeed>& needs, const MemoryLimit& limit) {
    std::vector<sim::Problem> problems;
    for (const MemoryNeed& need : needs) {
        if (need.bytes > limit.bytes) {
            problems.push_back(problem_of(need, limit, ""));
        }
    }
    double sum = 0.0;
    const MemoryNeed* largest = nullptr;
    for (const MemoryNeed& need : needs) {
        if (!need.passing) {
            sum += need.bytes;
            largest = largest == nullptr || need.bytes > largest->bytes ? &need : largest;
        }
    }
    if (problems.empty() && sum > limit.bytes) {
        problems.push_back(problem_of(*largest, limit, ", and everything together " + gibibytes(sum)));
    }
    return problems;
}

std::optional<sim::Problem> updates_beyond_memory(const Scenario& scenario, const MemoryLimit& limit) {
    const sim::KnownData data = scenario.data.source->known();
    const fl::Model model = model_of(scenario, data.shape, data.classes);
    const double bytes = scenario.most_members() * static_cast<double>(model.layout().size()) * float_bytes;
    if (scenario.is_ensemble() || !scenario.assesses() || bytes <= limit.bytes) {
        return std::nullopt;
    }
    return sim::Problem{
        .what = fmt::format("assessing keeps the updates of {}, at least {:.0f} bytes ({}) over all ranks",
                            sim::counted(scenario.most_members(), "member"), bytes, gibibytes(bytes)),
        .expected = fmt::format("at most {}, {}, for each machine", gibibytes(limit.bytes), limit.whose),
        .hint = "run on several machines, compose fewer members, or set adaptation.every: 0",
        .path = "composition.members"};
}

void check_memory(const Scenario& scenario, const sim::Chosen<sim::DataSource>& source,
                  const sim::OptionsDocument& document) {
    Scenario resolved = scenario;
    resolved.data.source = source;
    std::vector<sim::Problem> problems = beyond_memory(memory_needs(resolved), memory_limit());
    if (!problems.empty()) {
        throw located(sim::InputError(std::move(problems)), document);
    }
}

}  // namespace mlaasim::run
