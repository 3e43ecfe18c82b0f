/**
 * Things of which a project takes one for a purpose: `class [concepts it is about]: member=alias=alias, member, …`.
 * `!` after a name: only where it is written with a capital, as the word means something else in plain English.
 */
export const toolClasses = `
sqldb [database storage]: postgres=postgresql=pg=aurora postgres, mysql=mariadb=percona, sqlite=libsql=turso, oracle=oracle db, sql server=mssql=azure sql, cockroachdb=cockroach, mongodb=mongo, dynamodb=dynamo, cassandra=scylladb, couchdb=couchbase, firestore=firebase, neo4j, fauna, duckdb, planetscale=vitess, spanner, surrealdb
analyticsdb [database]: clickhouse, bigquery, snowflake, redshift, druid, duckdb, databricks
timeseries [metrics database]: influxdb=influx, timescaledb=timescale, prometheus, victoriametrics
cachestore [cache session]: redis=valkey=elasticache, memcached=memcache, in process memory=in memory cache=in memory=process memory=in process lru=lru=in process=inside the process=node cache=lru in the process=local memory, hazelcast, dragonfly, varnish
sessionstore [session]: redis=valkey, postgres=postgresql=database=the database=db=mysql, memcached, signed cookie=cookie session=encrypted cookie=cookie, jwt=stateless token, memory
broker [broker queue]: kafka=redpanda=msk, rabbitmq=rabbit=amqp, nats=jetstream, sqs=sns=eventbridge, pulsar, redis streams=redis pub sub=redis pubsub, google pub sub=gcp pubsub=cloud pub sub, service bus=azure service bus, activemq, zeromq, mqtt=mosquitto, kinesis, listen notify
jobqueue [queue]: bullmq=bull, pg boss=pgboss, graphile worker, sidekiq, resque, delayed job, good job=goodjob, solid queue, celery, rq, dramatiq, huey, agenda, temporal, quartz, hangfire, oban, faktory, bee queue, inngest, cloud tasks, sqs, airflow, dagster, prefect
objectstore [objectstore]: s3=minio=r2=aws s3, gcs=google cloud storage, azure blob=blob storage, local disk=file system=filesystem=local filesystem=on disk=disk=volume, database=postgres=bytea=blob column=in the database, cloudinary, nfs=efs, ceph
searchengine [search]: elasticsearch=elastic search=elastic, opensearch, meilisearch, typesense, algolia, solr, postgres full text=tsvector=pg full text, lucene, sphinx, sqlite fts=fts5, vespa, sonic
vectordb [embedding]: pinecone, weaviate, qdrant, milvus, chroma=chromadb, pgvector, lancedb, faiss
jspm [packagemanager]: npm, yarn=berry=pnp, pnpm, bun, deno
pypm [packagemanager]: pip=requirements txt=pip tools, poetry, pipenv, uv, conda=mamba=miniconda, pdm, hatch, rye
jvmbuild [buildsystem]: maven=pom, gradle, ant!, sbt, bazel
nativebuild [buildsystem]: cmake, meson, bazel, autotools, scons, xmake, premake, msbuild
cpkg [packagemanager]: vcpkg, conan, git submodule=submodule
monotool [monorepo buildsystem]: turborepo=turbo, nx, lerna, bazel, rush, moon, pants
taskrunner [taskrunner]: make!=makefile=gnu make, just!=justfile, npm scripts=package scripts=package json scripts, taskfile=go task, gulp, grunt, mage, rake, invoke!
jstest [testrunner unittest test]: jest, vitest, mocha, ava, jasmine, node test=node built in test runner, tap, karma, bun test, qunit
pytest [testrunner test]: pytest, unittest, nose, doctest
jvmtest [testrunner test]: junit, testng, spock, kotest
rubytest [testrunner test]: rspec, minitest
cpptest [testrunner test]: googletest=gtest, catch2, doctest, boost test
e2etool [e2e]: playwright, cypress, selenium=webdriver, puppeteer, webdriverio, testcafe, nightwatch, detox, appium, maestro
loadtool [loadtest]: k6, jmeter, gatling, locust, artillery, wrk, vegeta
mockhttp [mock]: msw=mock service worker, nock, wiremock, mirage, sinon, mockserver, vcr
jsformat [formatter]: prettier, biome, dprint, standard!, eslint stylistic, rome
pyformat [formatter]: black, ruff format=ruff, yapf, autopep8
jslint [linter]: eslint, biome, oxlint, tslint, jshint, standard!, xo, deno lint
pylint [linter]: pylint, flake8, ruff
pytypes [typing]: mypy, pyright, pyre, pytype
jshttp [apistyle uiframework]: express!=express 4=express 5, fastify, koa, hapi, nestjs=nest, hono, restify, elysia, adonis=adonisjs
pyhttp [uiframework]: flask, django, fastapi, tornado, starlette, aiohttp, sanic, litestar, bottle
gohttp [routing]: gin, echo!, chi, fiber, gorilla=gorilla mux, net http=standard library mux=servemux
rusthttp [routing]: actix=actix web, axum, rocket!, warp, poem
jvmhttp []: spring boot=spring, quarkus, micronaut, dropwizard, ktor, vertx, play framework
phphttp []: laravel, symfony, slim!, codeigniter, yii
rubyhttp []: rails=ruby on rails, sinatra, hanami, roda
uilib [uiframework frontend]: react=reactjs, vue=vuejs=vue 3, angular, svelte=sveltekit, solidjs=solid js, preact, lit=web components, ember, jquery, htmx, alpine js=alpinejs, qwik, vanilla js=plain javascript
metaframework [uiframework rendering]: next js=nextjs, remix, nuxt, gatsby, astro, sveltekit, tanstack start, vite spa, eleventy=11ty, hugo, jekyll
bundler [bundler]: webpack, vite, rollup, esbuild, parcel, rspack=rsbuild, turbopack, browserify, snowpack, tsup
transpiler [compiler]: babel, swc, tsc, esbuild, sucrase, ts node, tsx, native type stripping=type stripping
statelib [state]: redux=redux toolkit=rtk, zustand, mobx, recoil, jotai, xstate, react context=context api=use context, pinia, vuex, ngrx, valtio, effector, signals
fetchlib [datafetching]: react query=tanstack query, swr, rtk query, apollo client=apollo, urql, relay, use effect
httplib [httpclient]: axios, fetch=native fetch=built in fetch=undici, got!, ky, superagent, node fetch, requests library, httpx, aiohttp, okhttp, retrofit, guzzle, faraday, request library, urllib
formlib [form]: react hook form, formik, final form, tanstack form
validator [validation]: zod, joi, yup, ajv=json schema, class validator, io ts, valibot, superstruct, typebox, runtypes, arktype, pydantic, marshmallow, cerberus, hand written guards=hand written checks
css [styling]: tailwind=tailwindcss=utility classes, css modules=css module, styled components, emotion, sass=scss, less css, vanilla extract, bootstrap=bootstrap css, bem, stitches, panda css, unocss, inline styles, linaria, plain css
uikit [componentlib]: material ui=mui, chakra=chakra ui, ant design=antd, shadcn=shadcn ui, radix, mantine, bootstrap, vuetify, headless ui, own components=our own components, fluent ui
icons [icon]: font awesome=fontawesome, lucide, heroicons, material icons, feather, icon font, inline svg
charts [chart]: d3, chart js=chartjs, recharts, echarts, highcharts, plotly, vega=vega lite, victory, nivo, apexcharts
maps [map]: leaflet, mapbox, google maps, openlayers, maplibre, deck gl
dates [datelib]: moment=moment js, date fns, luxon, day js=dayjs, temporal=temporal api, native date=intl=intl api, joda, arrow, pendulum
i18nlib [i18n]: i18next=react i18next, format js=formatjs=react intl, lingui, gettext, polyglot, vue i18n, fluent
utilitylib [utilitylib]: lodash, ramda, underscore, remeda, native methods=plain functions=own helpers
orm [orm]: prisma, typeorm, sequelize, drizzle, mikroorm=mikro orm, knex, kysely, objection, mongoose, sqlalchemy, django orm, peewee, tortoise, hibernate=jpa, jooq, mybatis, gorm, sqlx, sqlc, ent, active record=activerecord, eloquent, doctrine, ef core=entity framework, dapper, diesel, sea orm, raw sql=plain sql=handwritten sql=hand written sql=pg driver
migrator [migration]: flyway, liquibase, alembic, knex migrations, prisma migrate, dbmate, goose, golang migrate, atlas, sqitch, drizzle kit, umzug, node pg migrate
apistyle [apistyle]: REST!=restful=rest api=http json, graphql, grpc=protobuf rpc, trpc, soap, json rpc, thrift, odata, websocket rpc
wire [serialization]: json=plain json, protobuf=protocol buffers, messagepack=msgpack, avro, xml, cbor, thrift, flatbuffers, capnproto=cap n proto, csv, parquet, bson, ndjson=json lines=jsonl
configformat [configformat]: yaml=yml, toml, json=jsonc=json5, ini, hcl, dotenv=env file, typescript config=ts config file, xml, properties file
compress [compression]: gzip=gz, brotli, zstd=zstandard, lz4, snappy, deflate, xz, bzip2
realtime [realtime]: websocket=web socket=socket io, sse=server sent events=eventsource, long polling, polling=poll=short polling, webrtc, push notification, webhook
imageformat [image]: webp, avif, png, jpeg=jpg, gif, svg, heic, jpeg xl
ci [ci]: github actions=gh actions=gha, gitlab ci=gitlab pipelines, jenkins, circleci=circle ci, travis=travis ci, buildkite, teamcity, azure pipelines=azure devops, drone ci=drone, woodpecker, bitbucket pipelines, tekton, argo workflows, concourse, bamboo, semaphore ci, forgejo actions, dagger
forge [hosting]: github, gitlab, bitbucket, gitea=forgejo, azure repos, codeberg
orchestrator [orchestration hosting]: kubernetes=k8s=eks=gke=aks=k3s=openshift, nomad, docker swarm=swarm, ecs=fargate, docker compose=compose, systemd=systemd units=bare metal=plain vms=vm, mesos, cloud run, heroku=dokku, fly io=fly machines, lambda=serverless
cloud [hosting]: aws=amazon=ecs=ec2=fargate, gcp=google cloud=cloud run=gke, azure, fly io=fly, heroku, hetzner, digitalocean=digital ocean, vercel, netlify, render com, railway, cloudflare=cloudflare workers=cloudflare pages, on premise=on prem=own servers=own hardware=own data centre, ovh, scaleway, linode, bare metal, oracle cloud, ibm cloud
paashost [hosting deploy]: vercel, netlify, cloudflare pages, github pages, s3 and cloudfront, own nginx, firebase hosting, surge, s3=cloudfront=bucket
containertool [container]: docker, podman, buildah, containerd, lxc, kaniko, nix
baseimage [baseimage]: alpine, debian=debian slim=bookworm=slim=bookworm slim=bullseye, ubuntu, distroless, scratch!=scratch image, ubi=red hat ubi, wolfi=chainguard, amazon linux, fedora, rocky=rocky linux, centos
iac [iac]: terraform=opentofu, pulumi, cdk=aws cdk, cloudformation, bicep, crossplane, click ops=by hand in the console=web console, serverless framework, sst
configmgmt [configmgmt]: ansible, chef!, puppet, salt!=saltstack, nixos, shell scripts, cloud init
k8sdeploy [deploy]: helm, kustomize, jsonnet, plain manifests=raw yaml, kubectl apply
gitops [deploy]: argo cd=argocd, flux=fluxcd, spinnaker, kubectl from ci, octopus deploy
secrets [secret]: vault=hashicorp vault, sealed secrets=sealedsecrets, aws secrets manager=secrets manager, sops, doppler, 1password=one password, environment variables=env vars=env file=dotenv, ssm parameter store=parameter store, kubernetes secrets, key vault=azure key vault, infisical, git crypt, bitwarden
proxy [gateway]: nginx, haproxy, traefik, caddy, envoy, apache=httpd, kong, istio, alb=application load balancer, cloudflare, linkerd, api gateway
tracker [ticket]: jira, linear!, github issues, trello, asana, youtrack, gitlab issues, notion, clickup, redmine, shortcut!, azure boards
wiki [docs]: confluence, notion, github wiki=wiki, google docs, markdown in the repo=markdown=docs folder=in the repo=docs in the repo, sharepoint, obsidian, gitbook, bookstack
docsite [docs]: docusaurus, mkdocs, vitepress, sphinx, gitbook, mdbook, nextra, jekyll, antora, starlight, hugo, asciidoctor
diagrams [docs]: mermaid, plantuml, draw io=drawio, excalidraw, graphviz, lucidchart, structurizr, miro, visio
chat [chat]: slack!, teams!=microsoft teams=ms teams, discord, mattermost, zulip, matrix!=element, rocket chat, irc, google chat
errortracker [errortracking error]: sentry=glitchtip, rollbar, bugsnag, honeybadger, airbrake, crashlytics, raygun
apm [metrics tracing]: datadog, new relic=newrelic, grafana cloud, dynatrace, honeycomb, elastic apm, app insights=application insights, signoz, appdynamics
metrics [metrics]: prometheus, statsd, cloudwatch, influxdb, datadog metrics=datadog, graphite, victoriametrics, zabbix, nagios
logsink [logging]: loki, elk=elasticsearch=kibana=logstash, splunk, cloudwatch logs=cloudwatch, papertrail, graylog, datadog=datadog logs, logtail=better stack, syslog, journald
tracer [tracing]: jaeger, zipkin, tempo, x ray=xray, honeycomb, lightstep
jslog [logging]: pino, winston, bunyan, log4js, debug package, console=console log, loglevel, tslog, roarr
jvmlog [logging]: log4j, logback, slf4j, java util logging
pylog [logging]: structlog, loguru, standard logging
golog [logging]: zap, zerolog, logrus, slog
logshape [logformat logging]: json=json lines=structured=structured json, plain text=human readable=text lines=free text=plain lines, logfmt, key value pairs
flags [featureflag]: launchdarkly=launch darkly, unleash, flagsmith, growthbook, split io, configcat, posthog, environment variables=env vars=env var, own table=database table=table in the database, optimizely, flipt, openfeature, firebase remote config
analytics [telemetry]: google analytics=ga4, plausible, matomo, mixpanel, amplitude, posthog, segment, heap!, umami, fathom, piwik, own events table
idp [login]: auth0, keycloak, cognito, okta, firebase auth, clerk, supabase auth, azure ad=entra=entra id, ory=kratos, authentik, workos, own login=home grown=own user table=own password table, passport=passport js, nextauth=auth js=next auth, dex, zitadel, stytch, devise
authscheme [login token]: jwt=json web token=stateless token=self contained token, server side session=session cookie=session id=opaque session=server session=opaque token, basic auth=http basic, api key=static key, oauth=oidc=openid connect=oauth2, saml, mtls=client certificate=mutual tls, ldap, magic link=email link=one time link, passkey=webauthn=passkeys, password=passwords=username and password
tokenplace [token cookie storage]: localstorage=local storage, cookie=httponly cookie=http only cookie=httponly, sessionstorage=session storage, memory=in memory=js variable, indexeddb, keychain=keystore, authorization header=bearer header=header, query string=query parameter=url parameter
mfa [mfa]: sms, totp=authenticator app, webauthn=hardware key=security key=passkey=yubikey, email code=code by mail
email [email]: sendgrid, mailgun, ses=aws ses=amazon ses, postmark, mailchimp=mandrill, resend!, own smtp=own mail server=postfix, sparkpost, brevo=sendinblue, mailjet
payment [payment]: stripe, paypal=braintree, adyen, mollie, square!, paddle, klarna, chargebee, lemon squeezy, worldpay, razorpay, gocardless, authorize net
sms [sms]: twilio, vonage=nexmo, messagebird, sns, plivo, sinch
maptile []: openstreetmap=osm, google maps, mapbox, here maps
cdn [cache hosting]: cloudflare, cloudfront, fastly, akamai, bunny cdn=bunny
browserengine [browser]: chrome only=chromium only, safari, firefox, all browsers=evergreen browsers
hooktool [precommit]: husky, lefthook, pre commit framework, simple git hooks, overcommit
depbot [depupdate]: renovate, dependabot, by hand=manually=manual updates, snyk, greenkeeper
changelogtool [changelog release]: changesets, semantic release=semantic-release, release please, standard version, conventional changelog, lerna version, release it, git cliff, by hand=written by hand=hand written=manually, keep a changelog
scanner [linter]: snyk, trivy, grype, sonarqube=sonar=sonarcloud, codeql, semgrep, npm audit, checkmarx, veracode
mobile [mobile]: react native=expo, flutter, native=swift and kotlin=native apps=swiftui=jetpack compose, ionic=capacitor=cordova, xamarin=maui, kotlin multiplatform=kmp, pwa=progressive web app
desktop [desktop]: electron, tauri, qt, gtk, wpf, javafx, neutralino, swing, winforms, wails
shellkind [shell]: bash=bash scripts, zsh, fish!=fish shell, posix sh=plain sh=dash, powershell=pwsh, python scripts=python script=python, node scripts=zx=node script=typescript script=typescript scripts, nushell
language [language]: typescript=ts, javascript=plain javascript=js=plain js, python=py, golang=Go!=go lang, rust, java, kotlin, scala, c sharp=csharp, f sharp, ruby, php, swift, elixir, erlang, cpp, c language=plain c, haskell, clojure, perl, dart, zig, elm, ocaml, r language, lua, julia, groovy, coffeescript=coffee script
jsruntime [runtime]: node=node js=nodejs, deno, bun, cloudflare workers=workerd
llm [ai]: openai=gpt=gpt 4=chatgpt, claude=anthropic, gemini=vertex ai, llama=ollama=local model=self hosted model, mistral, cohere, bedrock, deepseek, azure openai
aiassistant [ai editor]: copilot=github copilot, cursor!, claude code, codeium, codex, windsurf, aider, tabnine
editor [editor]: vs code=vscode, intellij=webstorm=jetbrains, neovim=vim, emacs, sublime, eclipse, zed
cms []: contentful, strapi, sanity, wordpress, directus, prismic, storyblok, ghost, payload cms, drupal
pdf []: puppeteer, wkhtmltopdf, pdfkit, weasyprint, react pdf, latex, pdfmake, prince xml, gotenberg
templating [email rendering]: handlebars, mustache, ejs, pug=jade, nunjucks, liquid, mjml, react email, jinja=jinja2, twig, erb, haml, eta, thymeleaf
dataframe []: pandas, polars, spark=pyspark, dask, dplyr
mlframework [ai]: pytorch=torch, tensorflow=keras, jax, scikit learn=sklearn, xgboost, lightgbm
asyncrt [asynccode]: tokio, async std, smol, glommio, monoio
visualtest [snapshot]: chromatic, percy, applitools, backstop=backstopjs, playwright screenshots, loki visual
devenv [devenv]: docker compose=compose, dev container=devcontainer, nix=nix flake, vagrant, tilt=skaffold, devbox, asdf=mise, homebrew=brew, native install=installed natively=natively=on the host=without containers, codespaces=github codespaces, gitpod
versionmgr [nodeversion]: nvm, volta, asdf, mise, fnm, corepack, pyenv, sdkman, nvmrc
`;
