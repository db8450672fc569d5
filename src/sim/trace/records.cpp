#include "sim/trace/records.hpp"

#include <algorithm>
#include <array>

#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

/// One column, its type, place and size deduced from the member of the same name.
#define COLUMN(member, unit, doc)                                                                                   \
    Field {                                                                                                         \
#member, FieldTypeOf < decltype(Record::member)> ::value, offsetof(Record, member), sizeof(Record::member), \
            unit, doc                                                                                               \
    }

constexpr std::string_view number_of_the_round = "the round; 0 is the set-up before training";
constexpr std::string_view rotation = "rotation of the drifted data";
constexpr std::string_view noise = "standard deviation of the noise added by the drift, pixels in [0, 1]";
constexpr std::string_view swapped = "share of the labels that the drift swapped";

}  // namespace

const Table& RoundRecord::table() {
    using Record = RoundRecord;
    static constexpr std::array fields{
        COLUMN(round, "", number_of_the_round),
        COLUMN(members, "services", "size of the composition at the end of the round"),
        COLUMN(available, "services", "members that were reachable (no outage)"),
        COLUMN(trained, "services", "members whose update was aggregated"),
        COLUMN(diverged, "services",
               "members whose update was refused because it was not finite or far beyond the model it started from"),
        COLUMN(assessed, "services", "members that were assessed; 0 when the round had no assessment"),
        COLUMN(underperforming, "services", "members whose contribution was below the threshold"),
        COLUMN(replaced, "services", "members that were substituted by a candidate"),
        COLUMN(adapted, "services", "members that were adapted at test time and kept"),
        COLUMN(samples, "samples", "samples of all clients that the composition was evaluated on"),
        COLUMN(accuracy, "1", "share of the samples classified correctly, before any adaptation"),
        COLUMN(precision, "1", "precision, averaged over classes"),
        COLUMN(recall, "1", "recall, averaged over classes"),
        COLUMN(f1, "1", "F1 score, averaged over classes"),
        COLUMN(loss, "nat", "mean cross-entropy per sample"),
        COLUMN(
            adapted_accuracy, "1",
            "accuracy on the same samples after adaptation and substitution; equals accuracy where neither happened"),
        COLUMN(adapted_loss, "nat", "the same of the loss"),
        COLUMN(train_loss, "nat", "mean local training loss of the members that trained"),
        COLUMN(latency_ms, "ms", "modelled time of the round: the slowest trained member's train_ms"),
        COLUMN(energy_j, "J", "modelled energy of the round, all trained members"),
        COLUMN(memory_bytes, "byte", "modelled peak memory of the most demanding service"),
        COLUMN(bytes, "byte", "modelled traffic of the round, up and down, all trained members"),
    };
    static constexpr Table table{"rounds", "One row a round: the composition as the clients see it.", sizeof(Record),
                                 fields};
    return table;
}

const Table& ServiceRecord::table() {
    using Record = ServiceRecord;
    static constexpr std::array fields{
        COLUMN(round, "", number_of_the_round),
        COLUMN(service, "", "id of the service"),
        COLUMN(role, "", "`member` of the composition, or `candidate` trained on trial"),
        COLUMN(status, "", "`trained`, `outage` (not reachable) or `diverged` (update not finite, refused)"),
        COLUMN(samples, "samples", "samples the service trained on"),
        COLUMN(train_loss, "nat", "mean local training loss of the round"),
        COLUMN(effectiveness, "1",
               "E_f: accuracy of the service's own model on its held-out samples, after this round's training"),
        COLUMN(quality, "1", "Q: moving average of the effectiveness, which begins with the first observation"),
        COLUMN(reliability, "1",
               "R: share of the tasks completed so far, the advertised reliability counting as some of them"),
        COLUMN(response_ms, "ms", "t: modelled time of one request: network there and back, and a forward pass"),
        COLUMN(train_ms, "ms", "modelled time of the training round: model down, local training, update up"),
        COLUMN(energy_j, "J", "modelled energy of training and transfers"),
        COLUMN(memory_bytes, "byte", "modelled peak memory on the service's device"),
        COLUMN(bytes, "byte", "modelled traffic, up and down"),
        COLUMN(rotation_degrees, "degree", rotation),
        COLUMN(noise_deviation, "1", noise),
        COLUMN(swapped_share, "1", swapped),
    };
    static constexpr Table table{"services",
                                 "One row per round and member, and per candidate that was trained on trial.",
                                 sizeof(Record), fields};
    return table;
}

