#include "composition/filter.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>

#include "composition/test_market.hpp"
#include "sim/core/error.hpp"
#include "support/chosen.hpp"

namespace mlaasim::composition {
namespace {

using testing::id;
using testing::make_market;

/// 0 and 1 underperform (means E .4, Q .5, volume 100), 2 is another member, the rest are offers.
Marketplace offers() {
    return make_market(13, [](Service& s) {
        switch (s.id.value()) {
            case 0: s.effectiveness = 0.3; break;
            case 1: s.effectiveness = 0.5; break;
            case 3: s.effectiveness = 0.9, s.quality = 0.9, s.volume = 200; break;
            case 4: s.effectiveness = 0.9, s.quality = 0.9; break;
            case 5: s.effectiveness = 0.9; break;                   // not in quality+volume
            case 6: s.effectiveness = 0.4, s.quality = 0.9; break;  // equal is not above
            case 7: s.effectiveness = 0.1; break;
            case 8: s.function.architecture = "cnn"; break;
            case 9: s.function.modality = "sensor"; break;
            case 10: s.function.feature_count = 5; break;
            case 11: s.effectiveness = 0.9, s.quality = 0.9; break;  // unavailable
            case 12: s.effectiveness = 0.9, s.quality = 0.9; break;  // excluded
            default: break;
        }
    });
}

const std::vector underperforming{id(0), id(1)};
const std::vector members{id(0), id(1), id(2)};
const std::vector excluded{id(12)};

FilterOptions better_in(int attributes) {
    return {.form = mlaasim::testing::chosen(comparison_kinds(),
                                             "form: k_of_3, better_in: " + std::to_string(attributes), "form")};
}

struct Filtered {
    std::vector<sim::ServiceId> candidates;
    std::vector<sim::CandidateRecord> records;
};

Filtered run(const FilterOptions& options) {
    const Marketplace market = offers();
    std::vector<std::uint8_t> available(market.size(), 1);
    available[11] = 0;
    RoundLog log{sim::Round{5}};
    auto candidates = filter_candidates(
        market, {.underperforming = underperforming, .members = members, .available = available, .excluded = excluded},
        options, log);
    return {std::move(candidates), log.candidates()};
}

TEST(Filter, TwoOfThreeByDefault) { EXPECT_EQ(run({}).candidates, (std::vector{id(3), id(4)})); }

TEST(Filter, KIsConfigurable) {
    EXPECT_EQ(run(better_in(3)).candidates, std::vector{id(3)});
    EXPECT_EQ(run(better_in(1)).candidates, (std::vector{id(3), id(4), id(5), id(6)}));
    EXPECT_EQ(run(better_in(0)).candidates, (std::vector{id(3), id(4), id(5), id(6), id(7)}));
}

TEST(Filter, SaysWhy) {
    std::map<std::uint32_t, std::string> reasons;
    for (const auto& row : run({}).records) {
        EXPECT_EQ(row.round, 5U);
        EXPECT_EQ(row.accepted == 1, row.reason.view() == "accepted");
        reasons[row.service] = row.reason.view();
    }
    const std::map<std::uint32_t, std::string> expected{{0, "member"},
                                                        {1, "member"},
                                                        {2, "member"},
                                                        {3, "accepted"},
                                                        {4, "accepted"},
                                                        {5, "quality+volume"},
                                                        {6, "effectiveness+volume"},
                                                        {7, "all three"},
                                                        {8, "architecture"},
                                                        {9, "modality"},
                                                        {10, "features"},
                                                        {11, "unavailable"},
                                                        {12, "excluded"}};
    EXPECT_EQ(reasons, expected);
}

TEST(Filter, RowsAreLimitedCandidatesAreNot) {
    const auto outcome = run({.max_rejected_rows = 1});
    std::vector<std::uint32_t> services;
    for (const auto& row : outcome.records) {
        services.push_back(row.service);
    }
    EXPECT_EQ(services, (std::vector<std::uint32_t>{0, 3, 4}));
    const auto silent = run({.max_accepted_rows = 0, .max_rejected_rows = 0});
    EXPECT_TRUE(silent.records.empty());
    EXPECT_EQ(silent.candidates.size(), 2U);
}

TEST(Filter, LiteralWantsAllThreeAndRepeatsCandidates) {
    const FilterOptions literal{.form = mlaasim::testing::chosen(comparison_kinds(), "form: literal", "form")};
    EXPECT_EQ(literal.form->better_in(), 3);
    EXPECT_EQ(run(literal).candidates, (std::vector{id(3), id(3)}));
}

TEST(Filter, MatchesAnyUnderperformingFunction) {
    const Marketplace market = make_market(4, [](Service& s) {
        if (s.id.value() == 1 || s.id.value() == 2) {
            s.function.architecture = "cnn";
        }
        if (s.id.value() >= 2) {
            s.effectiveness = 0.9;
        }
    });
    RoundLog log{sim::Round{1}};
    const auto candidates =
        filter_candidates(market, {.underperforming = underperforming, .members = underperforming}, better_in(1), log);
    EXPECT_EQ(candidates, (std::vector{id(2), id(3)}));
}

TEST(Filter, NothingToReplaceIsABug) {
    RoundLog log{sim::Round{1}};
    EXPECT_THROW((void)filter_candidates(offers(), {.underperforming = {}, .members = members}, {}, log),
                 sim::ContractViolation);
}

}  // namespace
}  // namespace mlaasim::composition
