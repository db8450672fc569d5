#include "sim/core/sha256.hpp"

#include <openssl/evp.h>

#include <stdexcept>

#include "sim/core/error.hpp"

namespace mlaasim::sim {
namespace {

void require(int status) {
    if (status != 1) {
        throw std::runtime_error("OpenSSL does not provide SHA-256");
    }
}

struct FreeContext {
    void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

}  // namespace

std::string hex_of(std::span<const std::byte> bytes) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text;
    for (const std::byte byte : bytes) {
        text += digits[std::to_integer<unsigned>(byte) >> 4U];
        text += digits[std::to_integer<unsigned>(byte) & 15U];
    }
    return text;
}

struct Sha256::State {
    std::unique_ptr<EVP_MD_CTX, FreeContext> context{EVP_MD_CTX_new()};
    bool ended = false;
};

Sha256::Sha256() : state_{std::make_unique<State>()} {
    require(EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr));
}

Sha256::~Sha256() = default;

void Sha256::update(std::span<const std::byte> bytes) {
    expects(!state_->ended, "this SHA-256 has ended");
    require(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()));
}

std::vector<std::byte> Sha256::bytes() {
    expects(!state_->ended, "this SHA-256 has ended");
    state_->ended = true;
    std::vector<std::byte> digest(EVP_MAX_MD_SIZE);
    unsigned int size = 0;
    require(EVP_DigestFinal_ex(state_->context.get(), reinterpret_cast<unsigned char*>(digest.data()), &size));
    digest.resize(size);
    return digest;
}

}  // namespace mlaasim::sim
