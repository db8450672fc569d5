#include "composition/filter.hpp"

#include <algorithm>
#include <string>

#include "sim/core/error.hpp"
#include "sim/core/limits.hpp"

namespace mlaasim::composition {

namespace {

ComparedAttributes attributes_of(const Marketplace& market, sim::ServiceId id) {
    return {.effectiveness = market.effectiveness(id), .quality = market.quality(id), .volume = market.volume(id)};
}

/// Of the underperforming services.
ComparedAttributes means_of(const Marketplace& market, std::span<const sim::ServiceId> ids) {
    ComparedAttributes sums;
    for (const sim::ServiceId id : ids) {
        sums.effectiveness += market.effectiveness(id);
        sums.quality += market.quality(id);
        sums.volume += market.volume(id);
    }
    const auto n = static_cast<double>(ids.size());
    return {.effectiveness = sums.effectiveness / n, .quality = sums.quality / n, .volume = sums.volume / n};
}

/// Why a functional specification does not match that of any underperforming service; empty when one matches.
std::string mismatch(const FunctionalSpec& spec, const Marketplace& market,
                     std::span<const sim::ServiceId> underperforming) {
    bool architecture = false;
    bool modality = false;
    for (const sim::ServiceId id : underperforming) {
        const FunctionalSpec& wanted = market.function(id);
        if (spec == wanted) {
            return {};
        }
        architecture |= spec.architecture == wanted.architecture;
        modality |= spec.architecture == wanted.architecture && spec.modality == wanted.modality;
    }
    return !architecture ? "architecture" : !modality ? "modality" : "features";
}

/// One flag per service of the marketplace.
std::vector<std::uint8_t> marked(const Marketplace& market, std::span<const sim::ServiceId> ids) {
    std::vector<std::uint8_t> flags(market.size(), 0);
    for (const sim::ServiceId id : ids) {
        sim::expects(id.value() < flags.size(), "the service is in the marketplace");
        flags[id.value()] = 1;
    }
    return flags;
}

}  // namespace

void declare(sim::OptionVisitor& visitor, FilterOptions& options) {
    visitor.kind_beside("form", options.form, comparison_kinds(), {.doc = "Which form of Alg. 2's comparison"});
    visitor.option("max_accepted_rows", options.max_accepted_rows,
                   {.doc = "Most candidates written to the trace a round, lowest ids first",
                    .range = sim::between(0, sim::most_services)});
    visitor.option("max_rejected_rows", options.max_rejected_rows,
                   {.doc = "Most rejected services written to the trace a round, lowest ids first",
                    .range = sim::between(0, sim::most_services)});
}

std::vector<sim::ServiceId> filter_candidates(const Marketplace& market, const FilterRequest& request,
                                              const FilterOptions& options, RoundLog& log) {
    sim::expects(!request.underperforming.empty(), "something underperforms");
    sim::expects(request.available.empty() || request.available.size() == market.size(),
                 "one availability per service");
    const ComparedAttributes means = means_of(market, request.underperforming);
    const auto member = marked(market, request.members);
    const auto excluded = marked(market, request.excluded);
    const SwapCheck swap{request.requirements, market, request.members, request.underperforming};
    std::vector<std::string> mismatches;
    for (const FunctionalSpec& spec : market.specifications()) {
        mismatches.push_back(mismatch(spec, market, request.underperforming));
    }

    const auto reason = [&](std::uint32_t i) -> std::string {
        const sim::ServiceId id{i};
        if (member[i] != 0) {
            return "member";
        }
        if (!request.available.empty() && request.available[i] == 0) {
            return "unavailable";
        }
        if (excluded[i] != 0) {
            return "excluded";
        }
        if (const std::string& why = mismatches[market.spec_index(id)]; !why.empty()) {
            return why;
        }
        if (const auto broken = swap.broken_by(id)) {
            return std::string{name_of(*broken)};
        }
        return options.form->shortfall(attributes_of(market, id), means);
    };

    std::vector<sim::ServiceId> candidates;
    std::int64_t accepted_left = options.max_accepted_rows;
    std::int64_t rejected_left = options.max_rejected_rows;
    for (std::uint32_t i = 0; i < market.size(); ++i) {
        const sim::ServiceId id{i};
        const std::string why = reason(i);
        if (why.empty()) {
            candidates.insert(candidates.end(), options.form->copies(request.underperforming.size()), id);
        }
        if (std::int64_t& left = why.empty() ? accepted_left : rejected_left; left-- > 0) {
            log.filtered(market, id, why);
        }
    }
    return candidates;
}

}  // namespace mlaasim::composition
