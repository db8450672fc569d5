// The trace's tables: one struct a table. docs/trace.md is generated from their descriptions.
#pragma once

#include <cstdint>
#include <span>

#include "sim/trace/schema.hpp"

namespace mlaasim::sim {

/// Raised by one whenever a table or a column changes its meaning.
inline constexpr std::int32_t trace_schema_version = 3;
/// The oldest schema that is still read; --resume wants the newest.
inline constexpr std::int32_t oldest_readable_schema = 2;

/// One row a round: the composition as the clients see it.
struct RoundRecord {
    std::uint32_t round = 0;
    std::uint32_t members = 0;
    std::uint32_t available = 0;
    std::uint32_t trained = 0;
    std::uint32_t diverged = 0;
    std::uint32_t assessed = 0;
    std::uint32_t underperforming = 0;
    std::uint32_t replaced = 0;
    std::uint32_t adapted = 0;
    std::int64_t samples = 0;
    double accuracy = 0, precision = 0, recall = 0, f1 = 0, loss = 0;
    double adapted_accuracy = 0, adapted_loss = 0;
    double train_loss = 0;
    double latency_ms = 0, energy_j = 0, memory_bytes = 0;
    std::int64_t bytes = 0;
    static const Table& table();
};

/// One row per member and round (and per candidate that was trained on trial).
struct ServiceRecord {
    std::uint32_t round = 0;
    std::uint32_t service = 0;
    Text<12> role{};    ///< member, candidate
    Text<12> status{};  ///< trained, outage, diverged
    std::int64_t samples = 0;
    double train_loss = 0;
    double effectiveness = 0;
    double quality = 0;
    double reliability = 0;
    double response_ms = 0;
    double train_ms = 0;
    double energy_j = 0;
    double memory_bytes = 0;
    std::int64_t bytes = 0;
    double rotation_degrees = 0, noise_deviation = 0, swapped_share = 0;
    static const Table& table();
};

/// One row per client and round: the composition on this client's stream.
struct ClientRecord {
    std::uint32_t round = 0;
    std::uint32_t client = 0;
    std::int64_t samples = 0;
    double accuracy = 0, precision = 0, recall = 0, f1 = 0, loss = 0;
    double adapted_accuracy = 0, adapted_loss = 0;
    double rotation_degrees = 0, noise_deviation = 0, swapped_share = 0;
    static const Table& table();
};

/// One row per assessed member: its contribution (adaptive composition, eq. 1-6, Alg. 1).
struct AssessmentRecord {
    std::uint32_t round = 0;
    std::uint32_t service = 0;
    double qos_without = 0;
    double qos_contribution = 0;
    double distance = 0;
    double functional_contribution = 0;
    double score = 0;
    double threshold = 0;
    std::uint32_t underperforming = 0;
    static const Table& table();
};

/// One row per service that the candidate filter looked at (Alg. 2).
struct CandidateRecord {
    std::uint32_t round = 0;
    std::uint32_t service = 0;
    double effectiveness = 0;
    double quality = 0;
    double volume = 0;
    std::uint32_t accepted = 0;
    Text<24> reason{};
    static const Table& table();
};

/// One row per candidate that was tried: the five rules and their confidence score (Alg. 3).
struct RuleRecord {
    std::uint32_t round = 0;
    std::uint32_t service = 0;
    double dum = 0, mum = 0, sm = 0, hqu = 0, sru = 0;
    std::uint32_t dum_holds = 0, mum_holds = 0, sm_holds = 0, hqu_holds = 0, sru_holds = 0;
    double confidence = 0;
    std::uint32_t composable = 0;
    static const Table& table();
};

/// One row per arm and selection round (Alg. 4).
struct BanditRecord {
    std::uint32_t round = 0;
    std::uint32_t selection = 0;
    std::uint32_t service = 0;
    double expected = 0;
    double bonus = 0;
    double reward = 0;
    std::uint32_t chosen = 0;
    static const Table& table();
};

/// One row per service (or composition) that was adapted at test time: composability scores (test-time, Alg. 1).
struct TtaRecord {
    std::uint32_t round = 0;
    std::int32_t service = -1;  ///< -1: the whole composition
    Text<16> technique{};
    std::int64_t samples = 0;
    double wdm = 0, ucs = 0, bnuas = 0, bndas = 0, pdam = 0;
    double score = 0;
    std::uint32_t composable = 0;
    Text<24> outcome{};
    static const Table& table();
};

/// Whatever else happened: drift, outage, substitution, ...
struct EventRecord {
    std::uint32_t round = 0;
    Text<20> kind{};
    Text<12> subject{};  ///< service, client, composition, drift
    std::int32_t id = -1;
    std::int32_t other = -1;  ///< the second party, e.g. the substitute
    double value = 0;
    static const Table& table();
};

/// SHA-256 of a table's rows of one round: what `verify` and `--resume` compare the rows with.
struct DigestRecord {
    std::uint32_t round = 0;
    Text<16> table_name{};
    Text<64> sha256{};
    static const Table& table();
};

/// Measured on the machines of the run; the only table that differs between repetitions.
struct TimingRecord {
    std::uint32_t round = 0;
    std::uint32_t rank = 0;
    Text<16> phase{};  ///< train, aggregate, evaluate, assess, adapt, commit, round
    double seconds = 0;
    double resident_mib = 0;
    std::int64_t items = 0;  ///< services trained or clients evaluated by this rank
    double imbalance = 0;    ///< of the placement on the ranks, predicted
    static const Table& table();
};

/// Every table in the order of the file; `timing` is the last.
[[nodiscard]] std::span<const Table* const> all_tables();
/// Where the table stands among them.
[[nodiscard]] std::size_t position_of(const Table& table);

}  // namespace mlaasim::sim
