// The trace's table `serving`.
#pragma once

#include <limits>

#include "sim/trace/columns.hpp"

namespace mlaasim::sim {

struct ServingRecord {
    MLAASIM_COLUMN(std::uint32_t, round, "", "number of the round whose window was looked at")
    MLAASIM_COLUMN(std::uint32_t, client, "", "id of the client")
    MLAASIM_COLUMN(
        Text<8>, branch, "",
        "how the client is served in the next round (with `look_first` in this one): `plain`, `aligned` (its samples "
        "are turned back), "
        "`adapted` (flagged samples go to a model adapted to them), `weighted` (predictions are weighted by how "
        "common the classes are in its stream), `restored` (values that don't belong to cluttered samples are "
        "replaced), `shared` (drifted samples go to a model with the statistics of all clients that have drifted "
        "alike)")
    MLAASIM_COLUMN(Text<16>, reason, "",
                   "`turned`, `gate open`, `gate closed`, `no batch norm`, `not proved` (on labelled samples), "
                   "`diverged`, `classes shifted`, `cluttered`, `drifted alike`, `few samples` (in the window), "
                   "`equal samples` (one and the same, all over the window), `no reference` (samples of providers)")
    MLAASIM_COLUMN(std::int64_t, samples, "samples", "of the window, looked at without their labels")
    MLAASIM_COLUMN(double, angle, "degrees",
                   "by which the samples have turned, counter-clockwise: where entropy is least; NaN: not asked")
    MLAASIM_COLUMN(
        double, gain, "nat",
        "of mean entropy, when the samples are turned back; for `restored`, when cluttered ones are restored")
    MLAASIM_COLUMN(double, clean_gain, "nat", "that 97.5 % of clean windows stay below: more is needed")
    MLAASIM_COLUMN(double, flagged_aligned, "1",
                   "share of the samples that the gate flags once they are turned back or restored; NaN: not asked")
    MLAASIM_COLUMN(
        double, flagged, "1",
        "share of the samples that the gate flags as they are; for `restored`, of cluttered ones; NaN: not asked")
    MLAASIM_COLUMN(double, flagged_to_open, "1",
                   "share from which on the gate is open, or samples are restored; NaN: not asked")
    MLAASIM_COLUMN(std::int64_t, adapted_to, "samples", "flagged samples that batch norm was adapted to")
    MLAASIM_COLUMN(double, classes_moved, "1",
                   "total variation between the mix of classes in the window and that of the providers; NaN: not asked",
                   std::numeric_limits<double>::quiet_NaN())
    MLAASIM_COLUMN(double, drift, "1",
                   "squared length of what no mix of classes explains of the window's mean features; NaN: not asked",
                   std::numeric_limits<double>::quiet_NaN())
    MLAASIM_COLUMN(double, clean_drift, "1", "that 99 % of clean windows stay below: more is drift; NaN: not asked",
                   std::numeric_limits<double>::quiet_NaN())
    MLAASIM_COLUMN(std::int64_t, alike, "clients", "whose streams have drifted alike, with this one; 0: no drift", 0)
    MLAASIM_COLUMN(
        Text<16>, mix_correction, "",
        "the mix of classes that the statistics of these clients are corrected for: `known` (from their windows before "
        "the drift), `estimated` (from the drifted samples) or `none` (no correction); empty: no such statistics")
    MLAASIM_COLUMN(std::int64_t, labels, "samples",
                   "labelled samples, never scored, that the adaptation was checked on")
    MLAASIM_COLUMN(double, benefit, "1", "mean fall of half the Brier loss on them; NaN: not asked")
    MLAASIM_COLUMN(double, benefit_bound, "1", "its lower 95 % bound, which must be above 0; NaN: not asked")
    MLAASIM_TABLE(ServingRecord, "serving",
                  "One row per round and client whose window was looked at: how it is served next, and why.")
};

}  // namespace mlaasim::sim
