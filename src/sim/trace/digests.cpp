#include "sim/trace/digests.hpp"

#include <algorithm>
#include <cstring>

#include "sim/core/error.hpp"
#include "sim/core/sha256.hpp"
#include "sim/trace/packing.hpp"

namespace mlaasim::sim {

std::vector<DigestRecord> round_digests(const PackedRows& rows) {
    std::vector<DigestRecord> digests;
    for (std::size_t t = 0; const Table* table : all_tables()) {
        const std::span<const std::byte> packed{rows[t++]};
        if (table == &TimingRecord::table() || table == &DigestRecord::table()) {
            continue;
        }
        const std::size_t row_size = packed_size(*table);
        for (std::size_t begin = 0; begin < packed.size();) {
            const std::uint32_t round = packed_round(packed.subspan(begin));
            std::size_t end = begin;
            while (end < packed.size() && packed_round(packed.subspan(end)) == round) {
                end += row_size;
            }
            Sha256 sum;
            sum.update(packed.subspan(begin, end - begin));
            digests.push_back({.round = round, .table_name = table->name, .sha256 = sum.hex()});
            begin = end;
        }
    }
    std::ranges::stable_sort(digests, {}, &DigestRecord::round);
    return digests;
}

RowChain::RowChain() : digest_{Sha256{}.bytes()} {}

RowChain::RowChain(const std::string& hex) {
    constexpr std::string_view digits = "0123456789abcdef";
    const bool whole = hex.size() == 64 && hex.find_first_not_of(digits) == std::string::npos;
    if (!whole) {
        throw InputError{Problem{.what = "a stored digest is damaged", .expected = "64 hexadecimal digits"}};
    }
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        digest_.push_back(static_cast<std::byte>(16 * digits.find(hex[i]) + digits.find(hex[i + 1])));
    }
}

void RowChain::add(std::span<const std::byte> packed, std::size_t row_size) {
    for (; !packed.empty(); packed = packed.subspan(row_size)) {
        Sha256 sum;
        sum.update(digest_);
        sum.update(packed.first(row_size));
        digest_ = sum.bytes();
    }
}

std::string RowChain::hex() const { return hex_of(digest_); }

std::string state_digest(std::span<const float> state) {
    Sha256 sum;
    sum.update(std::as_bytes(state));
    return sum.hex();
}

std::string checkpoint_digest(std::optional<Round> round, const std::map<std::string, Checkpoint::Array>& arrays,
                              const StateDigests& states) {
    Sha256 sum;
    if (!round) {
        return sum.hex();
    }
    sum.update("round " + std::to_string(round->value()) + "\n");
    for (const auto& [name, array] : arrays) {
        sum.update("array " + name + " " + std::to_string(static_cast<int>(array.type)));
        for (const std::uint64_t extent : array.shape) {
            sum.update(" " + std::to_string(extent));
        }
        sum.update("\n");
        sum.update(array.bytes);
    }
    for (const auto& [service, digest] : states) {
        sum.update("service " + std::to_string(service.value()) + " " + digest + "\n");
    }
    return sum.hex();
}

std::string checkpoint_digest(const std::optional<Checkpoint>& checkpoint) {
    if (!checkpoint) {
        return checkpoint_digest(std::nullopt, {}, {});
    }
    StateDigests states;
    for (const auto& [service, state] : checkpoint->service_state) {
        states.emplace(service, state_digest(state));
    }
    return checkpoint_digest(checkpoint->round, checkpoint->arrays, states);
}

}  // namespace mlaasim::sim
