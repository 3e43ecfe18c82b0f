/**
 * What the trade has several words for, one concept a line: `name: phrase, phrase, …`. A phrase may stand in several
 * lines, when it has several meanings or a wider one. Words are compared by their stems (Porter), so one form is enough.
 */
export const workVocabulary = `
timeout: timeout, idle, time out, deadline, time limit, max wait, waiting time, give up, patience, abort after, hang
lifetime: lifetime, ttl, time to live, expiry, expiration, expire, validity, max age, lifespan, how long valid, live for, valid for, stays valid
retention: how long we keep, kept, retention, retain, how long kept, keep for, data lifetime, purge, history length, archive, archival, housekeeping, clean up, cleanup, prune, backup retention
limit: limit, maximum, max, cap, upper bound, ceiling, threshold, quota, at most, size limit, bound, allowed size
minimum: minimum, min, at least, lower bound, threshold, floor
ratelimit: limiter, rate limiter, rate limit, throttle, throttling, request quota, requests per minute, requests per second, rps, req min, quota, request limit, rate
size: size, length, dimension, width, volume, how big, how large, how long
retry: retry, retries, attempt, try again, resend, repeat, re-run, rerun, redeliver, backoff, second attempt, tries
batch: batch, bulk, chunk, chunk size, page of rows, at a time, at once, per request
concurrency: concurrency, parallel, parallelism, concurrent, thread, worker, worker count, simultaneous, at the same time, threads, pool size
pool: pool, connection pool, db connections, shared connection
interval: interval, frequency, how often, period, schedule, cron, cadence, every minute, nightly, rhythm, rotation, cycle
database: database, db, rdbms, datastore, data store, persistence, persistence layer, relational store, sql server, primary store, main store, storage engine, where data lives, system of record, data storage, storage
storage: storage, store, persist, persistence, keep, where kept, saved, save, where live, hold, location, stored
objectstore: object storage, blob, bucket, file storage, attachments, uploads, upload, uploaded file, binary file, media, images, pictures, user files, assets
cache: cache, caching, memoize, memoise, cached, cache control, cdn cache, http cache, hot data, page cache
queue: queue, job queue, task queue, background job, background task, background work, worker queue, async job, deferred work, job processing, job, job runner, asynchronous work, scheduled work
broker: message broker, broker, event bus, messaging, message bus, pub sub, pubsub, event stream, event streaming, message queue, queue, events between services, topics, streaming platform
event: event, domain event, notification, publish event, message
search: search, full text, fulltext, search index, search engine, indexer, elasticsearch, opensearch, solr, finding, lookup text, query by text, reindex
dbindex: index, database index, covering index, secondary index
identifier: id, identifier, primary key, pk, key type, surrogate key, record key, row key, ids, keys, key, public id
foreignkey: foreign key, fk, referential integrity, constraint, database constraint, reference between tables
migration: changing the schema, table changes, migration, schema change, schema migration, ddl, alter table, database change, schema evolution, schema update
transaction: transaction, unit of work, atomic, commit, autocommit, isolation, isolation level, rollback
locking: lock, locking, concurrency control, mutex, concurrent edit, simultaneous edit, lost update, edit conflict
orm: orm, data access, query builder, sql access, database access, object mapper, data layer, repository layer, persistence layer, talking to the database, query
schema: schema, table structure, table layout, data model, columns, tables
softdelete: deletion, delete, remove, removal, erase, erasure, purge, deleted, soft delete, hard delete
replica: replica, read replica, replication, standby, follower, secondary
sharding: shard, sharding, partition, partitioning, split tables
tenancy: tenant, tenancy, multi tenant, customer isolation, customer data, tenant isolation, separate customers
backup: backup, snapshot of the database, dump, restore, disaster recovery, recovery
consistency: consistency, stale read, eventual, read your writes, consistent read
~record: record, row, entity, entry, object, item, document, data, resource
absent: no row, nothing matches, no hit, unknown key, missing, not found, absent, nothing found, finds nothing, no result, no such, nonexistent, unknown id, no match, does not exist, empty result
nullvalue: null, nil, undefined, none value, optional value, empty value, missing value, empty column
user: user, account, customer, member, profile, person
login: login, log in, sign in, signin, authentication, auth, sso, identify users, identity, who you are, authenticate, logon, credentials, identity provider
session: session, logout, log out, idle, login state, logged in, session store, session storage, session data, server session
token: token, jwt, access token, auth token, bearer, bearer token, session token, api token, id token
refresh: refresh token, token renewal, renew
permission: permission, authorization, authorisation, access control, role, roles, rbac, privilege, who may, access right, rights, acl
password: password, passphrase, credential, password hash, password hashing, bcrypt, argon2, scrypt, hashing
hashing: hash, hashing, digest, checksum, hash algorithm, fingerprint, cost factor, work factor, rounds
encryption: encryption, encrypt, cipher, crypto, at rest, tls, encrypted
secret: secret, credentials, api key, secrets management, sensitive config, passwords of services, private key, secret store
cors: cors, cross origin, origin, cross site request, access control allow origin, foreign origins
csrf: csrf, xsrf, forgery, samesite
mfa: mfa, 2fa, two factor, second factor, otp, totp, multi factor
cookie: cookie, browser storage, localstorage, client side storage, session cookie
ip: ip, ip address, address of the client, client address
privacy: privacy, gdpr, personal data, pii, anonymise, anonymize, pseudonymise, consent
telemetry: telemetry, analytics, usage statistic, usage data, tracking, usage tracking, metrics about users, stats, usage number, phone home
error: error, exception, failure, fault, problem, crash, panic, failing, invalid
errorhandling: error handling, error propagation, exception handling, report errors, signal failure, return error, error result, error reporting, failures are reported
errorformat: error format, error body, error response, error payload, problem details, shape of errors
errortracking: error tracking, crash report, error monitoring, crash reporting, exception tracking, sentry
validation: validation, validate, check, checking, incoming payload, input check, schema check, sanity check, verify, runtime validation, form check, parse input, type guard
unknownfield: unknown field, extra field, additional property, unexpected field, unrecognised key, unknown key, surplus field, unknown property, extra key, unexpected key
badinput: invalid row, bad row, invalid line, malformed, corrupt, bad record, invalid input, broken line, garbage, dirty row, unparsable, faulty row, bad line, invalid record
import: import, csv import, upload, ingest, ingestion, bulk load, data import, loading
export: export, data export, download, report export, dump
logging: log, logging, logger, log output, log line, log entry, log message, logs
loglevel: log level, verbosity, verbose, debug output, severity
logformat: log format, structured log, structured logging, json log, shape of log
debugprint: console log, debug print, print statement, debug output, console, printf debugging, debug statement
metrics: metrics, monitoring, measurement, dashboards, gauge, counters, instrumentation
tracing: tracing, trace, span, distributed tracing, request tracing, opentelemetry
alerting: alert, alerting, paging, on call, pager, incident notification, notified, notification channel
sampling: sampling, sample rate, sampled, sample
health: health check, liveness, readiness, heartbeat, probe
shutdown: shutdown, termination, sigterm, drain, stop of the process, graceful shutdown, exit
startup: startup, boot, start up, initialisation, initialization, bootstrap, launch
uptime: availability, uptime, sla, downtime, outage, maintenance window
incident: incident, postmortem, post mortem, outage, retrospective
`;

