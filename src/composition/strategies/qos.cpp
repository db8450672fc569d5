#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>

#include "composition/strategies/memory.hpp"
#include "composition/strategies/performing.hpp"
#include "composition/strategy.hpp"

namespace mlaasim::composition {
namespace {

using sim::ServiceId;

/// Candidates are chosen by what they advertise, and nothing is tried: the QoS-based composition that the paper on
/// adaptive composition compares itself with.
class DecidingByQos final : public Strategy {
public:
    explicit DecidingByQos(SubstitutionOptions options) : memory_{options.bandit}, options_{std::move(options)} {}

    Response respond(const Situation& situation, Laboratory& /*laboratory*/, RoundLog& log) override {
        Response response;
        if (performing_members(situation, log).empty()) {
            return response;
        }
        const Marketplace& market = situation.market;
        const std::vector<ServiceId>& outgoing = situation.assessment.underperforming;
        std::vector<ServiceId> candidates = filter_candidates(
            market, {.underperforming = outgoing, .members = situation.membership.members, .available = situation.up},
            options_.filter, log);
        candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
        const double fastest = std::min(fastest_of(market, candidates), fastest_of(market, outgoing));
        std::ranges::stable_sort(candidates, [&](ServiceId a, ServiceId b) {
            return qos_of(market, a, fastest) > qos_of(market, b, fastest);
        });
        for (std::size_t i = 0; i < std::min(candidates.size(), outgoing.size()); ++i) {
            const double qos = qos_of(market, candidates[i], fastest);
            if (qos > qos_of(market, outgoing[i], fastest)) {
                response.substitutions.push_back(
                    {.outgoing = outgoing[i], .incoming = candidates[i], .confidence = qos, .tried = false});
                log.substituted(outgoing[i], candidates[i], qos);
            }
        }
        return response;
    }
    void archive(Archive& archive) override { memory_.archive(archive); }

private:
    [[nodiscard]] static double fastest_of(const Marketplace& market, const std::vector<ServiceId>& services) {
        double fastest = std::numeric_limits<double>::infinity();
        for (const ServiceId service : services) {
            fastest = std::min(fastest, market.response_ms(service));
        }
        return fastest;
    }

    /// 1/4 (E_f + Q + t_min / t + R), in [0, 1].
    [[nodiscard]] static double qos_of(const Marketplace& market, ServiceId service, double fastest_ms) {
        const double own_ms = market.response_ms(service);
        const double speed = own_ms > 0 ? fastest_ms / own_ms : 1.0;
        return (market.effectiveness(service) + market.quality(service) + speed + market.reliability(service)) / 4;
    }

    StrategyMemory memory_;
    SubstitutionOptions options_;
};

struct Qos final : StrategyOptions {
    [[nodiscard]] std::unique_ptr<Strategy> make(const SubstitutionOptions& substitution) const override {
        return std::make_unique<DecidingByQos>(substitution);
    }
    [[nodiscard]] bool replaces_services() const override { return true; }
};

void declare(sim::OptionVisitor& /*visitor*/, Qos& /*leaf*/) {}

}  // namespace

sim::Kind<StrategyOptions> qos_strategy() {
    return sim::Kind<StrategyOptions>::of<Qos>(
        "qos", "replace underperforming services by the candidates that advertise the best QoS; none is tried");
}

}  // namespace mlaasim::composition
