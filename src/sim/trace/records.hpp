// The trace's tables: each is a record, in the file of its name in records/. docs/trace.md is generated from them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "sim/trace/records/action_record.hpp"
#include "sim/trace/records/assessment_record.hpp"
#include "sim/trace/records/bandit_record.hpp"
#include "sim/trace/records/candidate_record.hpp"
#include "sim/trace/records/client_record.hpp"
#include "sim/trace/records/confusion_record.hpp"
#include "sim/trace/records/digest_record.hpp"
#include "sim/trace/records/drift_record.hpp"
#include "sim/trace/records/event_record.hpp"
#include "sim/trace/records/evidence_record.hpp"
#include "sim/trace/records/monitoring_record.hpp"
#include "sim/trace/records/omitted_record.hpp"
#include "sim/trace/records/round_record.hpp"
#include "sim/trace/records/rule_record.hpp"
#include "sim/trace/records/satisfaction_record.hpp"
#include "sim/trace/records/service_record.hpp"
#include "sim/trace/records/serving_record.hpp"
#include "sim/trace/records/timing_record.hpp"
#include "sim/trace/records/tta_record.hpp"
#include "sim/trace/schema.hpp"

namespace mlaasim::sim {

/// Raised by one whenever a table or a column changes its meaning.
inline constexpr std::int32_t trace_schema_version = 10;
/// The oldest schema that is still read; --resume wants the newest.
inline constexpr std::int32_t oldest_readable_schema = 2;

/// Every table in the order of the file; `timing` is the last.
[[nodiscard]] std::span<const Table* const> all_tables();
/// Where the table stands among them.
[[nodiscard]] std::size_t position_of(const Table& table);

}  // namespace mlaasim::sim
