// The trace's table `monitoring`.
#pragma once

#include "sim/trace/columns.hpp"

namespace mlaasim::sim {

struct MonitoringRecord {
    MLAASIM_COLUMN(std::uint32_t, round, "", number_of_the_round)
    MLAASIM_COLUMN(Text<16>, trigger, "", "adaptation.trigger.kind: `adwin`, `page_hinkley` or `requirements`")
    MLAASIM_COLUMN(std::int64_t, samples, "samples",
                   "labelled samples of all clients that were watched; 0 without a detector")
    MLAASIM_COLUMN(double, mean, "1",
                   "of their values: share of errors, or mean of half the Brier loss; NaN without any")
    MLAASIM_COLUMN(std::int64_t, window, "samples",
                   "newest samples that the detector takes for those of one mean, at the end of the round")
    MLAASIM_COLUMN(double, window_mean, "1", "the mean of their values; NaN without any")
    MLAASIM_COLUMN(Text<8>, change, "",
                   "what the detector found in the round: `rose`, an alarm; `fell`, none; or `none`")
    MLAASIM_COLUMN(std::uint32_t, unmet, "", "requirements of clients that the composition did not meet")
    MLAASIM_COLUMN(std::uint32_t, open, "0/1",
                   "1 when the strategy was to respond: at an alarm or an unmet requirement, and for a while after it")
    MLAASIM_TABLE(
        MonitoringRecord, "monitoring",
        "One row per round that assesses, unless adaptation.trigger is `always`: what was watched, and whether "
        "the strategy responds.")
};

}  // namespace mlaasim::sim