const Table& ClientRecord::table() {
    using Record = ClientRecord;
    static constexpr std::array fields{
        COLUMN(round, "", number_of_the_round),
        COLUMN(client, "", "id of the client"),
        COLUMN(samples, "samples", "samples of the client's stream in this round"),
        COLUMN(accuracy, "1", "share of the samples classified correctly, before any adaptation"),
        COLUMN(precision, "1", "precision, averaged over classes"),
        COLUMN(recall, "1", "recall, averaged over classes"),
        COLUMN(f1, "1", "F1 score, averaged over classes"),
        COLUMN(loss, "nat", "mean cross-entropy per sample"),
        COLUMN(
            adapted_accuracy, "1",
            "accuracy on the same samples after adaptation and substitution; equals accuracy where neither happened"),
        COLUMN(adapted_loss, "nat", "the same of the loss"),
        COLUMN(rotation_degrees, "degree", rotation),
        COLUMN(noise_deviation, "1", noise),
        COLUMN(swapped_share, "1", swapped),
    };
    static constexpr Table table{"clients", "One row per round and client: the composition on this client's stream.",
                                 sizeof(Record), fields};
    return table;
}

const Table& AssessmentRecord::table() {
    using Record = AssessmentRecord;
    static constexpr std::array fields{
        COLUMN(round, "", number_of_the_round),
        COLUMN(service, "", "id of the assessed member"),
        COLUMN(qos_without, "1", "QoS of the composition without this member, Q(M_c \\ i)"),
        COLUMN(qos_contribution, "1",
               "QoS contribution (adaptive composition, eq. 4), in the scale of the chosen form"),
        COLUMN(distance, "1", "distance between the member's update and the composition's, d of eq. 5"),
        COLUMN(functional_contribution, "1", "functional contribution f (eq. 6)"),
        COLUMN(score, "1",
               "service contribution score, alpha * qos_contribution + beta * functional_contribution (eq. 1)"),
        COLUMN(threshold, "1", "the score below which a member underperforms"),
        COLUMN(underperforming, "0/1", "1 when the assessment reports this member"),
    };
    static constexpr Table table{
        "assessment", "One row per assessed member: its contribution (adaptive composition, eq. 1-6, Alg. 1).",
        sizeof(Record), fields};
    return table;
}

const Table& CandidateRecord::table() {
    using Record = CandidateRecord;
    static constexpr std::array fields{
        COLUMN(round, "", number_of_the_round),
        COLUMN(service, "", "id of the candidate"),
        COLUMN(effectiveness, "1", "advertised E_f"),
        COLUMN(quality, "1", "advertised quality history Q"),
        COLUMN(volume, "samples", "advertised volume of data"),
        COLUMN(accepted, "0/1", "1 when the candidate passed every condition"),
        COLUMN(reason, "",
               "accepted, or what spoke against it: member, unavailable, excluded, architecture, modality, features, "
               "or the attributes that are not above the mean of the underperforming"),
    };
    static constexpr Table table{
        "candidates", "One row per service that the candidate filter looked at (adaptive composition, Alg. 2).",
        sizeof(Record), fields};
    return table;
}

const Table& RuleRecord::table() {
    using Record = RuleRecord;
    static constexpr std::array fields{
        COLUMN(round, "", number_of_the_round),
        COLUMN(service, "", "id of the candidate"),
        COLUMN(dum, "1", "data utility: distance between the label histograms (eq. 7)"),
        COLUMN(mum, "1", "model utility: divergence between the weights (eq. 8)"),
        COLUMN(sm, "1", "scalability: response time against the composition's (eq. 9)"),
        COLUMN(hqu, "1", "similarity of the quality histories (eq. 10)"),
        COLUMN(sru, "1", "reliability over the trial rounds (eq. 11)"),
        COLUMN(dum_holds, "0/1", "1 when dum is on the good side of its threshold"),
        COLUMN(mum_holds, "0/1", "1 when mum is on the good side of its threshold"),
        COLUMN(sm_holds, "0/1", "1 when sm is on the good side of its threshold"),
        COLUMN(hqu_holds, "0/1", "1 when hqu is on the good side of its threshold"),
        COLUMN(sru_holds, "0/1", "1 when sru is on the good side of its threshold"),
        COLUMN(confidence, "1", "confidence score: weighted sum of the rules that hold (Alg. 3)"),
        COLUMN(composable, "0/1", "1 when the confidence score reaches its threshold"),
    };
    static constexpr Table table{
        "rules",
        "One row per candidate that was tried: the five composition rules and their confidence score "
        "(adaptive composition, eq. 2 and 7-11, Alg. 3).",
        sizeof(Record), fields};
    return table;
}

const Table& BanditRecord::table() {
    using Record = BanditRecord;
    static constexpr std::array fields{
        COLUMN(round, "", number_of_the_round),
        COLUMN(selection, "", "selection round within the round, from 0"),
        COLUMN(service, "", "id of the candidate that is the arm"),
        COLUMN(expected, "1", "expected reward of the arm"),
        COLUMN(bonus, "1", "exploration bonus; the arm's upper confidence bound is expected + bonus"),
        COLUMN(reward, "1", "reward that the policy learnt from; 0 when the arm was not chosen"),
        COLUMN(chosen, "0/1", "1 when this selection chose the arm"),
    };
    static constexpr Table table{
        "bandit", "One row per arm and selection round of the contextual bandit (adaptive composition, Alg. 4).",
        sizeof(Record), fields};
    return table;
}

