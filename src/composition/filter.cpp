#include "composition/filter.hpp"

#include <algorithm>
#include <string>

#include "sim/core/error.hpp"
#include "sim/core/limits.hpp"

namespace mlaasim::composition {

namespace {

/// E_f, Q and D_v averaged over the underperforming services.
struct Means {
    double effectiveness = 0;
    double quality = 0;
    double volume = 0;
};

Means means_of(const Marketplace& market, std::span<const sim::ServiceId> ids) {
    Means means;
    for (const sim::ServiceId id : ids) {
        means.effectiveness += market.effectiveness(id);
        means.quality += market.quality(id);
        means.volume += market.volume(id);
    }
    const auto n = static_cast<double>(ids.size());
    return {means.effectiveness / n, means.quality / n, means.volume / n};
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

/// The attributes that are not above the mean; empty when enough are.
std::string shortfall(const Marketplace& market, sim::ServiceId id, const Means& means, std::int64_t better_in) {
    std::string lacking;
    std::int64_t better = 0;
    const auto compare = [&](const char* name, double value, double mean) {
        if (value > mean) {
            ++better;
        } else {
            lacking += (lacking.empty() ? "" : "+") + std::string{name};
        }
    };
    compare("effectiveness", market.effectiveness(id), means.effectiveness);
    compare("quality", market.quality(id), means.quality);
    compare("volume", market.volume(id), means.volume);
    if (better >= better_in) {
        return {};
    }
    return better == 0 ? "all three" : lacking;
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

std::vector<sim::Choice> choices_of(FilterForm) {
    return {{"k_of_3", static_cast<int>(FilterForm::k_of_3),
             "at least better_in of effectiveness, quality and volume above the mean of the underperforming"},
            {"literal", static_cast<int>(FilterForm::literal), "Alg. 2 as printed: all three above the mean"}};
}

void declare(sim::OptionVisitor& visitor, FilterOptions& options) {
    visitor.choice("form", options.form, {.doc = "which form of Alg. 2's comparison"});
    visitor.option(
        "better_in", options.better_in,
        {.doc = "of effectiveness, quality and volume, how many must exceed the mean of the underperforming services",
         .range = sim::between(0, 3),
         .only_with = {"form", "k_of_3", options.form == FilterForm::k_of_3}});
    visitor.option("max_accepted_rows", options.max_accepted_rows,
                   {.doc = "most candidates written to the trace a round, lowest ids first",
                    .range = sim::between(0, sim::most_services)});
    visitor.option("max_rejected_rows", options.max_rejected_rows,
                   {.doc = "most rejected services written to the trace a round, lowest ids first",
                    .range = sim::between(0, sim::most_services)});
}

std::vector<sim::ServiceId> filter_candidates(const Marketplace& market, const FilterRequest& request,
                                              const FilterOptions& options, RoundLog& log) {
    sim::expects(!request.underperforming.empty(), "something underperforms");
    sim::expects(request.available.empty() || request.available.size() == market.size(),
                 "one availability per service");
    const bool literal = options.form == FilterForm::literal;
    const Means means = means_of(market, request.underperforming);
    const auto member = marked(market, request.members);
    const auto excluded = marked(market, request.excluded);
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
        return shortfall(market, id, means, literal ? 3 : options.better_in);
    };

    std::vector<sim::ServiceId> candidates;
    std::int64_t accepted_left = options.max_accepted_rows;
    std::int64_t rejected_left = options.max_rejected_rows;
    for (std::uint32_t i = 0; i < market.size(); ++i) {
        const sim::ServiceId id{i};
        const std::string why = reason(i);
        if (why.empty()) {
            candidates.insert(candidates.end(), literal ? request.underperforming.size() : 1, id);
        }
        if (std::int64_t& left = why.empty() ? accepted_left : rejected_left; left-- > 0) {
            log.filtered(market, id, why);
        }
    }
    return candidates;
}

}  // namespace mlaasim::composition
