// The trace's table `clients`.
#pragma once

#include <limits>

#include "sim/trace/columns.hpp"

namespace mlaasim::sim {

struct ClientRecord {
    MLAASIM_COLUMN(std::uint32_t, round, "", number_of_the_round)
    MLAASIM_COLUMN(std::uint32_t, client, "", "id of the client")
    MLAASIM_COLUMN(std::int64_t, samples, "samples", "samples of the client's stream in this round")
    MLAASIM_COLUMN(double, accuracy, "1", "share of the samples classified correctly, before any adaptation")
    MLAASIM_COLUMN(double, precision, "1", "precision, averaged over classes")
    MLAASIM_COLUMN(double, recall, "1", "recall, averaged over classes")
    MLAASIM_COLUMN(double, f1, "1", "F1 score, averaged over classes")
    MLAASIM_COLUMN(double, loss, "nat", "mean cross-entropy per sample")
    MLAASIM_COLUMN(
        double, adapted_accuracy, "1",
        "what the composition after the round's response has on the same samples; nothing was decided on their labels, "
        "but services that were adapted at test time have seen some of them. Equals accuracy without a response")
    MLAASIM_COLUMN(double, adapted_loss, "nat", "the same of the loss")
    MLAASIM_COLUMN(double, plain_accuracy, "1",
                   "accuracy on the same samples of the composition alone, without what this client is served besides",
                   std::numeric_limits<double>::quiet_NaN())
    MLAASIM_TABLE(ClientRecord, "clients", "One row per round and client: the composition on this client's stream.")
};

}  // namespace mlaasim::sim
