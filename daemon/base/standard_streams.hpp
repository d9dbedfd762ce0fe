// Standard input, output and error as a process finds them.
#pragma once

namespace hubspool {

// Opens those that are closed, so that no file of ours gets their numbers and is written to as if
// it were one of them; reading and writing there fails as before. From now on a reader of ours that
// has gone is an error of the write and no signal. To be called first of all, before any thread is
// made.
void keep_standard_streams();

} // namespace hubspool
