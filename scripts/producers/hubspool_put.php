#!/usr/bin/env php
<?php
// Puts the records on standard input into hubspool's queue as one file, durably.
//
//   hubspool_put.php [--bulk] [QUEUE_DIRECTORY] < records.ndjson
//
// The producer's contract: write in tmp/ under a unique name, fsync, rename into new/ (or bulk/), fsync
// the directory. PHP (8.1 or newer) has no fsync for directories: the rename itself is durable only some
// seconds after this exits with 0. hubspool fsyncs the directory when it takes the file.
declare(strict_types=1);

// Sorts by time: within one tick of the file system's clock, hubspool takes names in order.
function hubspool_unique_name(): string
{
    static $counter = 0;
    static $start = null;
    // hrtime counts nanoseconds, but from an unknown beginning.
    $start ??= (int) (microtime(true) * 1e6) * 1000 - hrtime(true);
    return sprintf('%020d-%07d-%06d.ndjson', $start + hrtime(true), getmypid(), $counter++ % 1000000);
}

// Copies the stream $from into the queue; returns the name. When it throws, nothing was put.
function hubspool_put($from, string $queue = '/var/spool/hubspool', string $lane = 'new'): string
{
    $name = hubspool_unique_name();
    $being_written = "$queue/tmp/$name";
    $out = @fopen($being_written, 'x');
    if ($out === false) {
        throw new RuntimeException("cannot create $being_written: " . (error_get_last()['message'] ?? ''));
    }
    // hubspool reads it by its group, whatever the umask is.
    $written = @chmod($being_written, 0640) && stream_copy_to_stream($from, $out) !== false && feof($from)
        && fflush($out) && fsync($out);
    if (!fclose($out) || !$written || !@rename($being_written, "$queue/$lane/$name")) {
        @unlink($being_written);
        throw new RuntimeException("cannot write $being_written or move it to $queue/$lane");
    }
    return $name;
}

if (realpath($_SERVER['SCRIPT_FILENAME']) === __FILE__) {
    $places = array_values(array_diff(array_slice($argv, 1), ['--bulk']));
    if (count($places) > 1 || str_starts_with($places[0] ?? '', '-')) {
        fwrite(STDERR, "usage: hubspool_put.php [--bulk] [QUEUE_DIRECTORY] < records\n");
        exit(2);
    }
    try {
        $lane = in_array('--bulk', $argv, true) ? 'bulk' : 'new';
        echo hubspool_put(STDIN, $places[0] ?? '/var/spool/hubspool', $lane), "\n";
    } catch (RuntimeException $error) {
        fwrite(STDERR, 'hubspool_put.php: nothing was put: ' . $error->getMessage() . "\n");
        exit(1);
    }
}
