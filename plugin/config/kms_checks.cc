#include "config/kms_checks.h"

#include <fmt/format.h>

#include <set>

#include "config/go_text.h"
#include "config/kms_endpoint.h"

namespace kencrypt::config {
namespace {

class KmsChecker {
 public:
  KmsChecker(const Server& server, Findings& findings) : server_(server), findings_(findings) {}

  void check(const Provider& provider) {
    const Kms& kms = provider.kms;
    check_name(kms);
    check_timeout(kms);
    check_endpoint(kms);
    check_cachesize(provider);
    check_version(provider);
    names_.insert(std::string(kms.name.view()));
  }

 private:
  void wrong(std::string_view rule, const Text& text, std::string message, std::string advice) {
    findings_.error(rule, text.place, text.field, std::move(message), std::move(advice));
  }

  void check_name(const Kms& kms) {
    if (kms.name.empty()) wrong("missing-value", kms.name, "a KMS provider has no name", "give it one");
    if (kms.version() != "v1" && kms.name.view().find(':') != std::string_view::npos)
      wrong("kms-name", kms.name, "the name of a KMS v2 provider has a ':' in it", "leave the ':' out");
    if (!names_.contains(std::string(kms.name.view()))) return;
    const std::string advice = "give each KMS provider a name of its own";
    if (server_.reloads || kms.version() != "v1")
      wrong("kms-name", kms.name, "another KMS provider has this name", advice);
    else
      findings_.warning("kms-name", kms.name.place, kms.name.field,
                        "another KMS provider has this name, which an API server with automatic reload refuses", advice);
  }

  void check_timeout(const Kms& kms) {
    if (kms.timeout.node == nullptr) return;
    const auto timeout = parse_go_duration(kms.timeout.view());
    if (!timeout)
      wrong("kms-timeout", kms.timeout, "timeout is no duration", "write one with its unit, such as 3s");
    else if (*timeout <= 0)
      wrong("kms-timeout", kms.timeout, "timeout is not positive", "write 3s, or leave it out, which is the same");
  }

  void check_endpoint(const Kms& kms) {
    static constexpr std::string_view kAdvice = "write unix:// and the path of the plugin's socket";
    if (kms.endpoint.empty())
      return wrong("missing-value", kms.endpoint, "a KMS provider has no endpoint", std::string(kAdvice));
    const std::string problem = endpoint_problem(kms.endpoint.view());
    if (!problem.empty())
      wrong("kms-endpoint", kms.endpoint, fmt::format("endpoint {}", problem), std::string(kAdvice));
  }

  void check_cachesize(const Provider& provider) {
    const Kms& kms = provider.kms;
    if (!kms.cachesize) return;
    const std::string field = provider.field + ".cachesize";
    if (kms.version() != "v1")
      findings_.error("kms-cachesize", kms.cachesize_place, field, "cachesize is for KMS v1 alone", "leave it out");
    else if (*kms.cachesize == 0)
      findings_.error("kms-cachesize", kms.cachesize_place, field, "cachesize is 0",
                      "write how many keys to keep, such as 1000, or a negative number for none");
  }

  void check_version(const Provider& provider) {
    const Text& version = provider.kms.api_version;
    if (provider.kms.version() == "v2") return;
    if (provider.kms.version() != "v1")
      return wrong("kms-api-version", version, "there is no such version of KMS", "write apiVersion: v2");
    const std::string what = version.empty() ? "KMS without apiVersion is v1" : "KMS v1 is deprecated";
    const std::string advice = "write apiVersion: v2, if the plugin can; what v1 has encrypted needs v1 to be read";
    if (server_.kms_v1())
      findings_.warning("kms-v1", provider.place, provider.field, what + ", off by default from 1.29 on", advice);
    else
      findings_.error("kms-v1", provider.place, provider.field,
                      what + ", which the API server refuses without --feature-gates=KMSv1=true", advice);
  }

  const Server& server_;
  Findings& findings_;
  std::set<std::string> names_;
};

}  // namespace

void check_kms(const Model& model, const Server& server, Findings& findings) {
  KmsChecker checker(server, findings);
  for (const Entry& entry : model.entries)
    for (const Element& element : entry.elements)
      for (const Provider& provider : element.providers)
        if (provider.type == Type::kms) checker.check(provider);
}

}  // namespace kencrypt::config
