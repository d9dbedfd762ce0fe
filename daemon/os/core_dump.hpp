// Memory that nobody else is to see.
#pragma once

namespace hubspool {

// No core is dumped of this process, and no other user may trace it. Tokens lie in more places than
// could be marked one by one (MADV_DONTDUMP): in the buffers of TLS and of requests, and in freed
// memory; so the process as a whole is excluded. Root may still look. To be called before secrets
// are read, and after a change of user, which undoes it.
void refuse_core_dumps();

} // namespace hubspool
