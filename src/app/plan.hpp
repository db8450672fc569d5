// What a scenario would take on a number of ranks: a dry run from the cost model, with rates measured here.
#pragma once

#include "run/setup.hpp"

namespace mlaasim::app {

struct PlanRequest {
    run::RunRequest run;  ///< scenario, overrides and data folder
    int ranks = 1;
    double network_gbit_s = 10.0;  ///< between ranks, each way
    double latency_us = 20.0;      ///< of one message
};

/// Prints predicted seconds, memory and bytes per rank and round. Trains and evaluates a few services and clients, for
/// about a second, to learn this machine's rates. Returns the exit code.
int plan(const PlanRequest& request);

}  // namespace mlaasim::app
