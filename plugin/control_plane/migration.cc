#include "control_plane/migration.h"

#include <fmt/format.h>

#include <algorithm>

#include "kube/json_walk.h"
#include "kube/request.h"

namespace kencrypt::control_plane {
namespace {

// What a controller wrote may be anything: it is to be shown on one line.
std::string shown(std::string_view text) {
  std::string line(text.substr(0, kMaxConditionText));
  std::replace_if(
      line.begin(), line.end(), [](unsigned char c) { return c < 0x20 || c == 0x7f; }, ' ');
  return line;
}

// Builds Migrations from the leaves below one place: "" for a single object, ".items[]" for a list.
class MigrationReader {
 public:
  explicit MigrationReader(std::string_view place) : place_(place) {}

  bool read(std::string_view json) {
    return kube::walk_json(json, {.on_leaf = [this](auto path, auto value) { leaf(path, value); },
                                  .on_end = [this](auto path) { end(path); }});
  }
  const std::string& kind() const { return kind_; }
  std::vector<Migration>& migrations() { return migrations_; }

 private:
  void leaf(std::string_view path, std::string_view value) {
    if (path == ".kind") kind_ = value;
    if (!path.starts_with(place_)) return;
    const std::string_view field = path.substr(place_.size());
    if (field == ".metadata.name") now_.name = value;
    if (field == ".metadata.labels.app.kubernetes.io/managed-by") now_.managed_by = value;
    if (field == ".metadata.annotations.kubectl-encrypt/configuration") now_.configuration = value;
    if (field == ".spec.resource.group") group_ = value;
    if (field == ".spec.resource.resource") now_.resource = value;
    if (field == ".status.conditions[].type") condition_.type = value;
    if (field == ".status.conditions[].status") condition_.status = value;
    if (field == ".status.conditions[].reason") condition_.reason = shown(value);
    if (field == ".status.conditions[].message") condition_.message = shown(value);
  }
  void end(std::string_view path) {
    if (!path.starts_with(place_)) return;
    const std::string_view field = path.substr(place_.size());
    if (field == ".status.conditions[]") {
      now_.conditions.push_back(std::exchange(condition_, {}));
    } else if (field.empty()) {
      if (!group_.empty()) now_.resource += "." + group_;
      if (migrations_.size() <= kMaxMigrations && !now_.name.empty())
        migrations_.push_back(std::move(now_));
      now_ = {};
      group_.clear();
    }
  }

  std::string_view place_;
  std::string kind_;
  std::vector<Migration> migrations_;
  Migration now_;
  Condition condition_;
  std::string group_;
};

std::unexpected<Error> not_migrations() {
  return fail(ErrorKind::protocol, "the server's reply is no StorageVersionMigration in JSON");
}

}  // namespace

const Condition* Migration::condition(std::string_view type) const {
  const auto found =
      std::find_if(conditions.begin(), conditions.end(), [&](const Condition& condition) {
        return condition.type == type && condition.status == "True";
      });
  return found == conditions.end() ? nullptr : &*found;
}

http::Request versions_request(std::string_view group) {
  return kube::raw_request(fmt::format("/apis/{}", group), "application/json");
}

Result<std::vector<std::string>> parse_versions(std::string_view json) {
  std::vector<std::string> versions;
  std::string kind;
  std::string preferred;
  const bool whole =
      kube::walk_json(json, {.on_leaf = [&](std::string_view path, std::string_view value) {
                        if (path == ".kind") kind = value;
                        if (path == ".versions[].version") versions.emplace_back(value);
                        if (path == ".preferredVersion.version") preferred = value;
                      }});
  if (!whole || kind != "APIGroup")
    return fail(ErrorKind::protocol, "the server's reply is no APIGroup in JSON");
  std::stable_partition(versions.begin(), versions.end(),
                        [&](const std::string& version) { return version == preferred; });
  return versions;
}

kube::Resource migrations_resource(std::string_view group, std::string_view version) {
  return {.group = std::string(group),
          .version = std::string(version),
          .plural = "storageversionmigrations",
          .namespaced = false};
}

Result<std::vector<Migration>> parse_migrations(std::string_view json) {
  MigrationReader reader(".items[]");
  if (!reader.read(json) || reader.kind() != "StorageVersionMigrationList") return not_migrations();
  if (reader.migrations().size() > kMaxMigrations)
    return fail(ErrorKind::too_large,
                fmt::format("there are more than {} StorageVersionMigrations", kMaxMigrations));
  return std::move(reader.migrations());
}

Result<Migration> parse_migration(std::string_view json) {
  MigrationReader reader("");
  if (!reader.read(json) || reader.kind() != "StorageVersionMigration" ||
      reader.migrations().empty())
    return not_migrations();
  return std::move(reader.migrations().front());
}

}  // namespace kencrypt::control_plane
