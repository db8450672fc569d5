// What a step costs one rank, as predicted from the scenario: the same quantities whatever the machine.
#pragma once

namespace mlaasim::run {

struct StepCost {
    double services = 0;        ///< services that train
    double training = 0;        ///< of local training, in the unit of World::training_cost
    double predictions = 0;     ///< samples that a model scores
    double means = 0;           ///< sums without one service that are made into a model
    double kept_rows = 0;       ///< rows of parameters that stay in memory
    double read_samples = 0;    ///< samples that stay in memory
    double orders = 0;          ///< steps that rank 0 orders
    double order_bytes = 0;     ///< of these orders, from rank 0 to all others
    double sums = 0;            ///< over all ranks
    double summed_numbers = 0;  ///< 64-bit integers of these sums
    double spreads = 0;         ///< times that rows of all ranks go to all ranks
    double spread_rows = 0;     ///< rows of parameters, of all ranks together, that every rank receives
    double gathers = 0;         ///< of records on rank 0
    double sent_bytes = 0;      ///< to rank 0

    StepCost& operator+=(const StepCost& other) {
        services += other.services;
        training += other.training;
        predictions += other.predictions;
        means += other.means;
        kept_rows += other.kept_rows;
        read_samples += other.read_samples;
        orders += other.orders;
        order_bytes += other.order_bytes;
        sums += other.sums;
        summed_numbers += other.summed_numbers;
        spreads += other.spreads;
        spread_rows += other.spread_rows;
        gathers += other.gathers;
        sent_bytes += other.sent_bytes;
        return *this;
    }
};

}  // namespace mlaasim::run
