// All that a trace says of its run, read once: what the report, the story and the explanations are made of.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "sim/scenario_text/tree.hpp"
#include "sim/trace/records.hpp"
#include "sim/trace/trace.hpp"

namespace mlaasim::study {

struct RunTrace {
    std::filesystem::path file;
    sim::TraceHeader header;
    sim::OptionsNode scenario;  ///< the resolved scenario
    std::vector<sim::RoundRecord> rounds;
    std::vector<sim::ServiceRecord> services;
    std::vector<sim::ClientRecord> clients;
    std::vector<sim::AssessmentRecord> assessment;
    std::vector<sim::CandidateRecord> candidates;
    std::vector<sim::RuleRecord> rules;
    std::vector<sim::BanditRecord> bandit;
    std::vector<sim::TtaRecord> tta;
    std::vector<sim::EventRecord> events;
    std::vector<sim::TimingRecord> timing;
    std::vector<sim::DriftRecord> drift;                ///< empty in traces of schemas that have no such table
    std::vector<sim::EvidenceRecord> evidence;          ///< the same
    std::vector<sim::ConfusionRecord> confusion;        ///< the same; not of every round
    std::vector<sim::ActionRecord> actions;             ///< the same
    std::vector<sim::MonitoringRecord> monitoring;      ///< the same
    std::vector<sim::SatisfactionRecord> satisfaction;  ///< the same
    std::vector<sim::ServingRecord> serving;            ///< the same
    std::vector<sim::OmittedRecord> omitted;            ///< the same

    /// The last round that is committed; 0 before the first.
    [[nodiscard]] std::uint32_t last_round() const { return rounds.empty() ? 0 : rounds.back().round; }
    /// Rows of this round that `services` leaves out.
    [[nodiscard]] std::int64_t omitted_rows(std::uint32_t round) const;
    /// Text of an option by its path, "composition.aggregation"; `absent` when the scenario has no such value.
    [[nodiscard]] std::string option(std::string_view path, std::string_view absent = "") const;
    /// Whether windows were looked at before they were served.
    [[nodiscard]] bool looks_first() const { return option("adaptation.serving.look_first") == "true"; }
    [[nodiscard]] std::string name() const { return option("name", "unnamed"); }
    /// Rounds that the scenario asks for.
    [[nodiscard]] std::uint32_t planned_rounds() const;
};

/// A trace, or the folder that holds trace.h5. Throws InputError when there is none.
[[nodiscard]] std::filesystem::path trace_in(const std::filesystem::path& path);

/// Reads a trace of any schema that this program reads. The run may go on meanwhile: what it commits while the tables
/// are read is left out. Throws InputError for a file that is no whole trace, and for rounds that are not 1, 2, 3, ...
[[nodiscard]] RunTrace read_run_trace(const std::filesystem::path& file);

/// The same of the tables alone that findings_of() takes. The others, which hold a row a service, stay empty.
[[nodiscard]] RunTrace read_what_was_found(const std::filesystem::path& file);

}  // namespace mlaasim::study
