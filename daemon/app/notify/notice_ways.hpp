// The ways on which notices go: a command of the administrator's, and a webhook.
#pragma once

#include "app/notify/notice_outbox.hpp"
#include "config/settings.hpp"

#include <string>

namespace hubspool {

// `path` is run for each, with the JSON as its standard input and its kind, code and phase in
// HUBSPOOL_NOTICE, HUBSPOOL_NOTICE_CODE and HUBSPOOL_NOTICE_PHASE.
notice_way notice_command(std::string path);

// The JSON is POSTed to the address in notify.url_file, by api's proxy and authorities. The file is
// read for each, so the address may change.
notice_way notice_webhook(const settings& options);

} // namespace hubspool
