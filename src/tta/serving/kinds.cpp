// The kinds of serving, each in the file of its name.
#include <array>

#include "tta/flagged_adaptation.hpp"
#include "tta/routed.hpp"
#include "tta/serving/serving.hpp"

namespace mlaasim::tta {

sim::Kind<Serving> route_serving();
sim::Kind<Serving> plain_serving();

std::span<const sim::Kind<Serving>> serving_kinds() {
    static const std::array kinds{
        route_serving(),
        plain_serving(),
    };
    return kinds;
}

std::optional<sim::AlignedVector<float>> Serving::adapted(const ServedComposition& composition,
                                                          const Parted& seen) const {
    return adapt_to_flagged(*composition.adapter, composition.parameters, seen.flagged);
}

std::string_view name_of(Branch branch) {
    switch (branch) {
        case Branch::plain: return "plain";
        case Branch::aligned: return "aligned";
        case Branch::adapted: return "adapted";
        case Branch::weighted: return "weighted";
        case Branch::restored: return "restored";
        case Branch::shared: return "shared";
    }
    return {};
}

std::string_view name_of(Reason reason) {
    switch (reason) {
        case Reason::plain: return "plain";
        case Reason::few_samples: return "few samples";
        case Reason::equal_samples: return "equal samples";
        case Reason::no_reference: return "no reference";
        case Reason::turned: return "turned";
        case Reason::gate_closed: return "gate closed";
        case Reason::no_batch_norm: return "no batch norm";
        case Reason::diverged: return "diverged";
        case Reason::not_proved: return "not proved";
        case Reason::gate_open: return "gate open";
        case Reason::classes_shifted: return "classes shifted";
        case Reason::cluttered: return "cluttered";
        case Reason::drifted_alike: return "drifted alike";
    }
    return {};
}

std::string_view name_of(MixCorrection correction) {
    switch (correction) {
        case MixCorrection::no_group: return "";
        case MixCorrection::none: return "none";
        case MixCorrection::known: return "known";
        case MixCorrection::estimated: return "estimated";
    }
    return {};
}

}  // namespace mlaasim::tta
