#include "composition/substitution.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>

#include "composition/bandit/pick.hpp"
#include "composition/trial.hpp"
#include "sim/core/error.hpp"
#include "sim/core/limits.hpp"

namespace mlaasim::composition {

namespace {

/// A candidate whose trial found it composable.
struct Accepted {
    std::size_t row;
    double confidence;
    std::size_t place;    ///< in the log, of the row that says it was chosen
    bool rewarded_later;  ///< when the new composition has been evaluated
};

/// One round's search for substitutes.
class Search {
public:
    Search(const Marketplace& market, const SubstitutionRequest& request, Laboratory& laboratory, Policy& policy,
           const SubstitutionOptions& options, sim::RandomStream random, RoundLog& log)
        : market_{market},
          request_{request},
          laboratory_{laboratory},
          policy_{policy},
          options_{options},
          random_{random},
          log_{log},
          trials_left_{static_cast<std::size_t>(request.trials)} {}

    SubstitutionOutcome run() {
        find_candidates();
        for (std::uint32_t selection = 1; selection <= options_.selection_rounds; ++selection) {
            const std::size_t wanted =
                std::min(trials_left_, request_.underperforming.size() - (literal() ? 0 : accepted_.size()));
            if (wanted == 0 || remaining_.empty()) {
                break;
            }
            select(selection, wanted);
        }
        assign();
        return std::move(outcome_);
    }

private:
    [[nodiscard]] bool literal() const { return options_.selection == SelectionForm::literal; }

    void find_candidates() {
        std::vector<sim::ServiceId> ids = filter_candidates(market_,
                                                            {.underperforming = request_.underperforming,
                                                             .members = request_.members,
                                                             .available = request_.available,
                                                             .excluded = request_.excluded,
                                                             .requirements = request_.requirements},
                                                            options_.filter, log_);
        ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
        contexts_ = contexts_of(market_, ids, request_.composition.class_histogram);
        remaining_.resize(ids.size());
        std::iota(remaining_.begin(), remaining_.end(), std::size_t{0});
    }

    void select(std::uint32_t selection, std::size_t wanted) {
        const auto scores = policy_.score(contexts_, remaining_);
        const auto chosen = policy_.choose(contexts_, remaining_, scores, wanted, random_);
        try_out(chosen);
        if (literal()) {
            accepted_.clear();
        }
        const bool last = selection == options_.selection_rounds || trials_left_ == 0;
        for (const std::size_t row : chosen) {
            const Confidence& confidence = judgements_.at(row).confidence;
            const bool joins = confidence.composable && (!literal() || last);
            const std::optional<double> reward = options_.reward->at_once(confidence.score, joins);
            const std::size_t place = log_.chosen(selection, contexts_.services[row], scores[position(row)],
                                                  reward.value_or(confidence.score));
            if (confidence.composable) {
                accepted_.push_back(
                    {.row = row, .confidence = confidence.score, .place = place, .rewarded_later = !reward});
            }
            if (reward) {
                policy_.update(contexts_.services[row], contexts_.row(row), *reward);
            }
        }
        log_not_chosen(selection, scores, chosen);
        if (!literal()) {
            std::erase_if(remaining_, [&](std::size_t row) {
                return std::find(chosen.begin(), chosen.end(), row) != chosen.end();
            });
        }
    }

    /// A candidate is trained once a round, however often it is chosen.
    void try_out(const std::vector<std::size_t>& chosen) {
        std::vector<std::size_t> rows;
        std::vector<sim::ServiceId> ids;
        for (const std::size_t row : chosen) {
            if (!judgements_.contains(row)) {
                rows.push_back(row);
                ids.push_back(contexts_.services[row]);
            }
        }
        if (ids.empty()) {
            return;
        }
        auto trials = laboratory_.train_on_trial(ids, 0);
        trials_left_ -= ids.size();
        sim::expects(trials.size() == ids.size(), "one trial per candidate");
        for (std::size_t i = 0; i < ids.size(); ++i) {
            sim::expects(trials[i].service == ids[i], "trials in the order of the candidates");
            const TrialJudgement judgement =
                judge(market_, request_.composition, trials[i], options_.rules, options_.confidence);
            if (judgement.judged) {
                log_.judged(ids[i], judgement.rules, judgement.confidence);
            }
            judgements_.emplace(rows[i], judgement);
            outcome_.trials.push_back(std::move(trials[i]));
        }
    }

