#include "config/server_checks.h"

#include <fmt/format.h>

#include "config/key_checks.h"
#include "config/kms_checks.h"
#include "config/resource_checks.h"

namespace kencrypt::config {
namespace {

void check_element(const Element& element, Findings& findings) {
  if (element.providers.empty())
    findings.error("provider-count", element.place, element.field, "there is no provider in this element",
                   "write one of secretbox, aesgcm, aescbc, kms, identity: {}");
  if (element.providers.size() > 1)
    findings.error("provider-count", element.place, element.field, "there is more than one provider in this element",
                   "begin an element of the list with each");
}

void check_entry(const Entry& entry, Findings& findings) {
  if (entry.resources.empty())
    findings.error("missing-value", entry.place, entry.field + ".resources", "no resource is named",
                   "name at least one, such as secrets");
  if (entry.elements.empty())
    findings.error("missing-value", entry.place, entry.field + ".providers", "there is no provider",
                   "write at least one, the first of which encrypts");
  check_resources(entry, findings);
  for (const Element& element : entry.elements) {
    check_element(element, findings);
    for (const Provider& provider : element.providers) check_keys(provider, findings);
  }
}

}  // namespace

void check_by_server(const Model& model, const Server& server, Findings& findings) {
  if (model.entries.empty())
    findings.error("missing-value", {}, "resources", "resources is empty",
                   "write at least one element with resources and providers");
  for (const Entry& entry : model.entries) check_entry(entry, findings);
  check_masked(model, findings);
  check_kms(model, server, findings);
}

}  // namespace kencrypt::config
