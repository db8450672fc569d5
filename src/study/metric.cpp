#include "study/metric.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/core/error.hpp"
#include "study/damage.hpp"
#include "study/order_statistics.hpp"
#include "study/recorded_run.hpp"

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

/// Whether the sums in `omitted` can be added: of a sum of traffic or energy, or of a count, where rows are chosen by
/// the number of the round and by the role, which both tables have.
bool can_add_omitted(const Metric& metric) {
    const bool is_summed =
        metric.reduction == Reduction::sum && (metric.column == "bytes" || metric.column == "energy_j");
    return metric.table == "services" && (is_summed || metric.reduction == Reduction::count) && !metric.slice.begin &&
           !metric.slice.end && std::ranges::all_of(metric.conditions, [](const RowCondition& condition) {
               return condition.column == "round" || condition.column == "role";
           });
}

/// The metric's conditions that rows of `omitted` can meet. `table`: the metric's own, in whose first or last row a
/// value may stand.
std::vector<RowCondition> conditions_on_omitted(const Metric& metric, const sim::StoredValues& table) {
    std::vector<RowCondition> conditions;
    for (RowCondition condition : metric.conditions) {
        if (const auto* const row = std::get_if<Row>(&condition.value); row != nullptr && table.rows > 0) {
            const std::vector<double> numbers = table.numbers(condition.column);
            condition.value = *row == Row::first ? numbers.front() : numbers.back();
        }
        if ((condition.column == "round" || condition.column == "role") &&
            !std::holds_alternative<Row>(condition.value)) {
            conditions.push_back(std::move(condition));
        }
    }
    return conditions;
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

bool TraceTables::omits_services() {
    if (!omits_services_) {
        omits_services_ = reading(trace_, [&] { return study::omits_services(trace_); });
    }
    return *omits_services_;
}

static std::optional<double> value_of_written_rows(const Metric& metric, TraceTables& tables) {
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

std::optional<double> value_of(const Metric& metric, TraceTables& tables) {
    const std::optional<double> of_rows = value_of_written_rows(metric, tables);
    if ((metric.table != "services" && metric.table != "drift") || !tables.omits_services()) {
        return of_rows;
    }
    Metric omitted{.table = "omitted",
                   .column = "rows",
                   .conditions = conditions_on_omitted(metric, tables.table(metric.table)),
                   .reduction = Reduction::sum};
    const std::optional<double> rows = value_of_written_rows(omitted, tables);
    if (!rows) {
        return of_rows;  // what it asks for is complete
    }
    if (!can_add_omitted(metric)) {
        throw sim::InputError(
            {.what = "a metric of the table " + metric.table +
                     " can't be computed: the trace leaves out rows of services (trace.service_rows)",
             .expected = "every row, or a sum of bytes or energy_j, or a count, by round and role alone",
             .hint = "run with --set trace.service_rows=all"});
    }
    if (metric.reduction == Reduction::count) {
        return *of_rows + *rows;
    }
    omitted.column = metric.column;
    return of_rows.value_or(0.0) + value_of_written_rows(omitted, tables).value_or(0.0);
}

}  // namespace mlaasim::study
