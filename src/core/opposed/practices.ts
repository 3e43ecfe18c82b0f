/** Ways of doing a thing that exclude each other; written as the tools in alternatives.ts. */
export const practiceClasses = `
idscheme [identifier]: uuid=uuidv4=uuid v4=guid=random uuid, uuidv7=uuid v7=time ordered uuid, ulid=ksuid, serial=bigint=bigserial=autoincrement=auto increment=identity column=sequence=integer=sequential=consecutive number=integers=sequential number=counter, nanoid=nano id, snowflake=snowflake id, natural key=business key, cuid=cuid2, slug=slugs, hashids=sqids, content hash=sha 256 of the content
integration [integration history]: squash=squash merge=squashed=squash and merge, merge commit=merge commits=no ff=merge main into=true merge=plain merge, rebase=rebased=rebasing=rebase merge=fast forward=ff only, cherry pick=cherry picking
branching [branch]: trunk based=trunk=short lived branches=trunk based development=commit to main=directly on main=push to main, git flow=gitflow=develop branch=release branches=release branch=long lived release branches, github flow, forks=fork workflow, branch per environment=environment branches
commitstyle [commitformat]: conventional commits=conventionalcommits=feat fix chore=conventional, gitmoji=emoji, ticket number first=jira key first=issue key prefix=ticket prefix, free text=free form=no format=imperative sentence=plain sentence=plain sentences
versionscheme [versioning]: semver=semantic versioning=major minor patch, calver=calendar versioning=date based=year and month=date as version=year month, build number=consecutive build number, commit hash=git sha=git hash=short sha, zerover
imagetag [container versioning]: latest tag=latest=floating tag, git sha=commit hash=commit sha, digest=sha256 digest, semver tag
apiversioning [apiversion]: url path=in the path=path segment=path=in the url=v1 in the path, accept header=custom header=in a header=in the header=version header=media type=content negotiation, query parameter=query string=query param, no versions=never versioned=unversioned=evolve only
pagination [pagination]: cursor=cursor based=keyset=opaque cursor=next token=seek, offset=offset limit=limit and offset=page number=page numbers=numbered pages=page and size=skip and take, infinite scroll, link header, load everything=all at once=no pagination
indent [indent]: tab=tabs, space=spaces=blank
quotes [quotes]: single quote=single quotes=single quoted=apostrophe, double quote=double quotes=double quoted, backtick=template literal=backticks
lineending [lineending]: lf=unix newlines=unix line endings, crlf=windows line endings=windows newlines, native line endings=platform default
charset [charset]: utf 8=utf8, latin 1=latin1=iso 8859 1=windows 1252, utf 16=utf16, ascii
casing [casing naming filename]: camel case=camelcase=lower camel, snake case=snakecase=underscores=underscore=snake, kebab case=kebabcase=kebab=dashes=hyphens=dashed=hyphenated, pascal case=pascalcase=upper camel=pascal, screaming snake case=upper snake=all caps, title case, lower case
number [naming schema]: plural=plural names=plurals, singular=singular names
tablenames [naming schema]: prefix=prefixed=hungarian, no prefix=unprefixed=without prefix
module [module]: esm=es modules=ecmascript modules=import syntax=es module, commonjs=cjs=require, amd=requirejs, umd, dual package=both formats
exports [exports]: named export=named exports=by name, default export=default exports
importstyle [importpath]: relative=relative imports=relative paths, alias=path alias=absolute=absolute imports=aliases=tsconfig paths
typedecl [typing]: interface=interfaces, type alias=type aliases=types only
enumtype [enumtype]: enum=enums=ts enum=native enum=postgres enum=enum type, union type=string union=union of string literals=literal union=union of literals=literal types, const object=as const=frozen object, lookup table=reference table, check constraint=varchar with check=text with check
codestyle [oop component]: class=classes=class based=class components=class component=object oriented=oop, function=functions=functional=function component=function components=hooks=closures
composition [oop]: inheritance=subclass=base class=extends=abstract class, composition=compose=delegate
asyncstyle [asynccode]: callback=callbacks, promise chain=then chains=promises, async await=await=async functions, rxjs=observables=reactive streams, generators, coroutines, threads=virtual threads
errorstyle [errorhandling error absent nullvalue]: exception=exceptions=throw=throws=thrown=raise=raises=raised=bubble up, return value=result type=result object=return result=either=return error=returns error=error value=error values=values=result=returned as value=neverthrow=error code=error codes=tuple, return null=null=returns null=undefined=returns undefined=none=optional=nil=empty optional, panic=crash=abort process, log and continue=swallow=log only=logged only
repo [monorepo]: monorepo=mono repo=single repo=single repository=one repository=one repo=same repository, multi repo=polyrepo=own repository=separate repositories=one repository per=repo per service=separate repos=own repo=multiple repositories=multirepo=several repositories=repository of its own
architecture [architecture]: monolith=modular monolith=single service=one service=one deployable=single deployable, microservice=microservices=separate services=service per=own service=separate service=several services, serverless functions=lambdas=lambda, event driven=event sourcing=choreography, orchestration=orchestrator=central coordinator
layers [architecture]: hexagonal=ports and adapters=clean architecture=onion, layered=three layers=mvc=controllers services, vertical slices=feature folders=by feature=per feature=feature folder, by type=by layer=technical layers=per layer
folders [folder]: by feature=per feature=feature folder=feature folders=by domain=domain folders, by type=by layer=per type=technical layer=type folders=by technical layer
testplace [testlocation]: next to the source=beside the source=colocated=co located=next to the code=beside the code=next to the file=same folder=beside the file, test folder=tests folder=separate folder=tests directory=top level tests=test directory=own folder=mirror the tree=separate tree=under test=in tests
testdb [testdb test]: testcontainers=real postgres=real database=postgres in docker=docker postgres=real db=actual database=real one, sqlite in memory=in memory sqlite=in memory database=sqlite=h2, mock=mocks=mocked=fake=fakes=stub=in memory fake=fake repository, shared test database=shared staging database=shared database
testdata [testdata]: fixture=fixtures=static fixtures=json fixtures=fixture files, factory=factories=builders=builder=faker, production dump=anonymised dump=copy of production=production copy, seed script=seeds
testdoubles [mock]: mock=mocks=mocked=mocking=stub=stubs=jest mock, real=sandbox=real service=real sandbox=live service=real thing=real implementation, fake=fakes=in memory fake=hand written fakes, recorded=recording=cassette=recordings
rendering [rendering]: ssr=server side rendering=server rendered=rendered on the server=on the server=server components, csr=client side rendering=spa=rendered in the browser=in the browser=client rendered=single page app, ssg=static generation=static=statically generated=prerendered=static site=at build time, isr=incremental static regeneration
deploystyle [deploy]: blue green, canary=gradual=percentage rollout=staged rollout, rolling=rolling update=rolling updates, recreate=stop and start=big bang=all at once=full stop, shadow traffic
deploytrigger [deploy release]: continuous deployment=on every merge=every merge=each merge=after every merge=every push=every commit=automatically from main=continuously, weekly=once a week=every week=every tuesday=every thursday=every monday=release train=every two weeks=biweekly=fortnightly=monthly=every month=per sprint=quarterly, manual approval=by hand=manual=button=manually=on demand=manual button, on tag=tag=git tag
locking [locking]: optimistic=version column=optimistic locking=etag=if match=compare and swap=cas=row version, pessimistic=for update=select for update=row lock=row locks=exclusive lock=advisory lock, crdt=operational transformation=ot=automerge=yjs, last write wins=last writer wins=lww=latest write
distlock [locking]: redlock=redis lock, advisory lock=pg advisory lock, zookeeper, etcd=etcd lease, consul, database row=lock table
isolation [transaction]: serializable=serialisable, read committed, repeatable read=snapshot isolation, read uncommitted=dirty reads
consistency [consistency]: strong=strongly consistent=strong consistency=linearizable=read your writes, eventual=eventually consistent=eventual consistency=stale reads
delivery [delivery]: at least once, at most once, exactly once
cachewrite [cache]: write through, write back=write behind, cache aside=lazy population=read through, invalidate on write=purge on write=evict on write=purge on change=event driven invalidation=explicit invalidation=invalidated explicitly, expire by ttl=ttl=ttl only=by ttl=time based=short ttl=expiry only
deletion [softdelete retention]: soft delete=soft deletion=softly deleted=deleted at=tombstone=mark as deleted=marked as deleted=is deleted flag=deleted flag=archived flag=flag as deleted, hard delete=physically=physical delete=really delete=delete the row=remove the row=hard deletion=delete from=permanently
tenancy [tenancy]: schema per tenant=separate schemas=one schema per tenant=own schema, database per tenant=separate database=own database=one database per tenant=separate databases, tenant id column=shared tables=row level security=tenant column=shared schema=rls=tenant id=shared database
datamodel [schema]: normalised=normalized=third normal form=3nf=separate table=separate tables=own table=join table, denormalised=denormalized=json column=jsonb=jsonb column=embedded document=single table=eav
writemodel [architecture schema]: event sourcing=event log=event sourced=append only log, crud=current state=current state rows=state table=update in place
money [money numberformat]: cents=integer cents=minor units=integer=bigint cents=smallest unit=minor unit, decimal=numeric=big decimal=decimal type=bigdecimal=decimal js=decimal string, float=double=floating point=floats=javascript number
timezone [timezone]: utc=timestamptz=zulu, local time=local=europe berlin=local zone=server time=local timezone=wall clock=user time zone=local times
timeformat [timezone serialization]: iso 8601=iso=iso string=rfc 3339=iso strings, unix timestamp=epoch=epoch seconds=epoch millis=unix epoch=unix seconds=epoch milliseconds=unix time=milliseconds since epoch
jsonnaming [casing serialization]: camel case=camelcase, snake case=snake
hash [hashing password]: bcrypt, argon2=argon2id, scrypt, pbkdf2, md5, sha 1=sha1, sha 256=sha256, blake3=blake2, xxhash, sha 512=sha512, crc32
cipher [encryption]: aes gcm=aes 256 gcm=aes, chacha20=chacha, rsa, ed25519=ecdsa=elliptic curve, aes cbc, nacl=libsodium
jwtalg [token]: hs256=symmetric=shared secret, rs256=es256=eddsa=asymmetric=public key
samesite [cookie]: samesite strict=same site strict, samesite lax=same site lax, samesite none=same site none
permission [permission]: rbac=role based=roles, abac=attribute based=policies=opa=policy engine, acl=access list=per object permissions=per object, rebac=zanzibar=openfga=spicedb, row level security
httpverb [api]: put, patch, post
statusinvalid [httpstatus validation]: 400=bad request, 422=unprocessable entity, 200 with error
statushidden [httpstatus permission absent]: 403=forbidden, 404=not found, 401=unauthorized
createstatus [httpstatus]: 200, 201=created, 202=accepted, 204=no content
httpformat [errorformat]: problem json=rfc 7807=rfc 9457=problem details=application problem json, json api errors, own envelope=own format=envelope=custom format=code and message, plain text
license [license]: mit=mit license, apache 2=apache license=apache 2 0, gpl=gplv3=agpl=lgpl, bsd, proprietary=closed source, mpl, unlicense, bsl=business source
pinning [pinning]: exact=exact version=exact versions=pinned=pin=pinned exactly=fixed version, caret=range=ranges=caret range=semver range=tilde=floating=latest=caret ranges
vendoring [vendoring]: vendored=vendor=copied into the repo=checked in, submodule=git submodule=submodules, registry=from the registry=package registry=subtree
adr [adr]: adr=adrs=decision records=docs adr, wiki, rfc=rfcs=design doc, pull request description=in the pr description=commit message
docplace [docs]: repo=in the repo=in repository=markdown=readme=next to the code=docs folder, wiki=confluence=notion=google docs=sharepoint
exchange [statusupdate webhook polling realtime]: webhook=webhooks=push=pushes=pushed=notify=callback=sends, poll=polls=polling=polled=pull=pulls=pulled=asks=fetches=cron fetch
processing [queue broker import]: batch=nightly batch=batches=nightly job=nightly=once a night=batch job, stream=streaming=streamed=as they arrive=realtime=in real time=continuously=immediately
workerplace [queue]: in the app process=in process=same process=in the web process=inside the app=in the server process, separate worker=worker service=separate process=own process=separate service=own worker=dedicated worker=separate container
coordination [architecture]: orchestration=central orchestrator=orchestrated, choreography=choreographed=event choreography
sqlstyle [sqlstyle orm]: query builder=builder, raw sql=plain sql=sql files=handwritten sql=hand written sql, stored procedure=stored procedures=plpgsql=pl sql
logicplace [storedproc]: in the database=database=trigger=triggers=stored procedure=stored procedures=db triggers, in the application=application=application code=in code=app code=service layer=domain code=in the app
renderplace [frontend]: in the browser=client side=on the client=client=frontend=device=browser=on the device, server side=on the server=server=backend
conffile [config]: environment variables=env vars=environment=environment variable=env, config file=configuration file=yaml file=config yaml=config json=json file=toml file=files, database=config table=settings table, remote config=consul=etcd=config server
loading [loadingstrategy]: lazy=lazily=on demand=lazy loading=deferred=on first use=when needed, eager=eagerly=upfront=preload=preloaded=eager loading=at startup=at boot=at start
theme [theme]: dark=dark mode=dark theme, light=light mode=light theme, system setting=follow the system=os setting
unitsys [numberformat i18n]: metric=celsius=kilometres, imperial=fahrenheit=miles
ipversion [ip]: ipv4, ipv6
arch [hosting runtime os]: arm=arm64=graviton=aarch64, x86=x86 64=amd64=intel
reviewmode [review]: pair programming=pairing=mob programming, pull request review=pr review=async review=asynchronous review
meetingmode [meeting]: written=async=in writing=asynchronous=in the channel=slack thread, call=video call=in person=meeting=synchronous
syncmode [syncconflict]: server wins=server=backend, client wins=client=device=local=local copy, last write wins=latest, merge=field by field=manual merge=ask the user=show both
`;
