#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

#include "aura/fetch/fetcher.h"
#include "local.h"

namespace aura::test {

/// A Fetcher that trusts `certificate_pem` alone, told so by SSL_CERT_FILE. The environment is only
/// changed while the Fetcher reads it.
inline fetch::Fetcher trusting(const std::string& certificate_pem,
                               const fetch::FetchLimits& limits = local_limits()) {
  struct TrustFile {
    std::string path = (std::filesystem::temp_directory_path() / "aura_trust_XXXXXX").string();
    explicit TrustFile(const std::string& pem) {
      const int file = mkstemp(path.data());
      if (file >= 0) close(file);
      std::ofstream(path) << pem;
      setenv("SSL_CERT_FILE", path.c_str(), 1);
    }
    ~TrustFile() {
      unsetenv("SSL_CERT_FILE");
      std::filesystem::remove(path);
    }
  };
  const TrustFile trusted(certificate_pem);
  return fetch::Fetcher(limits);
}

}  // namespace aura::test
