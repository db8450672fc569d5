// What assessments share that flag members which labelled samples prove to harm.
#pragma once

#include <cstdint>
#include <vector>

#include "composition/assessment/assessment.hpp"
#include "composition/assessment/harm_detector.hpp"

namespace mlaasim::composition {

/// Options of the test, and how many members a round flags at most.
struct HarmAssessment : AssessmentOptions {
    [[nodiscard]] bool proves_harm() const final { return true; }
    [[nodiscard]] sim::Needs needs() const final { return {sim::Need::labels}; }

    HarmOptions test{};
    std::int64_t max_flagged = 0;
};

void declare(sim::OptionVisitor& visitor, HarmAssessment& options);

/// A score is -ln(1 + R) of the HarmDetector: 0 without evidence, the smaller the more there is. Leaves say what a
/// round's evidence is. Labelled samples of one class are none: then nobody is assessed.
class HarmAssessor : public Assessor {
public:
    Assessment assess(const Membership& membership, const Marketplace& market, Laboratory& laboratory,
                      RoundLog& log) final;
    void archive(Archive& archive) final { detector_.archive(archive); }

protected:
    explicit HarmAssessor(const HarmAssessment& options)
        : max_flagged_{options.max_flagged}, tolerance_{options.test.tolerance}, detector_{options.test} {}

    struct Evidence {
        double loss = 0;  ///< mean Brier loss of the composition
        /// By member: how much better the composition would be without it, once and again, each in [-1, 1].
        std::vector<std::vector<double>> harms{};
    };

private:
    [[nodiscard]] virtual Evidence gather(const std::vector<sim::ServiceId>& members, Laboratory& laboratory) const = 0;

    std::int64_t max_flagged_;
    double tolerance_;
    HarmDetector detector_;
};

}  // namespace mlaasim::composition
