#include <algorithm>
#include <queue>
#include <string>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/partition/draw.hpp"
#include "sim/partition/partition.hpp"

namespace mlaasim::sim {
namespace {

constexpr int most_draws = 100;

/// What to do with a holder that a draw leaves below `min_samples`.
enum class MinSamplesPolicy {
    redistribute,  ///< move samples from the largest holders, class by class, until every holder has enough (default)
    resample,      ///< draw the whole partition anew, at most 100 times, then an InputError
};

std::vector<Choice> choices_of(MinSamplesPolicy /*policy*/) {
    return {
        {"redistribute", static_cast<int>(MinSamplesPolicy::redistribute),
         "the largest holders give samples until every holder has enough"},
        {"resample", static_cast<int>(MinSamplesPolicy::resample),
         "the whole partition is drawn anew, at most 100 times"},
    };
}

/// For every class, its samples go to the holders in shares drawn from Dirichlet(alpha) (Yurochkin et al. 2019,
/// "Bayesian nonparametric federated learning of neural networks"), then the policy tops up holders below
/// `min_samples`.
struct Dirichlet final : Partitioner {
    double alpha = 0.5;
    MinSamplesPolicy policy = MinSamplesPolicy::redistribute;

    [[nodiscard]] Partition partition(std::span<const std::uint8_t> labels, std::uint32_t classes,
                                      std::uint32_t holders, RandomStream random) const override;
};

void declare(OptionVisitor& visitor, Dirichlet& options) {
    visitor.option(
        "alpha", options.alpha,
        {.doc = "Concentration of the Dirichlet distribution: small = few classes a holder, large = nearly iid",
         .range = positive()});
    declare(visitor, static_cast<Partitioner&>(options));
    visitor.choice("policy", options.policy,
                   {.doc = "What to do when a Dirichlet draw leaves a holder below `min_samples`"});
}

/// How many samples of each class each holder has.
class ClassCounts {
public:
    ClassCounts(std::uint32_t holders, std::uint32_t classes)
        : classes_{classes}, counts_(std::size_t{holders} * classes), sizes_(holders) {}

    [[nodiscard]] std::uint32_t of(std::uint32_t holder, std::uint32_t label) const {
        return counts_[std::size_t{holder} * classes_ + label];
    }
    [[nodiscard]] const std::vector<std::uint32_t>& sizes() const { return sizes_; }

