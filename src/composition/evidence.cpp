#include "composition/evidence.hpp"

#include "sim/core/limits.hpp"

namespace mlaasim::composition {

void declare(sim::OptionVisitor& visitor, EvidenceOptions& options) {
    visitor.option(
        "labels", options.labels,
        {.doc = "Labelled samples that each round may use, over all clients together. They come from a half of "
                "each client's samples that is never scored. 0: none, and all samples are scored, "
                "unless set_aside",
         .range = sim::between(0, sim::most_samples)});
    visitor.option("set_aside", options.set_aside,
                   {.doc = "Whether that half is set aside also where labels is 0, so that runs with and without "
                           "labels score the same samples"});
    visitor.option("unlabelled", options.unlabelled,
                   {.doc = "Whether what the clients streamed may be used without its labels, after it was scored"});
    visitor.option("trials", options.trials,
                   {.doc = "Most trainings of candidates on trial in a round; 0 = none. The default sets no limit",
                    .range = sim::between(0, sim::most_services)});
}

}  // namespace mlaasim::composition
