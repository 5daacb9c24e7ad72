#include "config/file_checks.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>

namespace kencrypt::config {
namespace {

constexpr std::int64_t kDay = 86'400;
constexpr mode_t kOthers = 077;

// The `length` digits at the beginning of `text`, which are taken off it with a hyphen behind them.
std::optional<unsigned> take_digits(std::string_view& text, std::size_t length) {
  unsigned value = 0;
  const std::string_view digits = text.substr(0, length);
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.size() != length || error != std::errc() || end != digits.data() + length) return std::nullopt;
  text.remove_prefix(length);
  if (text.starts_with('-')) text.remove_prefix(1);
  return value;
}

std::optional<std::int64_t> day_at(std::string_view text) {
  const auto year = take_digits(text, 4);
  const auto month = year ? take_digits(text, 2) : std::nullopt;
  const auto day = month ? take_digits(text, 2) : std::nullopt;
  if (!day || *year < 2014 || *year > 2999) return std::nullopt;  // Kubernetes is of 2014
  const std::chrono::year_month_day date{std::chrono::year(static_cast<int>(*year)), std::chrono::month(*month),
                                         std::chrono::day(*day)};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

// The key that writes what an entry is about.
const Key* write_key(const Entry& entry) {
  if (entry.elements.empty() || entry.elements.front().providers.size() != 1) return nullptr;
  const auto& keys = entry.elements.front().providers.front().keys;
  return keys.empty() ? nullptr : &keys.front();
}

}  // namespace

std::optional<std::int64_t> day_in_name(std::string_view name) {
  for (std::size_t i = 0; i + 8 <= name.size(); ++i)
    if (const auto day = day_at(name.substr(i))) return day;
  return std::nullopt;
}

void check_file(const FileFacts& file, Findings& findings) {
  if ((file.mode & kOthers) != 0)
    findings.file_warning("file-permissions", fmt::format("others than its owner have access (mode {:04o})", file.mode),
                          "run chmod 600 on it");
  if (file.owner != 0 && file.owner != file.self)
    findings.file_warning("file-owner", fmt::format("it belongs to the user {}, who is neither root nor you", file.owner),
                          "run chown root:root on it");
  if (!file.snapshot.empty())
    findings.file_warning("beside-backups",
                          fmt::format("{} of the same directory is a database of etcd: who gets both can read everything",
                                      file.snapshot),
                          "keep backups of etcd and the keys to them in different places");
  if (file.in_etcd)
    findings.file_warning("beside-backups", "it is in a directory of etcd: a backup of that has the keys to itself",
                          "move it to a place of its own, such as /etc/kubernetes");
}

void check_key_age(const Model& model, const FileFacts& file, Findings& findings) {
  if (file.max_key_days == 0) return;
  const std::int64_t unchanged = (file.now - file.modified) / kDay;
  for (const Entry& entry : model.entries) {
    const Key* key = write_key(entry);
    if (key == nullptr) continue;
    const auto day = day_in_name(key->name.view());
    const std::int64_t age = std::max(unchanged, day ? file.now / kDay - *day : 0);
    if (age > file.max_key_days)
      findings.warning("key-age", key->name.place, key->name.field,
                       fmt::format("the key that writes is at least {} days old, by {}", age,
                                   age == unchanged ? "the time of the file's last change" : "the day in its name"),
                       "add a new key with `config add-key`, and go over to it");
  }
}

}  // namespace kencrypt::config
