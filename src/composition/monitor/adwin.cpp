#include "composition/monitor/adwin.hpp"

#include <cmath>
#include <cstddef>

#include "sim/core/error.hpp"

namespace mlaasim::composition {
namespace {

constexpr std::size_t most_rows = 52;  ///< so that a bucket's size is exact

double size_of_row(std::size_t row) { return static_cast<double>(std::int64_t{1} << row); }

[[noreturn]] void damaged() {
    throw sim::InputError(sim::Problem{.what = "the checkpoint's window of values can't be one of ADWIN",
                                       .hint = "the trace is damaged"});
}

}  // namespace

void declare(sim::OptionVisitor& visitor, AdwinOptions& options) {
    visitor.option("delta", options.delta,
                   {.doc = "Confidence of a cut: the smaller, the fewer false alarms, and the later the true ones",
                    .range = {.low = 0, .high = 1, .low_open = true, .high_open = true}});
    visitor.option(
        "clock", options.clock,
        {.doc = "Values from one search for a change to the next", .unit = "samples", .range = sim::between(1, 1e9)});
    visitor.option("buckets", options.buckets,
                   {.doc = "Buckets of one size before the two oldest become one of twice the size; more of them place "
                           "a cut more exactly",
                    .range = sim::between(2, 1000)});
    visitor.option("part", options.part,
                   {.doc = "Fewest values in the old part and in the new part of a cut",
                    .unit = "samples",
                    .range = sim::between(1, 1e6)});
    visitor.option("grace", options.grace,
                   {.doc = "Values without a search at the start", .unit = "samples", .range = sim::between(0, 1e9)});
}

MeanChange Adwin::watch(double value) {
    if (changed_) {
        *this = Adwin{options_};
    }
    insert(value);
    ++values_;
    if (values_ % options_.clock != 0 || width_ <= options_.grace) {
        return MeanChange::none;
    }
    MeanChange first = MeanChange::none;
    for (MeanChange found = cut(); found != MeanChange::none; found = cut()) {
        first = first == MeanChange::none ? found : first;
        drop_oldest();
    }
    changed_ = first != MeanChange::none;
    return first;
}

void Adwin::insert(double value) {
    if (width_ > 0) {
        const auto before = static_cast<double>(width_);
        const double deviation = value - total_ / before;
        deviations_ += before * deviation * deviation / (before + 1.0);
    }
    ++width_;
    total_ += value;
    rows_.front().push_back({.total = value});
    merge_full_rows();
}

void Adwin::merge_full_rows() {
    for (std::size_t r = 0; rows_[r].size() > static_cast<std::size_t>(options_.buckets); ++r) {
        if (r + 1 == rows_.size()) {
            rows_.emplace_back();
        }
        std::vector<Bucket>& row = rows_[r];
        const double size = size_of_row(r);
        const double difference = row[0].total / size - row[1].total / size;
        rows_[r + 1].push_back(
            {.total = row[0].total + row[1].total,
             .deviations = row[0].deviations + row[1].deviations + size * 0.5 * difference * difference});
        row.erase(row.begin(), row.begin() + 2);
    }
}

MeanChange Adwin::cut() const {
    const auto part = static_cast<double>(options_.part);
    double old_count = 0.0;
    double old_total = 0.0;
    auto new_count = static_cast<double>(width_);
    double new_total = total_;
    for (std::size_t r = rows_.size(); r-- > 0;) {
        for (const Bucket& bucket : rows_[r]) {
            old_count += size_of_row(r);
            old_total += bucket.total;
            new_count -= size_of_row(r);
            new_total -= bucket.total;
            if (old_count < part || new_count < part) {
                continue;
            }
            const double difference = old_total / old_count - new_total / new_count;
            if (differ(old_count, new_count, difference)) {
                return difference < 0.0 ? MeanChange::rose : MeanChange::fell;
            }
        }
    }
    return MeanChange::none;
}

bool Adwin::differ(double old_count, double new_count, double difference) const {
    const auto width = static_cast<double>(width_);
    const auto part = static_cast<double>(options_.part);
    const double confidence = std::log(2.0 * std::log(width) / options_.delta);
    const double reciprocal = 1.0 / (old_count - part + 1.0) + 1.0 / (new_count - part + 1.0);
    return std::abs(difference) >
           std::sqrt(2.0 * reciprocal * (deviations_ / width) * confidence) + 2.0 / 3.0 * confidence * reciprocal;
}

void Adwin::drop_oldest() {
    std::vector<Bucket>& row = rows_.back();
    const Bucket oldest = row.front();
    const auto size = std::int64_t{1} << (rows_.size() - 1);
    const auto count = static_cast<double>(size);
    width_ -= size;
    total_ -= oldest.total;
    const auto left = static_cast<double>(width_);
    const double difference = oldest.total / count - total_ / left;
    deviations_ -= oldest.deviations + count * left * difference * difference / (count + left);
    row.erase(row.begin());
    if (row.empty()) {
        rows_.pop_back();
    }
}

void Adwin::archive(Archive& archive) {
    std::vector<double> state{changed_ ? 1.0 : 0.0, static_cast<double>(values_), total_, deviations_};
    for (const std::vector<Bucket>& row : rows_) {
        state.push_back(static_cast<double>(row.size()));
        for (const Bucket& bucket : row) {
            state.insert(state.end(), {bucket.total, bucket.deviations});
        }
    }
    archive.numbers("monitor/adwin", state);
    if (archive.loads()) {
        load(state);
    }
}

void Adwin::load(const std::vector<double>& state) {
    constexpr std::size_t head = 4;
    if (state.size() <= head) {
        damaged();
    }
    *this = Adwin{options_};
    changed_ = state[0] != 0.0;
    values_ = static_cast<std::int64_t>(state[1]);
    total_ = state[2];
    deviations_ = state[3];
    rows_.clear();
    for (std::size_t at = head; at < state.size();) {
        const double buckets = state[at++];
        if (rows_.size() == most_rows || !(buckets >= 0.0 && buckets <= static_cast<double>(options_.buckets)) ||
            (state.size() - at) / 2 < static_cast<std::size_t>(buckets)) {
            damaged();
        }
        std::vector<Bucket>& row = rows_.emplace_back();
        for (std::size_t i = 0; i < static_cast<std::size_t>(buckets); ++i, at += 2) {
            row.push_back({.total = state[at], .deviations = state[at + 1]});
            width_ += std::int64_t{1} << (rows_.size() - 1);
        }
    }
}

}  // namespace mlaasim::composition
