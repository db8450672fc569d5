#include "run/service_rows.hpp"

#include <algorithm>

#include "run/service_lists.hpp"
#include "sim/core/limits.hpp"

namespace mlaasim::run {
namespace {

constexpr std::string_view member = "member";

ServiceRows resolved(ServiceRows wanted, std::uint32_t services) {
    if (wanted != ServiceRows::automatic) {
        return wanted;
    }
    return services <= most_services_with_all_rows ? ServiceRows::all : ServiceRows::sample;
}

bool draws_sample(ServiceRows rows) { return rows == ServiceRows::automatic || rows == ServiceRows::sample; }

}  // namespace

std::vector<sim::Choice> choices_of(ServiceRows /*rows*/) {
    return {{"auto", static_cast<int>(ServiceRows::automatic), "all in worlds of up to 10,000 services, else sample"},
            {"all", static_cast<int>(ServiceRows::all), "of every service"},
            {"sample", static_cast<int>(ServiceRows::sample), "of services that are drawn once, by the seed"},
            {"changed", static_cast<int>(ServiceRows::changed), "of services that could not be reached, or diverged"},
            {"none", static_cast<int>(ServiceRows::none), "of no service"}};
}

void declare(sim::OptionVisitor& visitor, TraceOptions& options) {
    visitor.choice(
        "service_rows", options.service_rows,
        {.doc = "Of which services tables services and drift have rows. Candidates on trial always have, and "
                "so do the members of compositions of up to 10,000. Table omitted sums up what is left out"});
    visitor.option("sample", options.sample,
                   {.doc = "Services that the sample is made of",
                    .range = sim::between(1, sim::most_services),
                    .only_with = {"service_rows", "auto or sample", draws_sample(options.service_rows)}});
}

ServiceRowWriter::ServiceRowWriter(const TraceOptions& options, std::uint32_t services, sim::Seed seed)
    : kept_{resolved(options.service_rows, services)}, omitted_{{{.role = member}, {.role = "candidate"}}} {
    if (kept_ != ServiceRows::sample) {
        return;
    }
    const std::vector<sim::ServiceId> drawn =
        drawn_services(options.sample, services, {seed, sim::Purpose::recorded_services, 0, 0});
    sampled_.assign(services, false);
    for (const sim::ServiceId service : drawn) {
        sampled_[service.value()] = true;
    }
    sampled_share_ = static_cast<double>(drawn.size()) / static_cast<double>(services);
}

bool ServiceRowWriter::keeps(const sim::ServiceRecord& record) const {
    if (record.role.view() == member ? members_ <= most_members_with_all_rows : record.round > 0) {
        return true;
    }
    switch (kept_) {
        case ServiceRows::automatic:
        case ServiceRows::all: return true;
        case ServiceRows::sample: return sampled_[record.service];
        case ServiceRows::changed: return record.status.view() != "trained";
        case ServiceRows::none: break;
    }
    return false;
}

void ServiceRowWriter::write(const sim::ServiceRecord& record, sim::RowBuffer& rows) {
    if (keeps(record)) {
        rows.append(record);
        return;
    }
    sim::OmittedRecord& sum = omitted_[record.role.view() == member ? 0 : 1];
    sum.round = record.round;
    ++sum.rows;
    sum.trainings += record.status.view() == "outage" ? 0 : 1;
    sum.bytes += record.bytes;
    sum.energy_j += record.energy_j;
}

void ServiceRowWriter::end_round(sim::RowBuffer& rows) {
    for (sim::OmittedRecord& sum : omitted_) {
        if (sum.rows > 0) {
            rows.append(sum);
        }
        sum = {.role = sum.role};
    }
}

double ServiceRowWriter::expected_rows(std::size_t members) const {
    const auto all = static_cast<double>(members);
    if (kept_ == ServiceRows::all || members <= most_members_with_all_rows) {
        return all;
    }
    return all * sampled_share_;
}

}  // namespace mlaasim::run
