// A new key of an EncryptionConfiguration, its name and its bytes, or a new KMS.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "base/result.h"
#include "base/secret.h"
#include "cli/flag.h"
#include "cli/parsed_flags.h"
#include "commands/environment.h"
#include "config/change.h"

namespace kencrypt::commands {

cli::Flag key_name_flag();

// What --key-name says, else "key-" and the day. Errors: usage, for a name that cannot stand in a stored value.
Result<std::string> wanted_key_name(const cli::ParsedFlags& flags, const Environment& environment);

// The same; a name that nobody has asked for gets a number behind it while `taken` says that there is such a key.
Result<std::string> free_key_name(const cli::ParsedFlags& flags, const Environment& environment,
                                  const std::function<bool(const std::string&)>& taken);

// 32 bytes of the system's generator, in base64. Errors: io.
Result<SecretBytes> new_key_secret();

// --provider; nullopt: not given. Errors: usage.
Result<std::optional<config::Type>> parse_provider(const std::string& text);

// --kms-name and --kms-endpoint, which go with --provider=kms.
cli::FlagTable kms_flags();
// Errors: usage, if one is missing, or there is a --key-name.
Result<config::NewKms> wanted_kms(const cli::ParsedFlags& flags);
// Errors: usage, if one is given for another provider.
Result<void> refuse_kms_flags(const cli::ParsedFlags& flags);

}  // namespace kencrypt::commands
