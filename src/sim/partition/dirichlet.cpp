#include <algorithm>
#include <cmath>
#include <queue>
#include <string>
#include <utility>

#include "sim/error.hpp"
#include "sim/partition/draw.hpp"
#include "sim/partition/partition.hpp"

namespace mlaasim::sim {
namespace {

constexpr int most_draws = 100;

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

/// Shares out `samples` of one class: holder h ends at the rounded cumulative share, so that the shares sum up exactly.
void deal_class(ClassCounts& counts, std::uint32_t label, std::size_t samples, double alpha, RandomStream& random) {
    std::vector<double> cumulative(counts.sizes().size());
    double sum = 0.0;
    for (double& share : cumulative) {
        sum += random.gamma(alpha);
        share = sum;
    }
    if (!(sum > 0.0) || !std::isfinite(sum)) {
        // Every draw underflowed, as happens for tiny alpha: in this limit one holder has the whole class.
        counts.add(random.below(static_cast<std::uint32_t>(cumulative.size())), label,
                   static_cast<std::uint32_t>(samples));
        return;
    }
    std::uint32_t done = 0;
    for (std::uint32_t holder = 0; holder < cumulative.size(); ++holder) {
        const auto end =
            static_cast<std::uint32_t>(std::llround(static_cast<double>(samples) * (cumulative[holder] / sum)));
        counts.add(holder, label, end - done);
        done = end;
    }
}

ClassCounts draw_counts(const std::vector<std::vector<std::uint32_t>>& by_class, std::uint32_t holders, double alpha,
                        RandomStream& random) {
    ClassCounts counts{holders, static_cast<std::uint32_t>(by_class.size())};
    for (std::uint32_t label = 0; label < by_class.size(); ++label) {
        deal_class(counts, label, by_class[label].size(), alpha, random);
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
                          const PartitionOptions& options, RandomStream& random) {
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

}  // namespace

Partition partition_dirichlet(std::span<const std::uint8_t> labels, std::uint32_t classes, std::uint32_t holders,
                              const PartitionOptions& options, RandomStream random) {
    expects(options.alpha > 0.0, "alpha is positive");
    std::vector<std::vector<std::uint32_t>> by_class(classes);
    for (const std::uint32_t index :
         draw_samples(static_cast<std::uint32_t>(labels.size()), holders, options, random)) {
        expects(labels[index] < classes, "labels are below the number of classes");
        by_class[labels[index]].push_back(index);
    }
    const ClassCounts counts = settle_counts(by_class, holders, options, random);
    return deal_samples(counts, by_class, random);
}

}  // namespace mlaasim::sim