    void add(std::uint32_t holder, std::uint32_t label, std::uint32_t samples) {
        counts_[std::size_t{holder} * classes_ + label] += samples;
        sizes_[holder] += samples;
    }
    void move(std::uint32_t from, std::uint32_t to, std::uint32_t label) {
        --counts_[std::size_t{from} * classes_ + label];
        --sizes_[from];
        add(to, label, 1);
    }
    [[nodiscard]] std::uint32_t commonest_class(std::uint32_t holder) const {
        const auto row = counts_.begin() + static_cast<std::ptrdiff_t>(std::size_t{holder} * classes_);
        return static_cast<std::uint32_t>(std::max_element(row, row + classes_) - row);
    }

private:
    std::uint32_t classes_;
    std::vector<std::uint32_t> counts_;
    std::vector<std::uint32_t> sizes_;
};

ClassCounts draw_counts(const std::vector<std::vector<std::uint32_t>>& by_class, std::uint32_t holders, double alpha,
                        RandomStream& random) {
    ClassCounts counts{holders, static_cast<std::uint32_t>(by_class.size())};
    for (std::uint32_t label = 0; label < by_class.size(); ++label) {
        const std::vector<std::uint32_t> dealt = dirichlet_counts(by_class[label].size(), holders, alpha, random);
        for (std::uint32_t holder = 0; holder < holders; ++holder) {
            counts.add(holder, label, dealt[holder]);
        }
    }
    return counts;
}

bool all_have(const ClassCounts& counts, std::int64_t min_samples) {
    return std::ranges::all_of(counts.sizes(), [=](std::uint32_t size) { return size >= min_samples; });
}

/// The largest holder (of equals the first) gives a sample of its commonest class, again and again, until all have
/// enough.
void redistribute(ClassCounts& counts, std::int64_t min_samples) {
    using Donor = std::pair<std::uint32_t, std::uint32_t>;  // size, ~holder
    std::priority_queue<Donor> donors;
    const auto holders = static_cast<std::uint32_t>(counts.sizes().size());
    for (std::uint32_t holder = 0; holder < holders; ++holder) {
        if (counts.sizes()[holder] > min_samples) {
            donors.emplace(counts.sizes()[holder], ~holder);
        }
    }
    for (std::uint32_t holder = 0; holder < holders; ++holder) {
        while (counts.sizes()[holder] < min_samples) {
            expects(!donors.empty(), "there are enough samples for all holders");
            const std::uint32_t donor = ~donors.top().second;
            donors.pop();
            counts.move(donor, holder, counts.commonest_class(donor));
            if (counts.sizes()[donor] > min_samples) {
                donors.emplace(counts.sizes()[donor], ~donor);
            }
        }
    }
}

ClassCounts settle_counts(const std::vector<std::vector<std::uint32_t>>& by_class, std::uint32_t holders,
                          const Dirichlet& options, RandomStream& random) {
    for (int draw = 0; draw < most_draws; ++draw) {
        ClassCounts counts = draw_counts(by_class, holders, options.alpha, random);
        if (options.policy == MinSamplesPolicy::redistribute) {
            redistribute(counts, options.min_samples);
        }
        if (all_have(counts, options.min_samples)) {
            return counts;
        }
    }
    throw InputError(Problem{.what = std::to_string(most_draws) + " Dirichlet draws left a holder below min_samples " +
                                     std::to_string(options.min_samples),
                             .expected = "a larger alpha, fewer holders or a lower min_samples",
                             .hint = "policy: redistribute always succeeds",
                             .path = "min_samples"});
}

/// Gives every holder its counted samples of each class and mixes them.
Partition deal_samples(const ClassCounts& counts, const std::vector<std::vector<std::uint32_t>>& by_class,
                       RandomStream& random) {
    std::vector<std::size_t> used(by_class.size(), 0);
    std::vector<std::uint64_t> offsets{0};
    std::vector<std::uint32_t> indices;
    for (std::uint32_t holder = 0; holder < counts.sizes().size(); ++holder) {
        for (std::uint32_t label = 0; label < by_class.size(); ++label) {
            const std::uint32_t n = counts.of(holder, label);
            const auto first = by_class[label].begin() + static_cast<std::ptrdiff_t>(used[label]);
            indices.insert(indices.end(), first, first + n);
            used[label] += n;
        }
        random.shuffle(std::span{indices}.subspan(offsets.back()));
        offsets.push_back(indices.size());
    }
    return {std::move(offsets), std::move(indices)};
}

Partition Dirichlet::partition(std::span<const std::uint8_t> labels, std::uint32_t classes, std::uint32_t holders,
                               RandomStream random) const {
    expects(alpha > 0.0, "alpha is positive");
    std::vector<std::vector<std::uint32_t>> by_class(classes);
    for (const std::uint32_t index : draw_samples(static_cast<std::uint32_t>(labels.size()), holders, *this, random)) {
        expects(labels[index] < classes, "labels are below the number of classes");
        by_class[labels[index]].push_back(index);
    }
    const ClassCounts counts = settle_counts(by_class, holders, *this, random);
    return deal_samples(counts, by_class, random);
}

}  // namespace

Kind<Partitioner> dirichlet_partition() {
    return Kind<Partitioner>::of<Dirichlet>(
        "dirichlet", "for every class, shares drawn from Dirichlet(alpha): holders differ in size and in classes");
}

}  // namespace mlaasim::sim
