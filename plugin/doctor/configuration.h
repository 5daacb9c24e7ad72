// What is wrong with an EncryptionConfiguration as a file: what `config lint` finds, as checks. Pure.
#pragma once

#include <string>
#include <string_view>

#include "config/file_facts.h"
#include "config/server.h"
#include "doctor/diagnosis.h"

namespace kencrypt::doctor {

struct ConfigurationFile {
  std::string name;       // as it was named
  std::string_view text;  // its bytes
  config::FileFacts facts;
  config::Server server;  // by whose rules
};

void check_configuration(const ConfigurationFile& file, Diagnosis& diagnosis);

// The file could not be read at all.
void report_unreadable(const std::string& name, const std::string& reason, Diagnosis& diagnosis);

}  // namespace kencrypt::doctor
