// Each technique of adaptation at test time in the scenario distributed/same_bits.yaml.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "support/simulation.hpp"

namespace mlaasim::testing {

struct TechniqueRun {
    const char* name;
    const char* integrated;  ///< the technique that is to be found in the trace
    const char* test_time;
    const char* aggregation = "fedavg";
    const char* further = "clients.order={kind: shuffled}";

    /// Low cuts: adapted services are to be accepted on any machine.
    [[nodiscard]] Arguments arguments() const {
        return {"--set", "rounds=5",
                "--set", std::string{"composition.aggregation="} + aggregation,
                "--set", further,
                "--set", std::string{"test_time={samples: 16, composability: {threshold: 0.2}, "} + test_time + "}"};
    }
};

inline void PrintTo(const TechniqueRun& run, std::ostream* stream) { *stream << run.name; }

inline std::vector<TechniqueRun> technique_runs() {
    return {
        {"batch_norm_with_ema", "batch_norm", "technique: batch_norm, ema: 0.5"},
        {"tent_halfway", "tent", "technique: tent, batch: 16, integration: {kind: halfway}"},
        {"memo", "memo", "technique: memo, views: 3"},
        {"rdumb", "rdumb", "technique: rdumb, batch: 16, reset: 4"},
        {"rotta", "rotta", "technique: rotta, every: 16, capacity: 20"},
        {"lame", "lame", "technique: lame", "soft_vote"},
        {"tent_in_steps_on_class_runs", "tent", "technique: tent, batch: 16, integration: {kind: steps, arrived: 0}",
         "fedavg", "clients.order={kind: class_runs, alpha: 0.2}"},
        {"several_by_sam", "",
         "technique: tent, also: [{technique: rdumb}, {technique: batch_norm, ema: 0.5}], integration: {kind: sam}"},
    };
}

}  // namespace mlaasim::testing
