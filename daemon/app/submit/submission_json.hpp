// What was found in what is submitted, as JSON: for `submit --json` and the control socket alike.
#pragma once

#include "app/submit/submitted_file.hpp"
#include "base/json_writer.hpp"

namespace hubspool {

// Keys of the object that is open: bad, bad_records, lone_surrogates, future_as_of, unknown_fields.
void put_findings(json_writer& json, const submitted_file& file);

} // namespace hubspool
