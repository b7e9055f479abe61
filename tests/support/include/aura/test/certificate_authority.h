#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace aura::test {

/// A server's certificate and its private key, both PEM.
struct Identity {
  std::string certificate_pem;
  std::string key_pem;
};

/// A certificate authority made on the spot, which nobody trusts but who is told to.
class CertificateAuthority {
 public:
  CertificateAuthority();
  ~CertificateAuthority();

  /// What a client has to trust.
  std::string certificate_pem() const;

  /// A certificate for host names and IP addresses, written as OpenSSL writes subjectAltName
  /// ("DNS:localhost,IP:127.0.0.1"), that runs from a day before `expires`, counted from now.
  Identity issue(const std::string& names,
                 std::chrono::seconds expires = std::chrono::hours(12)) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace aura::test
