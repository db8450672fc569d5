#include "study/metric.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/core/error.hpp"
#include "study/damage.hpp"
#include "study/order_statistics.hpp"

namespace mlaasim::study {
namespace {

bool holds(double difference, Comparison comparison) {
    switch (comparison) {
        case Comparison::equal: return difference == 0.0;
        case Comparison::unequal: return difference != 0.0;
        case Comparison::less: return difference < 0.0;
        case Comparison::at_most: return difference <= 0.0;
        case Comparison::greater: return difference > 0.0;
        case Comparison::at_least: break;
    }
    return difference >= 0.0;
}

template <class Value, class Meets>
std::vector<bool> flags(const std::vector<Value>& column, Meets meets) {
    std::vector<bool> marked;
    std::transform(column.begin(), column.end(), std::back_inserter(marked), meets);
    return marked;
}

/// Which rows meet a condition.
std::vector<bool> rows_that_meet(const RowCondition& condition, const sim::StoredValues& table) {
    if (const auto* const word = std::get_if<std::string>(&condition.value)) {
        const std::vector<std::string>& texts = table.texts(condition.column);
        return flags(texts, [&](const std::string& text) {
            return (text == *word) == (condition.comparison == Comparison::equal);
        });
    }
    const std::vector<double> numbers = table.numbers(condition.column);
    const auto* const row = std::get_if<Row>(&condition.value);
    const double wanted = numbers.empty()  ? 0.0
                          : row == nullptr ? std::get<double>(condition.value)
                                           : (*row == Row::first ? numbers.front() : numbers.back());
    return flags(numbers, [&](double number) { return holds(number - wanted, condition.comparison); });
}

std::vector<std::size_t> chosen_rows(const Metric& metric, const sim::StoredValues& table) {
    std::vector<std::size_t> rows(table.rows);
    std::iota(rows.begin(), rows.end(), std::size_t{0});
    for (const RowCondition& condition : metric.conditions) {
        const std::vector<bool> meets = rows_that_meet(condition, table);
        std::erase_if(rows, [&](std::size_t row) { return !meets[row]; });
    }
    const auto size = static_cast<std::int64_t>(rows.size());
    const auto place = [&](std::int64_t number) {
        return std::clamp<std::int64_t>(number < 0 ? number + size : number, 0, size);
    };
    const std::int64_t begin = place(metric.slice.begin.value_or(0));
    const std::int64_t end = std::max(begin, place(metric.slice.end.value_or(size)));
    return {rows.begin() + begin, rows.begin() + end};
}

double mean_of(const std::vector<double>& values) {
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Of the sample: with n - 1.
double standard_deviation(const std::vector<double>& values) {
    const double mean = mean_of(values);
    const double sum = std::accumulate(values.begin(), values.end(), 0.0, [&](double so_far, double value) {
        return so_far + (value - mean) * (value - mean);
    });
    return std::sqrt(sum / static_cast<double>(values.size() - 1));
}

std::optional<double> reduced(const std::vector<double>& values, Reduction reduction) {
    if (values.empty() || (reduction == Reduction::std && values.size() < 2)) {
        return std::nullopt;
    }
    switch (reduction) {
        case Reduction::mean: return mean_of(values);
        case Reduction::median: return median(values);
        case Reduction::std: return standard_deviation(values);
        case Reduction::min: return *std::ranges::min_element(values);
        case Reduction::max: return *std::ranges::max_element(values);
        case Reduction::sum: return std::accumulate(values.begin(), values.end(), 0.0);
        case Reduction::first: return values.front();
        case Reduction::last: return values.back();
        case Reduction::count: break;
    }
    return static_cast<double>(values.size());
}

}  // namespace

const sim::StoredValues& TraceTables::table(const std::string& name) {
    const auto known = tables_.find(name);
    if (known != tables_.end()) {
        return known->second;
    }
    return tables_.emplace(name, reading(trace_, [&] { return sim::read_values(trace_, name); })).first->second;
}

std::optional<double> value_of(const Metric& metric, TraceTables& tables) {
    const sim::StoredValues& table = tables.table(metric.table);
    const std::vector<std::size_t> rows = chosen_rows(metric, table);
    if (metric.reduction == Reduction::count) {
        return static_cast<double>(rows.size());
    }
    const std::vector<double> column = table.numbers(metric.column);
    std::vector<double> values;
    for (const std::size_t row : rows) {
        if (!std::isnan(column[row])) {
            values.push_back(column[row]);
        }
    }
    return reduced(values, metric.reduction);
}

}  // namespace mlaasim::study