/** The same for interfaces, front ends, code, tests, and how teams work and ship. */
export const craftVocabulary = `
~api: api, endpoint, route, public api, http api, interface, rest api, web service
apistyle: api style, query interface, external interface, interface to partners, rpc, protocol between services, service communication, talk to each other, inter service, calls between services, service to service, api protocol
apiversion: api version, versioning of the api, api generation, old endpoint, legacy endpoint, breaking change, backward compatibility, compatibility, v1, deprecated endpoint, api versioning
versioning: versioning, version scheme, version number, release number, semver, version
deprecation: deprecation, sunset, retire, phase out, legacy, end of life, deprecated, old version, obsolete
pagination: pagination, paging, page, page through, long list, next page, cursor, page size, list endpoint, result pages, infinite scroll
sorting: sort, order, ordering, sorted, sequence, sort order, arranged, come first
filtering: filter, filtering, query parameter
webhook: webhook, callback, outgoing notification, http callback, event delivery, hook url, delivery
realtime: realtime, real time, live update, live, push to browser, websocket, server sent event, sse, browser updates, instantly
polling: poll, polling, refresh, periodically ask
idempotency: idempotency, idempotent, duplicate, deduplicate, dedupe, twice, exactly once, duplicated, double submit
delivery: delivery guarantee, at least once, at most once, delivery semantics, ack, acknowledge, acknowledgement
httpclient: http client, outgoing request, outbound call, http library, fetch, http call, outgoing call, network call, request library, calling other services, rest client
sdk: sdk, client library, api client, client code, typed client, generated client
codegen: stubs, generated file, code generation, codegen, generated code, generate, generator
openapi: openapi, swagger, api spec, api description, contract, api contract, spec
serialization: serialization, serialisation, wire format, encoding, payload format, message format, serialise, marshalling, data format
compression: compression, compress, gzip, brotli, zip, compressed
httpstatus: status code, http status, response code, status
gateway: gateway, reverse proxy, load balancer, ingress, proxy, edge, web server, entry point
frontend: frontend, front end, ui, web app, spa, client, browser app, user interface, web ui, react app, web client
~backend: backend, server, server side, service, services
uiframework: ui framework, frontend framework, view library, component framework, web framework of the ui, ui library
component: component, widget, view, ui element, react component
componentlib: component library, design system, ui kit, widgets, ui components, buttons
styling: css, style, styling, styled, stylesheet, styles, look of component
theme: theme, dark mode, colour scheme, color scheme, light mode, colours, colors, appearance
state: state, state management, client state, global state, app state, redux, state container, ui state
datafetching: data fetching, server state, fetch data, load data, loading data, remote data, query cache, getting data
form: form, forms, form handling, input handling, form state
rendering: rendering, render, ssr, server side rendering, page generation, html generation, prerender
routing: routing, router, url structure, navigation
i18n: i18n, internationalisation, internationalization, translation, locale, localisation, localization, language of the ui, multilingual, translated text
a11y: accessibility, a11y, wcag, screen reader, keyboard navigation
browser: browser, browser support, supported browser, ie11, polyfill, old browsers
image: image, picture, photo, thumbnail, preview, image format, picture format, avatar, icon
icon: icon, icons, icon set, svg
chart: chart, charts, graph, plotting, diagram, visualisation, visualization
map: map, maps, geo, location display
animation: animation, animate, motion, transition
datelib: date library, dates, date, time handling, date formatting, date arithmetic, date handling, calendar
timezone: date format, time stamp, time format, time zone, timezone, utc, local time, timestamp, timestamps, stored time, zone, instant
money: money, amount, price, currency, prices, cents, monetary, decimal amount, totals
bundler: bundler, build tool, bundle, bundling, module bundler, asset pipeline, frontend build, webpack, packaging of the frontend
compiler: compiler, transpiler, transpile, compile, transpilation, typescript compile
sourcemap: source map, sourcemap, map file
buildoutput: build output, dist, generated file, compiled file, artifact, artefact, build result, build product
monorepo: monorepo, mono repo, single repo, one repository, repo layout, multi repo, polyrepo, repository structure, repositories, code organisation across repos, where code lives
workspace: workspace, workspaces, package layout, module layout, packages
folder: folder, directory, folder structure, project structure, file layout, file organisation, directory layout, file structure, colocate
architecture: architecture, monolith, microservice, system structure, service split, deployment unit, service cut, modular monolith, service boundary
di: dependency injection, injection, wiring, inversion of control, singleton, global state, global, service locator, passed in
language: programming language, language, implementation language, written in, stack
typing: types, type, static types, type check, type checking, type checker, typing, strict mode, type safety, strict, typed, annotations, type hints
anytype: any, any type, unknown type, untyped
module: module system, module format, esm, commonjs, import syntax, modules
exports: export, default export, named export, exported symbol
barrel: barrel, index file, reexport, re export, deep import
importpath: import path, import, imports, relative import, path alias, absolute import, alias
naming: naming, name, case, naming convention, spelling, identifiers, how named, called
filename: file name, filename, file naming, names of files
casing: case, casing, camel case, snake case, kebab case, upper case, lower case
comment: comment, comments, doc comment, doc block, jsdoc, docstring, inline documentation, tsdoc, javadoc, document functions
docs: documentation, docs, manual, guide, wiki, readme, handbook, where knowledge lives, doc site
adr: adr, decision record, architecture decision, design document, rfc, design doc
formatter: formatter, formatting, code format, code style, pretty print, code formatting, layout of code, auto format
linter: linter, lint, linting, static analysis, code quality check, code check
indent: indentation, indent, tab width, tabs, leading white space
quotes: quotes, quote style, string quotes, string literal, quotation mark
semicolon: semicolon, statement terminator, asi
linelength: line length, line width, max line, column limit, print width, columns, wide lines, long lines
lineending: line ending, crlf, newline, eol, end of line
trailingcomma: trailing comma, dangling comma
oop: class, classes, oop, object oriented, inheritance, function style, functional style, paradigm
mutability: immutable, mutable, mutation, mutate, immutability, in place, readonly
asynccode: async, await, promise, callback, asynchronous code, async style
utilitylib: lodash, utility library, helper library, underscore, ramda, utility functions, helper functions
deps: third party script, external script, external code, dependency, dependencies, third party, package, packages, libraries, library, third party code, external package
depupdate: dependency update, dependency bump, dependency upgrade, renovate, dependabot, version bump, updating packages, package update, bump, update bot
pinning: semver range, dependency version, version ranges, pin, pinning, exact version, version range, caret, lock version, floating version
lockfile: lock file, lockfile, package lock, locked versions, pnpm lock, yarn lock
packagemanager: package manager, install packages, installing, installing packages, dependency manager, installing dependencies, package installation, npm client, dependency installation
vendoring: vendor, vendoring, third party source, third party code, vendored, copy of dependencies, third party source in repo
license: license, licence, licensing, open source
test: test, tests, testing, test suite, spec, assert, assertion, test case
unittest: unit test, unit testing, isolated test
testrunner: test runner, test framework, unit test framework, run tests, test tool, testing framework, tests run with, running unit tests, executing tests
e2e: e2e, end to end, browser test, acceptance test, ui test, end to end suite, integration test in browser, system test
mock: mock, mocking, stub, fake, test double, mocked, simulated, doubles
testdata: test data, fixture, seed, factory, factories, fixtures, sample data
testdb: database in tests, test database, db in tests, testcontainers, in memory database, sqlite in tests, persistence in tests, test against database
snapshot: snapshot, snapshot test, golden file, snapshot testing, approval test
coverage: coverage, test coverage, branch coverage, code coverage, covered lines, lines covered
flaky: flaky, unstable test, intermittent, flaky test, quarantine, rerun of failed tests
testlocation: test location, test placement, where tests go, where tests are, where tests live, test files, place of tests, test folder, next to the source
tdd: tdd, test first, test driven
loadtest: load test, stress test, performance test, load testing
ci: ci, continuous integration, pipeline, build pipeline, build server, ci provider, ci system, ci server, automated builds, ci service
precommit: pre commit, commit hook, git hook, husky, lefthook, before commit, local checks, hooks
commit: commit, commit message, message of commit, committing
commitformat: commit message, commit format, commit style, commit message format, conventional commits
branch: branch, branching, feature branch, branch strategy, git workflow, branching model, branches, trunk, trunk based, git flow, long lived branch, development flow
integration: merge, merging, merging pull request, landing, land, integrate, merge strategy, integrated, landing prs, merge method, get into main, merge button, how branches get in
history: history, git history, commit history, force push, rewrite, rewrite history, linear history, rebase, rebasing, published commits
pullrequest: pull request, pr, merge request, mr, change, changes, patch, contribution
review: review, reviewer, approval, approve, approver, sign off, code review, signed off, second pair of eyes, approvals
signing: signed commit, signing, gpg, signature
prsize: pr size, size of pull request, large change, lines per pr, small pr
codeowners: code owner, codeowners, ownership, owner, responsible
changelog: changelog, release notes, change log, changesets, what changed
release: release, releasing, publish, shipping, ship, released, rollout, roll out, publication, new version
releasecycle: release cadence, how often we ship, release cycle, release frequency, how often we release, release train, release schedule, when we ship
deploy: deploy, deployment, deploying, production rollout, deployment strategy, rollout, rollout strategy, blue green, canary, new version goes live, go live
rollback: rollback, roll back, revert, undo, bad deploy, broken release
hosting: hosting, deploy target, where deployed, hosted, cloud, cloud provider, where it runs, infrastructure, platform, runs on, hoster, servers
orchestration: orchestration, container orchestration, orchestrator, kubernetes, k8s, container platform, running containers, scheduler
container: container, docker, image, container image, docker image, container runtime, base image, dockerfile
baseimage: base image, docker base, from line, container base, image we build on, distro, linux distribution
iac: infrastructure as code, cloud resources, provisioning, terraform, infra code, provision, infrastructure definition
configmgmt: configuration management, configuring the machines, ansible, server setup, vm setup
config: configuration, config, setting, settings, env var, environment variable, options, config file, configure, configuration source
configformat: config format, format of config, configuration file, config file, settings file
precedence: precedence, priority, override, wins, which wins, which value counts, overrides, takes precedence
featureflag: feature flag, feature toggle, flag, toggle, feature switch, flags, switch off features, unfinished feature
abtest: a b test, experiment, ab testing, experimentation
environment: environment, staging, preview environment, test environment
serverless: serverless, lambda, function as a service, faas
scaling: scaling, autoscale, autoscaling, scale, instances, replicas, instance count, number of pods
memory: memory, ram, heap, memory limit
ssl: tls, ssl, certificate, https, certificates, cert
email: email, mail, e mail, smtp, transactional mail, sending mail, newsletter, mailing, notification mail
sms: sms, text message
payment: payment, billing, checkout, payment provider, charge, card, invoice, paying, payment gateway, payment processing
ticket: ticket, issue tracker, issue, task tracking, bug tracker, backlog, tasks
chat: chat, team chat, communication, messenger, discussion
meeting: meeting, standup, stand up, daily, sync meeting
syncconflict: sync conflict, conflict, clash, conflicting edit, offline edit, edit conflict, concurrent change, collision, collide, diverge, offline change, out of sync
offline: offline, sync, synchronisation, synchronization, without network
mobile: mobile, mobile app, phone app, ios, android, app for phones, smartphone
desktop: desktop, desktop app, desktop client
runtime: runtime, javascript runtime, node, node version, js runtime, interpreter, engine
nodeversion: node version, runtime version, language version, compiler version, minimum version, supported version, python version, java version, go version
os: operating system, os, linux, windows, macos, platform support, windows support
shell: shell, shell script, script, scripts, scripting, automation script
taskrunner: task runner, make, makefile, project commands, npm scripts, build command, common commands
editor: editor, ide, editor config
buildsystem: build system, build tool, build, compile, building the project
sqlstyle: sql, raw sql, query, queries, query parameters, sql statements
injection: sql injection, injection, interpolation, concatenation, prepared statement, parameterised query, bind
storedproc: stored procedure, trigger, database function, logic in the database, business logic in database, database trigger
enumtype: enum, enums, enumeration, union of literals, fixed set of values
loadingstrategy: lazy loading, eager loading, preload, prefetch, code splitting, loading, on demand
numberformat: float, decimal, number type, integer, rounding, precision
charset: encoding, character set, charset, utf 8, unicode, text encoding
filepath: path, file path, location
spec: spec, specification, requirement
upload: upload, file upload, uploads, uploaded file
ssrf: outbound network, egress, internet access, outgoing traffic
devenv: development environment, local setup, local development, dev setup, dev container, devcontainer, developer machine, local stack
ai: llm, ai, model, language model, assistant, copilot, agent, ai code, generated by ai
embedding: embedding, vector, vector search, vector database, semantic search, similarity search
statusupdate: status update, status change, progress, state change
todo: todo, todos, fixme, open points, todo comment
deadcode: dead code, unused code, commented out code, unused export, leftover code
magic: magic number, constant, literal number, named constant
stale: stale, outdated, old branch, merged branch, stale branch
hotfix: hotfix, urgent fix, emergency fix, patch release
bugfix: bug, defect, bug fix, regression, regression test
warning: warning, warnings, compiler warning, lint warning
refactor: refactoring, refactor, clean code, rework, rewrite
`;

/** Words that nearly every decision could hold: they tell little about its subject. */
export const vagueWords = `
api app application service system code codebase project repo repository file files function method class module component
data record row item element value field object thing new old main default primary internal public external current
library tool framework provider solution engine technology choice approach strategy policy rule convention way kind type format
use using used user usage handling handle management manage manager support process processing run running make work set setup
server client backend frontend request response call team people customer name version level number count amount time
where what which who how when why whether many much per each every all any own single one first second other
product production shop company partner package packages part place point list query change changes web page
result output input get put add create write read send sent go come made done need needed
create creating build building style mode pattern layer handling resource entity option options source
`;
