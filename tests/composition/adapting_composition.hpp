// A composition whose services underperform as a test wishes, with a marketplace and a laboratory without models.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "composition/adaptation.hpp"
#include "composition/fake_laboratory.hpp"
#include "composition/test_market.hpp"
#include "support/chosen.hpp"

namespace mlaasim::composition::testing {

using Ids = std::vector<sim::ServiceId>;

/// An archive in memory.
class MemoryArchive final : public Archive {
public:
    MemoryArchive() : Archive{10} {}

    [[nodiscard]] bool loads() const override { return loads_; }
    void numbers(const std::string& name, std::vector<double>& values) override { exchange(doubles, name, values); }
    void integers(const std::string& name, std::vector<std::int64_t>& values) override { exchange(ints, name, values); }
    void parameters(const std::string& name, std::vector<float>& values) override { exchange(floats, name, values); }
    void states(ServiceStates& states) override { loads_ ? states = states_ : states_ = states; }
    /// From here on it gives back what it has.
    void load() { loads_ = true; }

    std::map<std::string, std::vector<double>> doubles;
    std::map<std::string, std::vector<std::int64_t>> ints;
    std::map<std::string, std::vector<float>> floats;

private:
    template <class Arrays, class Values>
    void exchange(Arrays& arrays, const std::string& name, Values& values) {
        if (loads_) {
            values = arrays.at(name);
        } else {
            EXPECT_TRUE(arrays.emplace(name, values).second) << name << " is saved twice";
        }
    }

    ServiceStates states_;
    bool loads_ = false;
};

/// Services 0-3 are members; 4-9 are candidates that pass the filter and all rules, the higher the id the faster and
/// more reliable.
class AdaptingComposition : public ::testing::Test {
protected:
    AdaptingComposition() {
        layout.add("w", 0, sim::ParameterKind::weight, {2});
        laboratory.parameters.assign(layout.size(), 0.0F);
        laboratory.parameters[0] = 1.0F;
        laboratory.layout = &layout;
    }

    /// `settings`: of the kind, ", start: scratch".
    void choose(std::string_view kind, std::string_view settings = {}) {
        strategy = mlaasim::testing::chosen(strategy_kinds(), "kind: " + std::string{kind} + std::string{settings})
                       ->make(options);
    }

    [[nodiscard]] Situation situation() const {
        return {.round = round,
                .seed = sim::Seed{1},
                .market = market,
                .assessment = assessment,
                .membership = membership,
                .evidence = evidence};
    }

    /// The strategy's response when these underperform, the worst first.
    Response respond(const Ids& underperforming) {
        begin_round(underperforming);
        return strategy->respond(situation(), laboratory, log);
    }
    /// The same, carried out.
    Adaptation adapt_to(const Ids& underperforming) {
        begin_round(underperforming);
        return carry_out_response(*strategy, situation(), market, laboratory, log);
    }

    [[nodiscard]] MemoryArchive saved() {
        MemoryArchive archive;
        strategy->archive(archive);
        market.archive(archive);
        return archive;
    }

    [[nodiscard]] bool logged_nothing() const {
        std::size_t rows = 0;
        log.each([&](const auto&) { ++rows; });
        return rows == 0;
    }

    Marketplace market = make_market(10, [](Service& s) {
        if (const std::uint32_t i = s.id.value(); i >= 4) {
            s.effectiveness = 0.9;
            s.quality = 0.9;
            s.response_ms = 12 - i;
            s.reliability = 0.85 + 0.01 * i;
        }
    });
    sim::ParameterLayout layout;
    FakeLaboratory laboratory;
    Membership membership{.members = {id(0), id(1), id(2), id(3)},
                          .available = {id(0), id(1), id(2), id(3)},
                          .trained = {id(0), id(1), id(2), id(3)}};
    Assessment assessment;
    EvidenceOptions evidence;
    SubstitutionOptions options;
    std::unique_ptr<Strategy> strategy;
    sim::Round round{4};
    RoundLog log{sim::Round{4}};

private:
    void begin_round(const Ids& underperforming) {
        assessment.underperforming = underperforming;
        assessment.members.clear();
        for (const sim::ServiceId service : underperforming) {
            assessment.members.push_back({.service = service, .qos_contribution = -0.02, .underperforming = true});
        }
        laboratory.calls.clear();
        log = RoundLog{round};
    }
};

}  // namespace mlaasim::composition::testing
