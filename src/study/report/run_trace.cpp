#include "study/report/run_trace.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "sim/core/error.hpp"
#include "sim/core/regular_file.hpp"
#include "sim/scenario_text/parse.hpp"
#include "sim/storage/records_of.hpp"
#include "sim/storage/trace_file.hpp"
#include "study/damage.hpp"
#include "study/study_folder.hpp"

namespace mlaasim::study {
namespace {

namespace fs = std::filesystem;

/// The rows up to a round: the run may have committed more since that round was read.
template <class Record>
std::vector<Record> records_until(const fs::path& file, std::uint32_t round) {
    std::vector<Record> records = sim::records_of<Record>(file);
    std::erase_if(records, [&](const Record& record) { return record.round > round; });
    return records;
}

/// The same of a table that older schemas do not have.
template <class Record>
std::vector<Record> records_if_stored(const fs::path& file, std::uint32_t round) {
    const std::vector<sim::StoredTable> tables = sim::tables_of(file);
    const bool stored = std::any_of(tables.begin(), tables.end(),
                                    [](const sim::StoredTable& table) { return table.name == Record::table().name; });
    return stored ? records_until<Record>(file, round) : std::vector<Record>{};
}

void expect_rounds_in_order(const RunTrace& trace) {
    for (std::size_t i = 0; i < trace.rounds.size(); ++i) {
        if (trace.rounds[i].round != i + 1) {
            throw sim::InputError({.file = trace.file.string(),
                                   .what = fmt::format("row {} of rounds is of round {}", i, trace.rounds[i].round),
                                   .expected = "rounds 1, 2, 3, ...",
                                   .hint = "mlaasim trace verify says whether the file is whole"});
        }
    }
}

RunTrace read_rounds(const fs::path& file) {
    RunTrace trace{.file = file, .header = sim::read_header(file), .rounds = sim::records_of<sim::RoundRecord>(file)};
    expect_rounds_in_order(trace);
    trace.scenario = sim::parse_options({.text = trace.header.scenario_yaml, .file = file.string()});
    return trace;
}

void read_found(RunTrace& trace) {
    const std::uint32_t last = trace.last_round();
    trace.assessment = records_until<sim::AssessmentRecord>(trace.file, last);
    trace.tta = records_until<sim::TtaRecord>(trace.file, last);
    trace.events = records_until<sim::EventRecord>(trace.file, last);
    trace.drift = records_if_stored<sim::DriftRecord>(trace.file, last);
    trace.evidence = records_if_stored<sim::EvidenceRecord>(trace.file, last);
    trace.actions = records_if_stored<sim::ActionRecord>(trace.file, last);
    trace.serving = records_if_stored<sim::ServingRecord>(trace.file, last);
}

void read_the_rest(RunTrace& trace) {
    const std::uint32_t last = trace.last_round();
    trace.services = records_until<sim::ServiceRecord>(trace.file, last);
    trace.clients = records_until<sim::ClientRecord>(trace.file, last);
    trace.candidates = records_until<sim::CandidateRecord>(trace.file, last);
    trace.rules = records_until<sim::RuleRecord>(trace.file, last);
    trace.bandit = records_until<sim::BanditRecord>(trace.file, last);
    trace.timing = records_until<sim::TimingRecord>(trace.file, last);
    trace.confusion = records_if_stored<sim::ConfusionRecord>(trace.file, last);
    trace.monitoring = records_if_stored<sim::MonitoringRecord>(trace.file, last);
    trace.omitted = records_if_stored<sim::OmittedRecord>(trace.file, last);
    trace.satisfaction = records_if_stored<sim::SatisfactionRecord>(trace.file, last);
}

}  // namespace

std::string RunTrace::option(std::string_view path, std::string_view absent) const {
    const sim::OptionsNode* node = &scenario;
    for (const std::string_view part : sim::path_parts(path)) {
        node = node != nullptr ? node->child(part) : nullptr;
    }
    return node != nullptr && node->kind == sim::OptionsNode::Kind::scalar ? node->text : std::string{absent};
}

std::int64_t RunTrace::omitted_rows(std::uint32_t round) const {
    std::int64_t rows = 0;
    for (const sim::OmittedRecord& part : omitted) {
        rows += part.round == round ? part.rows : 0;
    }
    return rows;
}

std::uint32_t RunTrace::planned_rounds() const {
    const std::string text = option("rounds");
    std::uint32_t planned = 0;
    std::from_chars(text.data(), text.data() + text.size(), planned);
    return planned;
}

fs::path trace_in(const fs::path& path) {
    std::error_code ignored;
    fs::path trace = fs::is_directory(path, ignored) ? path / "trace.h5" : path;
    if (trace != path && is_study_folder(path)) {
        throw sim::InputError(
            {.file = path.string(),
             .what = "this is the folder of a study, and not of one run",
             .expected = "a trace.h5 file, or the folder that holds it",
             .hint = "its runs are in the folder points; mlaasim report, compare and status take the whole study"});
    }
    sim::expect_regular_file(trace,
                             {.subject = "the trace", .expected = "a trace.h5 file, or the folder that holds it"});
    return trace;
}

RunTrace read_run_trace(const fs::path& file) {
    return reading(file, [&] {
        RunTrace trace = read_rounds(file);
        read_found(trace);
        read_the_rest(trace);
        return trace;
    });
}

RunTrace read_what_was_found(const fs::path& file) {
    return reading(file, [&] {
        RunTrace trace = read_rounds(file);
        read_found(trace);
        return trace;
    });
}

}  // namespace mlaasim::study
