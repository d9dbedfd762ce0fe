// Whether requests go through a proxy, and through which: api.proxy and api.no_proxy. Pure.
#pragma once

#include "api/route/api_url.hpp"
#include "base/result.hpp"

#include <optional>
#include <string>

namespace hubspool {

// Takes http://host:port only; its `setting` is api.proxy. The failure names the setting.
result<api_url> parse_proxy_url(const std::string& text);

// The proxy for `target`, or nothing when there is none or `no_proxy` exempts the target.
//
// `no_proxy` is a list with commas, of: a name, with or without a dot before it (that name and all
// beneath it), an address, addresses as 10.0.0.0/8 or fd00::/8, or * for all. Names are not looked
// up for it. An entry that is none of these is a failure.
result<std::optional<api_url>> route_to(const api_url& target, const std::string& proxy,
                                        const std::string& no_proxy);

} // namespace hubspool
