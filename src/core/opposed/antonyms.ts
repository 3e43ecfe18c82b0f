/** Poles that cannot both be held of one thing: `axis: phrase, phrase | phrase, phrase`. A negated pole is its other one. */
export const poles = `
activation: enable, on, turn on, always on, leave on, switch on, activate, opt out, on by default, enabled, default on | disable, off, turn off, switch off, deactivate, opt in, off by default, disabled, default off, opted in
use: use, adopt, introduce, fine to use, allowed, go with, rely on, yes, welcome, encouraged, offer, provide, support, want, ok | avoid, ban, forbid, prohibit, discourage, get rid of, do without, refuse, abandon, unsupported
keep: keep, retain, preserve, leave, stay, maintain, publish, expose, include, attach, ship | remove, drop, delete, strip, erase, discard, throw away, omit, cut, exclude, hide, withhold
allow: allow, permit, accept, let, may | forbid, block, deny, reject, disallow, refuse, prohibit, ban
openness: any, anyone, anybody, everyone, everybody, any origin, all origins, wildcard, all users, whoever | only, restricted, allow list, allowlist, whitelist, limited to, selected, nobody else, specific
strict: strict, reject, fail, error, refuse, abort, hard error, fail the build, break the build, enforced, blocking, block, fatal, stop the line, raise, throw, all or nothing | lenient, ignore, tolerate, accept, skip, warn only, warning, best effort, tolerant, advisory, non blocking, continue, go on, silently, informational, report only, carry on, warn, allow, keep going
atomic: abort, whole, all or nothing, roll back everything, reject the file, stop at the first, fail fast, one transaction, atomic, reject the whole, roll back | skip, continue, partial, best effort, row by row, keep the good, collect, go on, save the rest, import the rest, list at the end, import the good, the good rows, good ones, report the others, report the rest, report at the end, partially
synchrony: sync, synchronous, synchronously, inline, blocking, in the request, during the request, within the request, wait for, immediately, in the handler | async, asynchronous, asynchronously, background, in the background, queue, queued, outbox, worker, deferred, later, fire and forget, non blocking, job
optimism: optimistic, optimistically, before the server answers, assume success | pessimistic, pessimistically, wait for the server, after the server, once the server confirms
laziness: lazy, lazily, on demand, on first use, deferred, when needed, first request, on request, at read time, on read, just in time, at first access | eager, eagerly, upfront, preload, at startup, ahead of time, at boot, on upload, on write, on save, at build time, prefetch, in advance
automation: automatic, automatically, auto, auto merge, bot, automated, unattended, by itself, on its own | manual, manually, by hand, human, person, somebody, someone, manual approval, approved by, reviewer
generated: generate, generated, codegen, generator, derived from the spec, auto generated | handwritten, hand written, by hand, written by hand, handcrafted, hand maintained, hand coded, manually written
required: required, mandatory, must, obligatory, compulsory, always needed, enforced, require | optional, voluntary, may be left out, if wanted, discretionary, nice to have, at will, encouraged
always: always, every, everywhere, each, all, without exception | never, nowhere, none, under no circumstances
visibility: public, publicly, open source, expose, world readable, published, open, anonymous, everyone, everybody | private, internal, closed source, hidden, secret, restricted, behind login, login required, members only, staff only, closed, login
centrality: central, centralised, centralized, one place, shared, single, global, common, singleton, module level | local, decentralised, decentralized, distributed, per service, per team, own, each its own, separate, individual, per module, per instance, per feature
globality: global, singleton, module level, static, module scope, service locator, global variable | inject, injected, passed in, pass, passed, constructor, parameter, dependency injection, argument, handed in, explicit parameter
mutability: mutable, in place, mutate, modify, update in place, overwrite, edit | immutable, immutably, copy on write, append only, read only, readonly, frozen, new version, immutability
ascending: ascending, oldest first, oldest, asc, chronological, smallest first, a to z, earliest first, lowest first, fifo, from the beginning | descending, newest first, newest, desc, reverse chronological, latest first, most recent first, largest first, z to a, highest first, lifo, latest
position: top, first, before, beginning, start, prefix, leading, above, head, left | bottom, last, after, end, suffix, trailing, below, tail, right
timing: before, beforehand, prior, ahead, first | after, afterwards, later, subsequently, post
persistence: persistent, durable, persisted, on disk, stored, survive, saved | ephemeral, temporary, in memory, volatile, transient, throw away, lost on restart
statefulness: stateful, sticky session, sticky, server side state | stateless, share nothing
caching: cache, cached, caching, memoize | no store, no cache, uncached, bypass the cache, always fresh, fresh
blocking: blocks the merge, required check, gate, blocking, blocks, must be green, fail the build | non blocking, informational, advisory, allowed to fail, does not block, report only, warn only
selfhost: locally, local model, on device, self hosted, self host, on premise, own servers, in house, on our own, own hardware, our own | hosted api, managed, hosted, saas, cloud, third party, as a service, vendor, outsourced, external provider
build: in house, own implementation, write our own, build it ourselves, hand rolled, home grown, self written, own, roll our own, custom | off the shelf, buy, third party, library, existing library, bought, vendor, ready made, external, framework
verbosity: verbose, detailed, full, debug, everything, complete | terse, minimal, brief, quiet, errors only, short, compact, summary
granularity: one big, single, combined, one, together, bundle, merged, one file, same | many small, split, separate, several, multiple, individual, one each, per, apart, own file
nesting: nested, nesting, tree, hierarchical, deep, threaded | flat, single level, linear
encryption: encrypted, encrypt, https, tls, hashed, ciphertext | plaintext, plain text, unencrypted, clear text, http, cleartext, in the clear
masking: mask, redact, anonymise, anonymize, hash, pseudonymise, scrub, truncate, blank out, masked | full, as is, unmasked, raw, in clear, complete, verbatim, unredacted
sensitivity: case sensitive, exact case | case insensitive, case insensitively, ignore case, lower cased, citext
nulls: write null, send null, explicit null, null explicitly, nullable, include null, as null | omit, leave out, omitted, absent, drop the key
integrity: constraint, enforced in the database, foreign key, constraints, in the database | in the application, application level, in code, application checks, app checks
committed: commit, check in, checked in, committed, tracked, in git, versioned, in the repository | gitignore, ignored, untracked, out of git, gitignored, ignore, build in ci only
review: review, reviewed, approval, approve, approved, pull request, sign off | push directly, self merge, direct push, unreviewed, straight to main
rewriting: rewrite, force push, rebase, amend, squash, linear | merge commit, preserve history, keep the commits, keep every commit, single commits, keep all commits
inlining: inline, embed, embedded, inlined | external, linked, separate file, referenced, external file
padding: wide, roomy, large, bigger, increase, raise, more, higher, longer, grow | narrow, dense, small, smaller, decrease, lower, less, fewer, shorter, reduce
isolation: isolated, separate, own, dedicated, per test, fresh, each | shared, common, reused, reuse, once for all, same
stability: stable, lts, long term support, conservative, proven, released | latest, bleeding edge, nightly, beta, canary, current, unstable, preview, newest, alpha
pinned: pin, exact, pinned, fixed, locked | range, caret, floating, latest, unpinned, tilde
failopen: fail open, let through, allow on failure, degrade, serve stale, fallback, continue without, cached copy | fail closed, fail shut, block on failure, deny on failure, return 503, reject, refuse, error page
backcompat: backward compatible, compatible, keep old, keep working, support old, both versions | breaking, break, clean cut, cut off, drop old
gradual: gradual, gradually, incremental, step by step, piecemeal, strangler, bit by bit, file by file, as we touch, when touched, module by module, over time | big bang, at once, in one go, all at once, rewrite, single step, one pr, in one pr, full rewrite
frequency: rarely, seldom, occasionally, only when needed, infrequent, at the end | often, frequently, continuously, regularly, on every, each time, every commit
ordering: ordered, sequential, one after another, in order, serially, one by one, serial, sequentially | unordered, parallel, concurrently, out of order, any order, simultaneously, in parallel, parallelised
early: early, soon, at the start, as early as possible, now, immediately, right away, at once | late, later, postpone, defer, wait, next year, delay, not now, until, not yet, after launch
directness: directly, direct, straight, raw | through, via, proxy, behind, abstraction, wrapper, facade, adapter, indirectly, wrapped, gateway
definition: code first, from code, from the code, from annotations, derived from code, decorators | schema first, spec first, contract first, api first, design first, spec is written first, hand written spec, idl
bound: limited, capped, bounded, limit, cap, at most, maximum | unlimited, unbounded, any number, as many, infinite, uncapped
expiry: expire, expires, expiring, time limited, ttl, short lived | forever, indefinitely, permanent, unlimited, long lived, for ever
squashing: squash, one commit, single commit | all commits, single commits, every commit, preserve commits, individual commits, merge commit
trust: trust, trusted, accept as is | verify, validate, untrusted, check, distrust, sanitise, sanitize
testlevel: unit, unit tests, isolated, in isolation, mostly unit | integration, end to end, e2e, integration tests, against the real, mostly integration
first: test first, tdd, before the code, tests before | tests afterwards, test later, tests after, after the code
duplication: dry, share, extract, reuse, deduplicate, shared package, common package | copy, duplicate, copy paste, repeat, duplicated, inline copy, duplication is fine, each has its own
fixforward: fix forward, roll forward, forward fix | revert, roll back, rollback, backout
explicit: explicit, explicitly, spelled out, written out, annotate, annotated, declared | implicit, implicitly, inferred, inference, derived, by convention, convention over configuration, magic
rounding: round up, ceil, ceiling, away from zero | round down, floor, truncate, cut off
rollup: per minute, per hour, aggregated, aggregate, totals, rolled up | raw, per event, individual events, every event, unaggregated
online: online, zero downtime, while running | maintenance window, downtime, offline, stop the service, planned outage, take it down
monthly: monthly, per month, once a month | yearly, annual, annually, per year, once a year
`;

/** Poles so common that they mean a contradiction only where the two subjects are plainly the same one. */
export const weakAxes = `use always centrality position timing padding granularity isolation early directness ordering
frequency visibility verbosity inlining monthly required openness bound trust rollup explicit synchrony first strict persistence review
stability pinned nesting build selfhost duplication keep caching committed`;
