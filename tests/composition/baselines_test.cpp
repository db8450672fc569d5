// Strategies to compare with: the rules alone, advertised QoS alone, and the paper as printed.
#include <gtest/gtest.h>

#include <set>

#include "composition/adapting_composition.hpp"

namespace mlaasim::composition {
namespace {

using testing::id;
using testing::Ids;

class BaselinesTest : public testing::AdaptingComposition {
protected:
    [[nodiscard]] static Ids incoming(const Response& response) {
        Ids ids;
        for (const Substitution& substitution : response.substitutions) {
            ids.push_back(substitution.incoming);
        }
        return ids;
    }
    [[nodiscard]] Ids tried() const {
        Ids ids;
        for (const Ids& trial : laboratory.trials) {
            ids.insert(ids.end(), trial.begin(), trial.end());
        }
        return ids;
    }
};

TEST_F(BaselinesTest, RulesTryEveryCandidateAndTakeTheMostConfident) {
    options.confidence.form =
        mlaasim::testing::chosen(confidence_kinds(), "kind: valued");  // the more reliable, the better
    choose("rules");
    const Response response = respond({id(2), id(0)});
    const Ids all = tried();
    EXPECT_EQ(std::set<sim::ServiceId>(all.begin(), all.end()).size(), 6U);
    EXPECT_EQ(all.size(), 6U) << "each once";
    EXPECT_EQ(log.rules().size(), 6U);
    EXPECT_TRUE(log.bandit().empty());
    EXPECT_EQ(incoming(response), (Ids{id(9), id(8)}));
    EXPECT_EQ(response.substitutions[0].outgoing, id(2)) << "the worst gets the best";
    EXPECT_GT(response.substitutions[0].confidence, response.substitutions[1].confidence);
    EXPECT_EQ(response.trials.size(), 6U);
    EXPECT_EQ(log.events().size(), 2U);
}

TEST_F(BaselinesTest, RulesReplaceOnlyByWhatTheyFindComposable) {
    laboratory.outages = {id(4), id(5), id(6), id(7), id(9)};
    choose("rules");
    EXPECT_EQ(incoming(respond({id(2), id(0)})), Ids{id(8)});
    laboratory.diverging = {id(8)};
    EXPECT_FALSE(respond({id(2), id(0)}).changes_composition());
}

TEST_F(BaselinesTest, RulesTryTheBestAdvertisedWhereTrialsAreFew) {
    market.observe_quality(id(6), 0.95);
    evidence.trials = 2;
    choose("rules");
    const Response response = respond({id(2)});
    EXPECT_EQ(tried(), (Ids{id(6), id(4)})) << "equal ones by id";
    EXPECT_EQ(response.substitutions.size(), 1U);
}

TEST_F(BaselinesTest, QosChoosesByWhatIsAdvertisedAndTriesNobody) {
    choose("qos");
    const Response response = respond({id(2), id(0)});
    EXPECT_TRUE(laboratory.calls.empty());
    EXPECT_TRUE(response.trials.empty());
    EXPECT_EQ(incoming(response), (Ids{id(9), id(8)})) << "the fastest and most reliable";
    // 1/4 (.9 + .9 + 3/3 + .94), where 9 is the fastest with 3 ms.
    EXPECT_DOUBLE_EQ(response.substitutions[0].confidence, (0.9 + 0.9 + 1.0 + 0.94) / 4);
    EXPECT_EQ(log.events()[0].value, response.substitutions[0].confidence);
}

/// Its model is not known yet, so the others make the composition until it has trained.
TEST_F(BaselinesTest, WhoWasNotTriedTakesPartFromTheNextRoundOn) {
    choose("qos");
    const Adaptation adaptation = adapt_to({id(2)});
    EXPECT_EQ(adaptation.membership.members, (Ids{id(0), id(1), id(9), id(3)}));
    EXPECT_EQ(adaptation.membership.available, (Ids{id(0), id(1), id(3)}));
    EXPECT_EQ(adaptation.membership.trained, (Ids{id(0), id(1), id(3)}));
    EXPECT_EQ(laboratory.calls, (std::vector<std::string>{"compose 0 1 3", "serve model 0"}));
}

TEST_F(BaselinesTest, QosKeepsWhatAdvertisesBetter) {
    market.set_effectiveness(id(2), 0.99);
    market.observe_quality(id(2), 0.99);
    market.set_response_ms(id(2), 1);
    options.filter.form = mlaasim::testing::chosen(comparison_kinds(), "kind: k_of_3, better_in: 0");
    choose("qos");
    EXPECT_EQ(incoming(respond({id(2), id(0)})), Ids{id(8)}) << "0 is replaced, by the second best";
}

TEST_F(BaselinesTest, PaperReplacesAsSubstituteDoes) {
    choose("substitute");
    const Ids expected = incoming(respond({id(2), id(0)}));
    choose("paper");
    EXPECT_EQ(incoming(respond({id(2), id(0)})), expected);
    EXPECT_FALSE(expected.empty());
}

}  // namespace
}  // namespace mlaasim::composition
