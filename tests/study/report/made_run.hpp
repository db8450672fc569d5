// A run made by hand, whose story is known: service 1 of three members begins to mislabel in round 3 and is replaced by
// service 4; in round 4 service 0 is adapted at test time.
#pragma once

#include <cmath>
#include <filesystem>
#include <string>
#include <string_view>

#include "sim/storage/trace_file.hpp"
#include "sim/trace_samples.hpp"

namespace mlaasim::study::testing {

inline std::string made_scenario(const std::string& name, std::uint32_t rounds) {
    return "name: " + name + "\nrounds: " + std::to_string(rounds) +
           "\nservices:\n  count: 6\nclients:\n  count: 2\ncomposition:\n  aggregation: fedavg\n"
           "drift:\n  - kind: label_swap\n    target: services\n    ids: [1]\n  - kind: rotation\n    target: "
           "clients\n";
}

inline sim::TraceHeader made_header(const std::string& name, std::uint32_t rounds) {
    sim::TraceHeader header = sim::testing::sample_header();
    header.scenario_yaml = made_scenario(name, rounds);
    return header;
}

inline void append_member(sim::RowBuffer& rows, std::uint32_t round, std::uint32_t service,
                          const char* status = "trained") {
    rows.append(sim::ServiceRecord{.round = round,
                                   .service = service,
                                   .role = "member",
                                   .status = status,
                                   .samples = std::string_view{status} == "outage" ? 0U : 100U,
                                   .train_loss = 0.5,
                                   .effectiveness = 0.75,
                                   .quality = 0.7,
                                   .reliability = 0.9,
                                   .response_ms = 12.5,
                                   .energy_j = 2.0,
                                   .bytes = 1'000'000});
}

inline void append_clients(sim::RowBuffer& rows, std::uint32_t round, double accuracy) {
    rows.append(
        sim::ClientRecord{.round = round, .client = 0, .samples = 50, .accuracy = accuracy - 0.1, .f1 = accuracy});
    rows.append(
        sim::ClientRecord{.round = round, .client = 1, .samples = 50, .accuracy = accuracy + 0.1, .f1 = accuracy});
}

/// Three classes; of the label 2 a fifth is answered as 0, of the label 1 one sample.
inline void append_confusion(sim::RowBuffer& rows, std::uint32_t round) {
    const auto add = [&](std::uint32_t truth, std::uint32_t predicted, std::int64_t samples) {
        rows.append(
            sim::ConfusionRecord{.round = round, .truth = truth, .predicted = predicted, .samples = samples + round});
    };
    add(0, 0, 30);
    add(1, 0, 0);
    add(1, 1, 20);
    add(2, 0, 10);
    add(2, 2, 30);
}

inline void append_round(sim::RowBuffer& rows, std::uint32_t round, double accuracy, std::uint32_t replaced = 0,
                         std::uint32_t adapted = 0) {
    rows.append(sim::RoundRecord{.round = round,
                                 .members = 3,
                                 .available = 3,
                                 .trained = 3,
                                 .assessed = round >= 3 ? 3U : 0U,
                                 .underperforming = replaced + adapted,
                                 .replaced = replaced,
                                 .adapted = adapted,
                                 .samples = 100,
                                 .accuracy = accuracy,
                                 .f1 = accuracy,
                                 .loss = 1.0 - accuracy,
                                 .adapted_accuracy = accuracy + 0.05,
                                 .adapted_loss = 0.9 - accuracy,
                                 .train_loss = 0.4,
                                 .latency_ms = 1500,
                                 .energy_j = 6.0,
                                 .memory_bytes = 1e6,
                                 .bytes = 3'000'000});
    append_clients(rows, round, accuracy);
    append_confusion(rows, round);
    rows.append(sim::TimingRecord{.round = round, .rank = 0, .phase = "train", .seconds = 0.5, .resident_mib = 100});
    rows.append(sim::TimingRecord{.round = round, .rank = 1, .phase = "train", .seconds = 0.75, .resident_mib = 120});
    rows.append(sim::TimingRecord{.round = round, .rank = 0, .phase = "round", .seconds = 1.0, .resident_mib = 100});
}

/// A run of two rounds and three members, of which two have no rows.
inline std::filesystem::path make_run_with_omitted_rows(const std::filesystem::path& folder, const std::string& kept) {
    sim::TraceHeader header = made_header("large", 2);
    header.scenario_yaml += "trace:\n  service_rows: " + kept + "\n";
    sim::TraceFile trace = sim::TraceFile::create(folder, header);
    sim::RowBuffer rows;
    for (const std::uint32_t round : {1U, 2U}) {
        append_round(rows, round, 0.8);
        append_member(rows, round, 1);
        rows.append(sim::OmittedRecord{
            .round = round, .role = "member", .rows = 2, .trainings = 2, .bytes = 5'000'000, .energy_j = 8.0});
    }
    trace.commit(rows, {.round = sim::Round{2}});
    return folder / "trace.h5";
}

/// What the coordinator found and decided in round 3.
inline void append_replacement(sim::RowBuffer& rows) {
    rows.append(sim::EvidenceRecord{.round = 3, .tier = "labels", .spent = 64});
    rows.append(sim::EvidenceRecord{.round = 3, .tier = "trials", .spent = 1});
    rows.append(sim::EventRecord{.round = 3, .kind = "drift_start", .subject = "drift", .id = 0});
    rows.append(sim::DriftRecord{.round = 3, .target = "service", .id = 1, .entry = 0, .strength = 0.9});
    for (const std::uint32_t service : {0U, 1U, 2U}) {
        rows.append(sim::AssessmentRecord{.round = 3,
                                          .service = service,
                                          .qos_without = 0.6,
                                          .qos_contribution = service == 1 ? -0.2 : 0.2,
                                          .distance = 1.0,
                                          .functional_contribution = 0.05,
                                          .score = service == 1 ? -0.08 : 0.12,
                                          .threshold = 0.01,
                                          .underperforming = service == 1 ? 1U : 0U});
    }
    rows.append(sim::CandidateRecord{
        .round = 3, .service = 0, .effectiveness = 0.8, .quality = 0.7, .volume = 100, .reason = "member"});
    rows.append(sim::CandidateRecord{
        .round = 3, .service = 3, .effectiveness = 0.2, .quality = 0.2, .volume = 90, .reason = "quality"});
    rows.append(sim::CandidateRecord{.round = 3,
                                     .service = 4,
                                     .effectiveness = 0.9,
                                     .quality = 0.8,
                                     .volume = 120,
                                     .accepted = 1,
                                     .reason = "accepted"});
    rows.append(sim::CandidateRecord{.round = 3,
                                     .service = 5,
                                     .effectiveness = 0.9,
                                     .quality = 0.8,
                                     .volume = 110,
                                     .accepted = 1,
                                     .reason = "accepted"});
    rows.append(sim::ServiceRecord{
        .round = 3, .service = 4, .role = "candidate", .status = "trained", .samples = 120, .bytes = 500'000});
    rows.append(sim::RuleRecord{.round = 3,
                                .service = 4,
                                .dum = 0.4,
                                .mum = 0.1,
                                .sm = 0.9,
                                .hqu = 0.95,
                                .sru = std::nan(""),
                                .dum_holds = 1,
                                .mum_holds = 1,
                                .sm_holds = 1,
                                .hqu_holds = 0,
                                .confidence = 0.8,
                                .composable = 1});
    rows.append(sim::BanditRecord{
        .round = 3, .selection = 1, .service = 4, .expected = 0.25, .bonus = 0.5, .reward = 0.8, .chosen = 1});
    rows.append(sim::BanditRecord{.round = 3, .selection = 1, .service = 5, .expected = 0.125, .bonus = 0.5});
    rows.append(
        sim::EventRecord{.round = 3, .kind = "substitution", .subject = "service", .id = 1, .other = 4, .value = 0.8});
}

inline void append_adaptation(sim::RowBuffer& rows) {
    rows.append(
        sim::AssessmentRecord{.round = 4, .service = 0, .score = 0.005, .threshold = 0.01, .underperforming = 1});
    rows.append(sim::TtaRecord{.round = 4,
                               .service = 0,
                               .technique = "batch_norm",
                               .samples = 64,
                               .wdm = 0.9,
                               .ucs = std::nan(""),
                               .bnuas = 0.8,
                               .bndas = 0.7,
                               .pdam = 0.6,
                               .score = 0.75,
                               .composable = 1,
                               .outcome = "integrated"});
    rows.append(sim::EventRecord{.round = 4, .kind = "outage", .subject = "service", .id = 2, .other = -1});
}

/// Writes FOLDER/trace.h5 with the first `rounds` of five rounds.
inline std::filesystem::path make_run(const std::filesystem::path& folder, std::uint32_t rounds = 5,
                                      const std::string& name = "made") {
    std::filesystem::create_directories(folder);
    sim::TraceFile trace = sim::TraceFile::create(folder, made_header(name, 5));
    constexpr double accuracy[]{0.5, 0.8, 0.6, 0.82, 0.85};
    for (std::uint32_t round = 1; round <= rounds; ++round) {
        sim::RowBuffer rows;
        append_round(rows, round, accuracy[round - 1], round == 3 ? 1 : 0, round == 4 ? 1 : 0);
        for (const std::uint32_t service : {0U, round <= 3 ? 1U : 4U, 2U}) {
            append_member(rows, round, service, round == 4 && service == 2 ? "outage" : "trained");
        }
        if (round == 3) {
            append_replacement(rows);
        } else if (round == 4) {
            append_adaptation(rows);
        }
        trace.commit(rows, {.round = sim::Round{round}});
    }
    return folder / "trace.h5";
}

}  // namespace mlaasim::study::testing
