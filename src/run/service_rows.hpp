// Which services have rows in the trace, where there are too many for all of them.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "sim/core/random.hpp"
#include "sim/options/options.hpp"
#include "sim/trace/trace.hpp"

namespace mlaasim::run {

/// automatic: all in marketplaces of up to `most_services_with_all_rows`, else sample.
enum class ServiceRows { automatic, all, sample, changed, none };

[[nodiscard]] std::vector<sim::Choice> choices_of(ServiceRows rows);

/// What the trace keeps.
struct TraceOptions {
    ServiceRows service_rows = ServiceRows::automatic;
    std::int64_t sample = 1000;  ///< services whose rows `sample` keeps
};

void declare(sim::OptionVisitor& visitor, TraceOptions& options);

inline constexpr std::uint32_t most_services_with_all_rows = 10'000;
/// A composition that has no more members at the start of a round has all their rows, whatever the scenario says: the
/// account of who was a member when, and why one left, is made of them. They take 1.1 MB a round at most.
inline constexpr std::size_t most_members_with_all_rows = 10'000;

/// Writes rows of `services`, or counts those that it leaves out. Nothing of it outlasts a round.
class ServiceRowWriter {
public:
    ServiceRowWriter(const TraceOptions& options, std::uint32_t services, sim::Seed seed);

    /// `members`: of the composition at the start of the round.
    void begin_round(std::size_t members) { members_ = members; }
    void write(const sim::ServiceRecord& record, sim::RowBuffer& rows);
    /// Writes what was left out since the last call.
    void end_round(sim::RowBuffer& rows);

    /// Rows to expect of a round in which all members train.
    [[nodiscard]] double expected_rows(std::size_t members) const;

private:
    [[nodiscard]] bool keeps(const sim::ServiceRecord& record) const;

    ServiceRows kept_;           ///< never automatic
    std::vector<bool> sampled_;  ///< by service; empty unless a sample is kept
    double sampled_share_ = 0.0;
    std::size_t members_ = 0;
    std::array<sim::OmittedRecord, 2> omitted_;  ///< of members, of candidates
};

}  // namespace mlaasim::run
