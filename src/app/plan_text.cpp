// A plan for people.
#include <fmt/core.h>

#include "app/plan.hpp"
#include "sim/core/counted.hpp"

namespace mlaasim::app {
namespace {

std::string row(const char* what, const Spread& spread, int digits) {
    return fmt::format("  {:<34} {:>12.{}f} {:>12.{}f} {:>12.{}f}\n", what, spread.least, digits, spread.mean, digits,
                       spread.most, digits);
}

}  // namespace

std::string plan_text(const MeasuredPlan& measured) {
    const Plan& plan = measured.plan;
    std::string text = fmt::format("{}: {}, {}, {}, {} on {}\n", plan.scenario, sim::counted(plan.services, "service"),
                                   sim::counted(plan.members, "member"), sim::counted(plan.clients, "client"),
                                   sim::counted(plan.rounds, "round"), sim::counted(plan.ranks, "rank"));
    text += fmt::format("model {}, {} parameters; engine {}; rates measured here in {:.1f} s\n\n", plan.architecture,
                        plan.parameters, plan.engine, measured.measuring_s);
    text += fmt::format("  {:<34} {:>12} {:>12} {:>12}\n", "per rank and round", "least", "mean", "most");
    text += row("services trained", plan.trained, 0);
    text += row("local training, s", plan.training_s, 4);
    text += row("private memory, MiB", plan.memory_mib, 0);
    text += row("bytes sent, KiB", plan.sent_kib, 1);
    text +=
        fmt::format("  imbalance of the placement: {:.3f} (largest predicted cost over the mean)\n", plan.imbalance);
    text += fmt::format("  mapped data, shared by the ranks of a node: {:.0f} MiB\n", plan.data_mib);
    text += fmt::format("  growth of the trace in a round: {:.0f} KiB\n\n", plan.trace_kib);
    text += fmt::format("  {:<34} {:>12.4f}\n", "a round, s", plan.round_s);
    for (const PlannedPart& part : plan.parts) {
        text += fmt::format("    {:<32} {:>12.4f}\n", part.name, part.seconds);
    }
    if (plan.assessment_s) {
        text += fmt::format("  {:<34} {:>12.4f}\n", "a round that assesses, s", plan.round_s + *plan.assessment_s);
        text += fmt::format("    {:<32} {:>12.4f}  (leave-one-out; trials and adaptation come on top)\n", "assessment",
                            *plan.assessment_s);
    }
    return text + fmt::format("  {:<34} {:>12.1f}\n", "all rounds, s", plan.total_s);
}

}  // namespace mlaasim::app
