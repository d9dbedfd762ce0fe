#!/usr/bin/env node
// Puts the records on standard input into hubspool's queue as one file, durably.
//
//   hubspool-put.mjs [--bulk] [QUEUE_DIRECTORY] < records.ndjson
//
// The producer's contract: write in tmp/ under a unique name, fsync, rename into new/ (or bulk/), fsync
// the directory. When this exits with 0, the records survive a power loss; else it says whether they were
// put.
import { closeSync, fchmodSync, fsyncSync, openSync, readSync, renameSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

let counter = 0;

// Sorts by time: within one tick of the file system's clock, hubspool takes names in order.
function uniqueName() {
    const now = BigInt(Math.round(performance.timeOrigin * 1e6)) + BigInt(Math.round(performance.now() * 1e6));
    const digits = (value, width) => String(value).padStart(width, '0');
    return `${digits(now, 20)}-${digits(process.pid, 7)}-${digits(counter++ % 1e6, 6)}.ndjson`;
}

function syncAndClose(descriptor) {
    try {
        fsyncSync(descriptor);
    } finally {
        closeSync(descriptor);
    }
}

function copy(from, to) {
    const buffer = Buffer.allocUnsafe(1 << 16);
    for (;;) {
        const size = readSync(from, buffer);
        if (size === 0) return;
        for (let done = 0; done < size;) done += writeSync(to, buffer, done, size - done);
    }
}

// The file is in the queue, but a power loss may undo that: putting it again sends it twice.
export class PutButNotDurable extends Error {}

// Copies the descriptor `from` into the queue; returns the name. When it throws, nothing was put, but for
// PutButNotDurable.
export function put(from, queue = '/var/spool/hubspool', lane = 'new') {
    const name = uniqueName();
    const beingWritten = join(queue, 'tmp', name);
    const out = openSync(beingWritten, 'wx', 0o666);
    try {
        try {
            fchmodSync(out, 0o640); // hubspool reads it by its group, whatever the umask is
            copy(from, out);
        } finally {
            syncAndClose(out);
        }
        renameSync(beingWritten, join(queue, lane, name));
    } catch (error) {
        unlinkSync(beingWritten);
        throw error;
    }
    try {
        syncAndClose(openSync(join(queue, lane), 'r'));
    } catch (error) {
        throw new PutButNotDurable(`${name} was put, but a power loss may undo it: ${error.message}`);
    }
    return name;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
    const places = process.argv.slice(2).filter((argument) => argument !== '--bulk');
    if (places.length > 1 || places.some((place) => place.startsWith('-'))) {
        console.error('usage: hubspool-put.mjs [--bulk] [QUEUE_DIRECTORY] < records');
        process.exit(2);
    }
    try {
        console.log(put(0, places[0], process.argv.includes('--bulk') ? 'bulk' : 'new'));
    } catch (error) {
        const fate = error instanceof PutButNotDurable ? '' : 'nothing was put: ';
        console.error(`hubspool-put.mjs: ${fate}${error.message}`);
        process.exit(1);
    }
}
