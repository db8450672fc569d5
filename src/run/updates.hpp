// Parameters of single services that ranks keep: updates of a round, and the models of an ensemble's members.
#pragma once

#include <cstddef>
#include <span>
#include <unordered_map>
#include <vector>

#include "sim/core/aligned.hpp"
#include "sim/core/ids.hpp"
#include "sim/parallel/communicator.hpp"

namespace mlaasim::run {

/// One row of parameters for each service that is kept here. A row may lie on several ranks (ensembles have every row
/// on every rank); one of them owns it, and answers for it.
class Updates {
public:
    /// `size`: floats of a row.
    explicit Updates(std::size_t size) : size_{size} {}

    /// `owned`: whether this rank answers for the row, not another one that has it, too.
    void keep(sim::ServiceId service, std::span<const float> parameters, bool owned = true);
    /// The row of a service; nullptr when it is not here.
    [[nodiscard]] const sim::AlignedVector<float>* find(sim::ServiceId service) const;
    [[nodiscard]] bool owns(sim::ServiceId service) const;
    /// Those of the services whose rows this rank owns, in their order.
    [[nodiscard]] std::vector<sim::ServiceId> owned(std::span<const sim::ServiceId> services) const;
    /// A row that this rank owns.
    [[nodiscard]] const sim::AlignedVector<float>& own(sim::ServiceId service) const;

    /// Puts every rank's own rows of these services on all ranks. Collective.
    void share(std::span<const sim::ServiceId> services, const sim::Communicator& communicator);
    /// The rows of these services, in their order, on rank 0; elsewhere rows without values. Collective.
    [[nodiscard]] std::vector<std::vector<float>> gather(std::span<const sim::ServiceId> services,
                                                         const sim::Communicator& communicator) const;

    void forget_all() { rows_.clear(); }
    void forget(std::span<const sim::ServiceId> services);
    void forget_all_but(std::span<const sim::ServiceId> services);

private:
    struct Row {
        sim::AlignedVector<float> values;
        bool owned = false;
    };
    [[nodiscard]] std::vector<float> packed(std::span<const sim::ServiceId> services) const;

    std::size_t size_;
    std::unordered_map<sim::ServiceId, Row> rows_;
};

}  // namespace mlaasim::run
