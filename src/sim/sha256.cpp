#include "sim/sha256.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>

#include "sim/error.hpp"

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

struct Sha256::State {
    std::unique_ptr<EVP_MD_CTX, FreeContext> context{EVP_MD_CTX_new()};
    bool ended = false;
};

Sha256::Sha256() : state_{std::make_unique<State>()} {
    require(EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr));
}

Sha256::~Sha256() = default;

void Sha256::update(std::span<const std::byte> bytes) {
    expects(!state_->ended, "hex() ended this SHA-256");
    require(EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size()));
}

std::string Sha256::hex() {
    expects(!state_->ended, "hex() ended this SHA-256");
    state_->ended = true;
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    require(EVP_DigestFinal_ex(state_->context.get(), digest.data(), &size));
    std::string text;
    for (unsigned int i = 0; i < size; ++i) {
        constexpr std::string_view digits = "0123456789abcdef";
        text += digits[digest[i] >> 4U];
        text += digits[digest[i] & 15U];
    }
    return text;
}

}  // namespace mlaasim::sim
