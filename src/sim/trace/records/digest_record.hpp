// The trace's table `digests`.
#pragma once

#include "sim/trace/columns.hpp"

namespace mlaasim::sim {

struct DigestRecord {
    MLAASIM_COLUMN(std::uint32_t, round, "", number_of_the_round)
    MLAASIM_COLUMN(Text<16>, table_name, "", "name of the table")
    MLAASIM_COLUMN(Text<64>, sha256, "", "SHA-256 of the table's packed rows of this round, in hexadecimal digits")
    MLAASIM_TABLE(
        DigestRecord, "digests",
        "One row per round and table with rows of that round; not of `timing`, which has a digest of its own.")
};

}  // namespace mlaasim::sim
