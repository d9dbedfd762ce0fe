// From the settings to the options of each part.
#pragma once

#include "api/http/api_client.hpp"
#include "app/intake/intake_options.hpp"
#include "app/run_result.hpp"
#include "config/settings.hpp"
#include "core/engine/engine.hpp"
#include "spool/reading/file_reader.hpp"
#include "state/sending/sending_file.hpp"

#include <optional>

namespace hubspool {

engine_options make_engine_options(const settings& from, const std::optional<drain_options>& drain);
sending_options make_sending_options(const settings& from);
api_options make_api_options(const settings& from);
unpack_limits make_unpack_limits(const settings& from);
csv_options make_csv_options(const settings& from);
file_reader_options make_reader_options(const settings& from);
intake_options make_intake_options(const settings& from, const std::optional<drain_options>& drain);

} // namespace hubspool
