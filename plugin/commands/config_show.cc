#include "commands/config_show.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <ostream>
#include <vector>

#include "base/file.h"
#include "base/sha256.h"
#include "commands/exit_code.h"
#include "commands/operands.h"
#include "config/lint.h"
#include "config/structure.h"
#include "document/tree.h"
#include "encryption/provider.h"
#include "output/format.h"
#include "output/json.h"
#include "output/printable.h"
#include "output/table.h"
#include "output/yaml.h"

namespace kencrypt::commands {
namespace {

constexpr output::Format kFormats[] = {output::Format::json, output::Format::yaml};

struct Row {
  std::string resources;
  std::string provider;
  std::string key;
  std::string fingerprint;  // of the key's bytes, as `sha256:...`
  std::string use;
};

std::vector<Row> rows_of_provider(const config::PlainProvider& provider, const std::string& resources, bool first) {
  const std::string type(config::type_name(provider.type));
  const std::string use = first ? "writes, reads" : "reads";
  if (provider.type == config::Type::kms) return {{resources, type, config::plugin_name(provider), "", use}};
  std::vector<Row> rows;
  for (const config::PlainKey& key : provider.keys)
    rows.push_back({resources, type, key.name, config::fingerprint(key), rows.empty() ? use : "reads"});
  if (rows.empty()) rows.push_back({resources, type, "", "", use});
  return rows;
}

std::vector<Row> rows_of(const config::Structure& structure) {
  std::vector<Row> rows;
  for (const config::PlainEntry& entry : structure)
    for (const config::PlainProvider& provider : entry.providers)
      for (Row& row : rows_of_provider(provider, fmt::format("{}", fmt::join(entry.resources, ",")), &provider == &entry.providers.front()))
        rows.push_back(std::move(row));
  return rows;
}

output::Value document_of(const std::string& file, const std::string& hash, const std::vector<Row>& rows) {
  output::Value keys = output::Value::array();
  for (const Row& row : rows)
    keys.push_back(output::Value::object({{"resources", row.resources},
                                          {"provider", row.provider},
                                          {"key", row.key},
                                          {"fingerprint", row.fingerprint},
                                          {"use", row.use}}));
  return output::Value::object({{"apiVersion", "kubectl-encrypt/v1"},
                                {"kind", "ConfigView"},
                                {"file", file},
                                {"hash", hash},
                                {"keys", std::move(keys)}});
}

std::string or_none(const std::string& text) { return text.empty() ? std::string(output::kNone) : text; }

void write_table(std::ostream& out, const std::string& file, const std::string& hash, const std::vector<Row>& rows) {
  out << output::printable(fmt::format("{}: {}", file, hash)) << "\n\n";
  output::Table table({{"RESOURCES"}, {"PROVIDER"}, {"KEY"}, {"FINGERPRINT"}, {"USE"}});
  for (const Row& row : rows)
    table.add_row({row.resources, row.provider, or_none(row.key),
                   row.fingerprint.empty() ? std::string(output::kNone) : encryption::shown_hash(row.fingerprint), row.use});
  table.write(out, {});
}

Result<config::Structure> read_structure(std::string_view text) {
  if (const auto error = config::first_error(text, {.kms_v1_gate = true}))
    return fail(ErrorKind::config, fmt::format("line {}: {}: `config lint` says more", error->line, error->message));
  TRY_ASSIGN(const document::Tree tree, document::parse_as_server(text));
  config::Findings none;
  return config::structure_of(config::read_model(tree, {}, none));
}

}  // namespace

Result<int> run_config_show(const cli::ParsedFlags& flags, Environment& environment) {
  TRY_ASSIGN(const Operands operands, parse_operands(flags, "FILE", 1));
  const std::string& file = operands.front();
  TRY_ASSIGN(const output::Format format, output::parse_format(flags.get_string("output"), kFormats, {}));
  TRY_ASSIGN(const SecretBytes text, read_file(file, document::kMaxDocument));
  const auto structure = read_structure(text.view());
  if (!structure) return wrap(structure.error(), file);
  const std::string hash = sha256_label(text.view());
  const std::vector<Row> rows = rows_of(*structure);
  if (format == output::Format::json)
    output::write_json(environment.out, document_of(file, hash, rows));
  else if (format == output::Format::yaml)
    output::write_yaml(environment.out, document_of(file, hash, rows));
  else
    write_table(environment.out, file, hash, rows);
  return kDone;
}

}  // namespace kencrypt::commands
