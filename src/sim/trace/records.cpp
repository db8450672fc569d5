#include "sim/trace/records.hpp"

#include <algorithm>
#include <array>

#include "sim/core/error.hpp"

namespace mlaasim::sim {

std::span<const Table* const> all_tables() {
    // clang-format off: its order is that of the file
    static const std::array tables{
        &RoundRecord::table(),     &ServiceRecord::table(),    &ClientRecord::table(),     &SatisfactionRecord::table(),
        &ConfusionRecord::table(), &DriftRecord::table(),      &AssessmentRecord::table(), &CandidateRecord::table(),
        &RuleRecord::table(),      &BanditRecord::table(),     &TtaRecord::table(),        &ServingRecord::table(),
        &EvidenceRecord::table(),  &MonitoringRecord::table(), &ActionRecord::table(),     &EventRecord::table(),
        &OmittedRecord::table(),   &DigestRecord::table(),     &TimingRecord::table(),
    };
    // clang-format on
    return tables;
}

std::size_t position_of(const Table& table) {
    const auto tables = all_tables();
    const auto found = std::ranges::find(tables, &table);
    expects(found != tables.end(), "the table is one of all_tables()");
    return static_cast<std::size_t>(found - tables.begin());
}

}  // namespace mlaasim::sim