    /// Of a row of contexts_ in remaining_.
    [[nodiscard]] std::size_t position(std::size_t row) const {
        return static_cast<std::size_t>(std::lower_bound(remaining_.begin(), remaining_.end(), row) -
                                        remaining_.begin());
    }

    void log_not_chosen(std::uint32_t selection, const std::vector<ArmScore>& scores,
                        const std::vector<std::size_t>& chosen) {
        auto others_left = static_cast<std::size_t>(options_.bandit.max_other_rows);
        for (const std::size_t row : pick_best(contexts_, remaining_, scores, others_left + chosen.size())) {
            if (others_left > 0 && std::find(chosen.begin(), chosen.end(), row) == chosen.end()) {
                log_.not_chosen(selection, contexts_.services[row], scores[position(row)]);
                --others_left;
            }
        }
    }

    /// The worst service gets the best candidate that breaks no requirement in its place.
    void assign() {
        std::sort(accepted_.begin(), accepted_.end(), [](const Accepted& a, const Accepted& b) {
            return a.confidence != b.confidence ? a.confidence > b.confidence : a.row < b.row;
        });
        std::vector<sim::ServiceId> members{request_.members.begin(), request_.members.end()};
        for (const auto& [row, confidence, place, rewarded_later] : accepted_) {
            const Substitution substitution{.outgoing = request_.underperforming[outcome_.substitutions.size()],
                                            .incoming = contexts_.services[row],
                                            .confidence = confidence};
            std::vector<sim::ServiceId> after = members;
            std::replace(after.begin(), after.end(), substitution.outgoing, substitution.incoming);
            if (broken_by(request_.requirements, market_, members, after)) {
                log_.refused(substitution.outgoing, substitution.incoming);
                continue;
            }
            members = std::move(after);
            outcome_.substitutions.push_back(substitution);
            if (rewarded_later) {
                const auto context = contexts_.row(row);
                outcome_.pending.push_back(
                    {.service = contexts_.services[row], .context = {context.begin(), context.end()}, .place = place});
            }
        }
    }

    const Marketplace& market_;
    const SubstitutionRequest& request_;
    Laboratory& laboratory_;
    Policy& policy_;
    const SubstitutionOptions& options_;
    sim::RandomStream random_;
    RoundLog& log_;
    std::size_t trials_left_;
    SubstitutionOutcome outcome_;
    Contexts contexts_;
    std::vector<std::size_t> remaining_;                ///< rows of contexts_ that may be chosen, ascending
    std::map<std::size_t, TrialJudgement> judgements_;  ///< by row
    std::vector<Accepted> accepted_;
};

}  // namespace

std::vector<sim::Choice> choices_of(SelectionForm) {
    return {
        {"until_replaced", static_cast<int>(SelectionForm::until_replaced),
         "each selection round tries as many new candidates as services remain to be replaced"},
        {"literal", static_cast<int>(SelectionForm::literal),
         "Alg. 4 as printed: each selection round chooses K of all candidates; the last round's arms are the result"}};
}

void declare(sim::OptionVisitor& visitor, SubstitutionOptions& options) {
    visitor.choice("selection", options.selection, {.doc = "How selection rounds follow one another"});
    visitor.option("selection_rounds", options.selection_rounds,
                   {.doc = "Most selection rounds (trials of candidates) in one round",
                    .range = sim::between(1, sim::most_rounds)});
    visitor.section("filter", options.filter, {.doc = "Which services may be candidates"});
    visitor.section("rules", options.rules, {.doc = "The five composition rules"});
    visitor.section("confidence", options.confidence, {.doc = "From rules to a confidence score"});
    visitor.section("bandit", options.bandit, {.doc = "Which candidates are tried"});
    visitor.kind("reward", options.reward, reward_kinds(), {.doc = "What the bandit learns from"});
}

SubstitutionOutcome substitute(const Marketplace& market, const SubstitutionRequest& request, Laboratory& laboratory,
                               Policy& policy, const SubstitutionOptions& options, sim::RandomStream random,
                               RoundLog& log) {
    if (request.underperforming.empty()) {
        return {};
    }
    return Search{market, request, laboratory, policy, options, random, log}.run();
}

}  // namespace mlaasim::composition
