#include "aura/test/certificate_authority.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <stdexcept>
#include <string_view>

namespace aura::test {
namespace {

template <auto free_function>
struct Free {
  template <typename Handle>
  void operator()(Handle* handle) const {
    free_function(handle);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Free<X509_free>>;
using Memory = std::unique_ptr<BIO, Free<BIO_free_all>>;

void require(bool done) {
  if (!done) throw std::runtime_error("OpenSSL could not make a certificate");
}

Key make_key() {
  Key key(EVP_EC_gen("P-256"));
  require(key != nullptr);
  return key;
}

template <typename Write>
std::string to_pem(Write write) {
  const Memory memory(BIO_new(BIO_s_mem()));
  require(memory && write(memory.get()) == 1);
  char* data = nullptr;
  const auto size = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string to_pem(X509* certificate) {
  return to_pem([&](BIO* to) { return PEM_write_bio_X509(to, certificate); });
}

std::string to_pem(EVP_PKEY* key) {
  return to_pem([&](BIO* to) {
    return PEM_write_bio_PrivateKey(to, key, nullptr, nullptr, 0, nullptr, nullptr);
  });
}

/// A certificate for `key`, not yet signed; `issuer` is null for one that signs itself.
Certificate make_certificate(EVP_PKEY* key, const std::string& common_name, X509* issuer,
                             long serial, std::chrono::seconds expires) {
  constexpr long kDaySeconds = 24 * 3600;
  Certificate certificate(X509_new());
  require(certificate != nullptr);
  X509* const x509 = certificate.get();
  X509_set_version(x509, X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(x509), serial);
  X509_gmtime_adj(X509_getm_notBefore(x509), expires.count() - kDaySeconds);
  X509_gmtime_adj(X509_getm_notAfter(x509), expires.count());
  X509_set_pubkey(x509, key);
  const auto* name = reinterpret_cast<const unsigned char*>(common_name.c_str());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_UTF8, name, -1, -1, 0);
  X509_set_issuer_name(x509, X509_get_subject_name(issuer == nullptr ? x509 : issuer));
  return certificate;
}

void add_extension(X509* certificate, int nid, const std::string& value) {
  const std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>> extension(
      X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str()));
  require(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

}  // namespace

struct CertificateAuthority::State {
  Key key;
  Certificate certificate;
};

CertificateAuthority::CertificateAuthority() : state_(std::make_unique<State>()) {
  state_->key = make_key();
  state_->certificate = make_certificate(state_->key.get(), "AURA test authority", nullptr, 1,
                                         std::chrono::hours(12));
  add_extension(state_->certificate.get(), NID_basic_constraints, "critical,CA:TRUE");
  add_extension(state_->certificate.get(), NID_key_usage, "critical,keyCertSign");
  require(X509_sign(state_->certificate.get(), state_->key.get(), EVP_sha256()) > 0);
}

CertificateAuthority::~CertificateAuthority() = default;

std::string CertificateAuthority::certificate_pem() const {
  return to_pem(state_->certificate.get());
}

Identity CertificateAuthority::issue(const std::string& names, std::chrono::seconds expires) const {
  const Key key = make_key();
  const Certificate certificate =
      make_certificate(key.get(), "AURA test server", state_->certificate.get(), 2, expires);
  add_extension(certificate.get(), NID_subject_alt_name, names);
  require(X509_sign(certificate.get(), state_->key.get(), EVP_sha256()) > 0);
  return {to_pem(certificate.get()), to_pem(key.get())};
}

}  // namespace aura::test
