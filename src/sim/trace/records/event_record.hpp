// The trace's table `events`.
#pragma once

#include "sim/trace/columns.hpp"

namespace mlaasim::sim {

struct EventRecord {
    MLAASIM_COLUMN(std::uint32_t, round, "", number_of_the_round)
    MLAASIM_COLUMN(
        Text<20>, kind, "",
        "`drift_start`, `drift_end`, `outage`; `divergence`: of a service's update, or of the adaptation to "
        "the samples of a client, who is then served plainly; `alarm`: a detector found that the composition "
        "got worse; `refusal`: a candidate that would break a requirement together with the substitutes "
        "before it; `substitution`, `integration` and `removal`: a "
        "change of the composition; `rollback`: a newcomer that turned out to harm left, for `other` where "
        "its predecessor came back; `collapse`: harm is proven, and nothing can be done about it; "
        "`all_underperform`: no member performs, so there is nothing to measure substitutes by, and none is "
        "sought; `one_class`: all labelled samples have one class, so they prove no harm and no gain; `truth`: "
        "the strategy was told which services harm and which fit")
    MLAASIM_COLUMN(Text<12>, subject, "", "whom it happened to: `service`, `client`, `composition`, `class` or `drift`")
    MLAASIM_COLUMN(std::int32_t, id, "", "id of the subject; -1 when it has none", -1)
    MLAASIM_COLUMN(std::int32_t, other, "", "id of the second party, e.g. the substitute; -1 when there is none", -1)
    MLAASIM_COLUMN(double, value, "",
                   "a number that belongs to the kind of event: the substitute's confidence; with `heal` what the "
                   "change is worth, as `mean` in `actions`; how many underperform or harm; the mean of what a "
                   "detector watched in the round")
    MLAASIM_TABLE(EventRecord, "events", "Whatever else happened: drift, outage, substitution, ...")
};

}  // namespace mlaasim::sim