const Table& TtaRecord::table() {
    using Record = TtaRecord;
    static constexpr std::array fields{
        COLUMN(round, "", number_of_the_round),
        COLUMN(service, "", "id of the adapted service; -1 is the whole composition"),
        COLUMN(technique, "", "name of the adaptation technique"),
        COLUMN(samples, "samples", "unlabelled samples that the adaptation saw"),
        COLUMN(wdm, "1", "weight drift measurement (test-time, eq. 4)"),
        COLUMN(ucs, "1", "update consistency score (eq. 5)"),
        COLUMN(bnuas, "1", "batch normalisation update alignment score (eq. 6-7)"),
        COLUMN(bndas, "1", "batch normalisation data alignment score (eq. 8-9)"),
        COLUMN(pdam, "1", "prediction distribution alignment measurement (eq. 10)"),
        COLUMN(score, "1", "composability score: mean of the five terms that apply (Alg. 1)"),
        COLUMN(composable, "0/1", "1 when the score reaches its threshold"),
        COLUMN(outcome, "", "what became of the adapted service"),
    };
    static constexpr Table table{
        "tta",
        "One row per service (or whole composition) that was adapted at test time, with its composability "
        "scores (test-time adaptive composition, eq. 4-10, Alg. 1).",
        sizeof(Record), fields};
    return table;
}

const Table& EventRecord::table() {
    using Record = EventRecord;
    static constexpr std::array fields{
        COLUMN(round, "", number_of_the_round),
        COLUMN(kind, "",
               "`drift_start`, `drift_end`, `outage`, `divergence`, `substitution`, or `all_underperform`: no member "
               "performs, so "
               "there is nothing to measure substitutes by, and none is sought"),
        COLUMN(subject, "", "whom it happened to: `service`, `client`, `composition` or `drift`"),
        COLUMN(id, "", "id of the subject; -1 when it has none"),
        COLUMN(other, "", "id of the second party, e.g. the substitute; -1 when there is none"),
        COLUMN(value, "",
               "a number that belongs to the kind of event: the substitute's confidence, how many underperform"),
    };
    static constexpr Table table{"events", "Whatever else happened: drift, outage, substitution, ...", sizeof(Record),
                                 fields};
    return table;
}

const Table& DigestRecord::table() {
    using Record = DigestRecord;
    static constexpr std::array fields{
        COLUMN(round, "", number_of_the_round),
        COLUMN(table_name, "", "name of the table"),
        COLUMN(sha256, "", "SHA-256 of the table's packed rows of this round, in hexadecimal digits"),
    };
    static constexpr Table table{
        "digests",
        "One row per round and table with rows of that round; not of `timing`, which has a digest of its own.",
        sizeof(Record), fields};
    return table;
}

const Table& TimingRecord::table() {
    using Record = TimingRecord;
    static constexpr std::array fields{
        COLUMN(round, "", number_of_the_round),
        COLUMN(rank, "", "the MPI rank that measured"),
        COLUMN(phase, "",
               "`mpi_init` and `setup` (before the first round played), `train`, `aggregate`, `evaluate`, `assess`, "
               "`adapt`, `trial` "
               "(training of candidates), `commit`, or the whole `round`"),
        COLUMN(seconds, "s", "measured wall-clock time of the phase"),
        COLUMN(resident_mib, "MiB", "measured resident memory of the rank at the end of the phase"),
        COLUMN(items, "", "services trained or clients evaluated by this rank"),
        COLUMN(
            imbalance, "",
            "train, trial: predicted cost of the busiest rank over the mean, by the placement of the services; else 0"),
    };
    static constexpr Table table{
        "timing", "Measured on the machines of the run; the only table that differs between repetitions.",
        sizeof(Record), fields};
    return table;
}

#undef COLUMN

std::span<const Table* const> all_tables() {
    static const std::array tables{&RoundRecord::table(),      &ServiceRecord::table(),   &ClientRecord::table(),
                                   &AssessmentRecord::table(), &CandidateRecord::table(), &RuleRecord::table(),
                                   &BanditRecord::table(),     &TtaRecord::table(),       &EventRecord::table(),
                                   &DigestRecord::table(),     &TimingRecord::table()};
    return tables;
}

std::size_t position_of(const Table& table) {
    const auto tables = all_tables();
    const auto found = std::ranges::find(tables, &table);
    expects(found != tables.end(), "the table is one of all_tables()");
    return static_cast<std::size_t>(found - tables.begin());
}

}  // namespace mlaasim::sim
