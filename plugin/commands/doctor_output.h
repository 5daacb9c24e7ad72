// What `doctor` prints.
#pragma once

#include <iosfwd>
#include <string_view>

#include "base/result.h"
#include "commands/environment.h"
#include "commands/output_choice.h"
#include "doctor/diagnosis.h"

namespace kencrypt::commands {

// For people: a block a finding, errors first, then what could not be found out, and what was not looked at; with -o wide also
// what was found to be well. For programs: the DoctorReport of the contract. Errors: usage, where a template does not fit.
Result<void> print_diagnosis(const doctor::Diagnosis& diagnosis, const OutputChoice& choice, Environment& environment);

}  // namespace kencrypt::commands
